#define BOOST_TEST_MODULE topics
// Two hundred topics in one process that open in the same block, through the real tree in virtual time.
#include "runtime/books/books_reader.hpp"
#include "runtime/chain/signing/parse_tx.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr std::uint64_t topics = 200, middle = 100;
constexpr std::int64_t epoch = 12, window = 6;

test::TestNetworkSettings two_hundred() {
  test::TestNetworkSettings s;
  s.topics.clear();
  for (std::uint64_t id = 1; id <= topics; ++id)
    s.topics.push_back({.id = id, .epoch_length = epoch, .window_length = window, .ground_truth_lag = epoch});
  return s;
}

/// A network that counts CheckTx verdicts and our transactions in blocks.
struct ManyTopics : test::TestNetwork {
  explicit ManyTopics(test::TestNetworkSettings s = two_hundred()) : TestNetwork(std::move(s)) {
    actors.context.on_delivery = [this](const Delivery& d) {
      if (d.receiver == submitter_role.place && d.content.match_element<BroadcastAnswered>(0))
        ++answers[d.content.get_as<BroadcastAnswered>(0).verdict];
    };
    token = chain.on_block([this](const sim::Block& b) {
      for (const auto& tx : b.txs) {
        sequences[b.height].push_back(std::get<chain::ParsedTx>(chain::parse_tx(tx->bytes)).sequence.value);
        ++(tx->outcome.ok() ? executed : failed);
      }
    });
  }

  /// Books the gas of a topic's last payload as an earlier run would, so that no simulation is needed. The first call wins.
  void book_gas(std::uint64_t topic, Gas used) {
    store->write(signer()->wallet(), BookOutcome{signer()->wallet(),
                                                 TopicId{topic},
                                                 Height{1},
                                                 Status::confirmed,
                                                 {},
                                                 {},
                                                 Height{2},
                                                 used,
                                                 {},
                                                 test::VirtualActorSystem::start});
  }
  void book_all_gas() {
    for (std::uint64_t id = 1; id <= topics; ++id) book_gas(id, Gas{150'000});
  }
  static std::shared_ptr<const SignerPort> signer() { return test::signer(); }

  std::map<Status, std::uint64_t> rows(std::int64_t nonce) {
    std::map<Status, std::uint64_t> out;
    BooksReader(dir / "books.db").each({.since = Height{nonce}}, [&](const WindowRow& r) {
      if (r.nonce.value == nonce) ++out[r.status];
    });
    return out;
  }
  WindowRow row(std::uint64_t topic, std::int64_t nonce) {
    WindowRow row;
    BooksReader(dir / "books.db").each({.topic = TopicId{topic}}, [&](const WindowRow& r) {
      if (r.nonce.value == nonce) row = r;
    });
    return row;
  }

  std::map<Verdict, std::uint64_t> answers;
  std::map<std::int64_t, std::vector<std::uint64_t>> sequences; ///< by height, in block order
  std::uint64_t executed = 0, failed = 0;
  std::shared_ptr<sim::World::OnBlock> token;
};

bool consecutive(const std::vector<std::uint64_t>& s) {
  for (std::size_t i = 1; i < s.size(); ++i)
    if (s[i] != s[i - 1] + 1) return false;
  return !s.empty();
}

} // namespace

BOOST_AUTO_TEST_CASE(all_payloads_are_in_the_block_after_the_opening_in_order_of_sequence) {
  ManyTopics network;
  network.start();
  network.blocks(epoch * 3 + 2);
  BOOST_TEST(network.answers[Verdict::Accepted] == 3 * topics);
  BOOST_TEST(network.answers.size() == 1u); // no refusal, even where the gas was unknown
  for (const auto nonce : {epoch, 2 * epoch, 3 * epoch}) {
    const auto& sequences = network.sequences[nonce + 1];
    BOOST_TEST(sequences.size() == topics);
    BOOST_TEST(consecutive(sequences));
    BOOST_TEST(network.rows(nonce)[Status::confirmed] == topics);
  }
  // They share a symbol, so one request suffices.
  BOOST_TEST(network.http->requests() == 1u);
}

BOOST_AUTO_TEST_CASE(one_refused_by_the_mempool_costs_those_behind_it_a_signature_and_not_the_window) {
  ManyTopics network;
  network.book_gas(middle, Gas{10'000}); // too little: refused by CheckTx
  network.book_all_gas();
  network.start();
  network.blocks(epoch + 2);
  BOOST_TEST(network.answers[Verdict::OutOfGas] == 1u);
  BOOST_TEST(network.answers[Verdict::WrongSequence] == topics - middle);
  BOOST_TEST(network.answers[Verdict::Accepted] == topics);
  BOOST_TEST(network.failed == 0u);
  BOOST_TEST(consecutive(network.sequences[epoch + 1]));
  BOOST_TEST(network.sequences[epoch + 1].size() == topics);
  BOOST_TEST(network.rows(epoch)[Status::confirmed] == topics);
}

BOOST_AUTO_TEST_CASE(forty_refused_by_the_mempool_do_not_wear_out_those_behind_them) {
  ManyTopics network;
  for (std::uint64_t id = 5; id <= topics; id += 5) network.book_gas(id, Gas{10'000});
  network.book_all_gas();
  network.start();
  network.blocks(epoch + 2);
  BOOST_TEST(network.answers[Verdict::OutOfGas] == topics / 5);
  BOOST_TEST(network.rows(epoch)[Status::confirmed] == topics);
}

BOOST_AUTO_TEST_CASE(one_refused_in_the_block_pays_its_fee_and_harms_no_other) {
  ManyTopics network;
  network.book_all_gas();
  network.start();
  network.blocks(epoch); // opened, all in the mempool
  BOOST_REQUIRE_EQUAL(network.answers[Verdict::Accepted], topics);
  network.chain.with_chain([](auto& c) { c.emissions().find(middle)->settings.multi = true; }); // now requires labels
  network.blocks(2);
  BOOST_TEST(network.failed == 1u);
  BOOST_TEST(network.executed == topics - 1);
  const auto refused = network.row(middle, epoch);
  BOOST_TEST((refused.status == Status::refused));
  BOOST_TEST((refused.fee.value > 0u));
  BOOST_TEST(network.rows(epoch)[Status::confirmed] == topics - 1);
  network.blocks(epoch); // the next window's sequences are correct
  BOOST_TEST(network.answers[Verdict::WrongSequence] == 0u);
  BOOST_TEST(network.rows(2 * epoch)[Status::confirmed] == topics - 1);
}

BOOST_AUTO_TEST_CASE(blocks_that_hold_fifty_take_them_in_four) {
  auto s = two_hundred();
  s.max_block_txs = 50;
  ManyTopics network(s);
  network.book_all_gas();
  network.start();
  network.blocks(epoch + window + 1);
  for (const auto height : {epoch + 1, epoch + 2, epoch + 3, epoch + 4}) BOOST_TEST(network.sequences[height].size() == 50u);
  BOOST_TEST(network.executed == topics);
  BOOST_TEST(network.failed == 0u);
  BOOST_TEST(network.rows(epoch)[Status::confirmed] == topics);
}

BOOST_AUTO_TEST_CASE(a_process_killed_with_two_hundred_under_way_sends_none_of_them_twice) {
  ManyTopics network;
  network.book_all_gas();
  network.start();
  network.blocks(epoch); // opened, all in the mempool
  BOOST_REQUIRE_EQUAL(network.answers[Verdict::Accepted], topics);
  network.kill();
  network.start();
  network.blocks(epoch + 2);
  BOOST_TEST(network.failed == 0u);
  BOOST_TEST(network.rows(epoch)[Status::confirmed] == topics);
  BOOST_TEST(network.rows(2 * epoch)[Status::confirmed] == topics);
  BOOST_TEST(network.executed == 2 * topics);
}

BOOST_AUTO_TEST_CASE(two_hundred_registrations_come_before_two_hundred_payloads) {
  auto s = two_hundred();
  s.registered = false;
  ManyTopics network(s);
  network.start();
  network.blocks(epoch * 2 + 2);
  BOOST_TEST(network.rows(2 * epoch)[Status::confirmed] == topics);
}
