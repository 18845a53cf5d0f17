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
      if (d.receiver == "submitter" && d.content.match_element<BroadcastAnswered>(0))
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
  void remember(std::uint64_t topic, Gas used) {
    store->book({signer()->wallet(),
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
  void remember_all() {
    for (std::uint64_t id = 1; id <= topics; ++id) remember(id, Gas{150'000});
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
  ManyTopics city;
  city.start();
  city.blocks(epoch * 3 + 2);
  BOOST_TEST(city.answers[Verdict::Accepted] == 3 * topics);
  BOOST_TEST(city.answers.size() == 1u); // no refusal, even where the gas was unknown
  for (const auto nonce : {epoch, 2 * epoch, 3 * epoch}) {
    const auto& sequences = city.sequences[nonce + 1];
    BOOST_TEST(sequences.size() == topics);
    BOOST_TEST(consecutive(sequences));
    BOOST_TEST(city.rows(nonce)[Status::confirmed] == topics);
  }
  // They share a symbol and so one request.
  BOOST_TEST(city.http->requests() == 1u);
}

BOOST_AUTO_TEST_CASE(one_refused_by_the_mempool_costs_those_behind_it_a_signature_and_not_the_window) {
  ManyTopics city;
  city.remember(middle, Gas{10'000}); // too little: refused by CheckTx
  city.remember_all();
  city.start();
  city.blocks(epoch + 2);
  BOOST_TEST(city.answers[Verdict::OutOfGas] == 1u);
  BOOST_TEST(city.answers[Verdict::WrongSequence] == topics - middle);
  BOOST_TEST(city.answers[Verdict::Accepted] == topics);
  BOOST_TEST(city.failed == 0u);
  BOOST_TEST(consecutive(city.sequences[epoch + 1]));
  BOOST_TEST(city.sequences[epoch + 1].size() == topics);
  BOOST_TEST(city.rows(epoch)[Status::confirmed] == topics);
}

BOOST_AUTO_TEST_CASE(forty_refused_by_the_mempool_do_not_wear_out_those_behind_them) {
  ManyTopics city;
  for (std::uint64_t id = 5; id <= topics; id += 5) city.remember(id, Gas{10'000});
  city.remember_all();
  city.start();
  city.blocks(epoch + 2);
  BOOST_TEST(city.answers[Verdict::OutOfGas] == topics / 5);
  BOOST_TEST(city.rows(epoch)[Status::confirmed] == topics);
}

BOOST_AUTO_TEST_CASE(one_refused_in_the_block_pays_its_fee_and_harms_no_other) {
  ManyTopics city;
  city.remember_all();
  city.start();
  city.blocks(epoch); // opened, all in the mempool
  BOOST_REQUIRE_EQUAL(city.answers[Verdict::Accepted], topics);
  city.chain.with_chain([](auto& c) { c.emissions().find(middle)->settings.multi = true; }); // now requires labels
  city.blocks(2);
  BOOST_TEST(city.failed == 1u);
  BOOST_TEST(city.executed == topics - 1);
  const auto refused = city.row(middle, epoch);
  BOOST_TEST((refused.status == Status::refused));
  BOOST_TEST(refused.fee.value > 0u);
  BOOST_TEST(city.rows(epoch)[Status::confirmed] == topics - 1);
  city.blocks(epoch); // the next window's sequences are correct
  BOOST_TEST(city.answers[Verdict::WrongSequence] == 0u);
  BOOST_TEST(city.rows(2 * epoch)[Status::confirmed] == topics - 1);
}

BOOST_AUTO_TEST_CASE(blocks_that_hold_fifty_take_them_in_four) {
  auto s = two_hundred();
  s.max_block_txs = 50;
  ManyTopics city(s);
  city.remember_all();
  city.start();
  city.blocks(epoch + window + 1);
  for (const auto height : {epoch + 1, epoch + 2, epoch + 3, epoch + 4}) BOOST_TEST(city.sequences[height].size() == 50u);
  BOOST_TEST(city.executed == topics);
  BOOST_TEST(city.failed == 0u);
  BOOST_TEST(city.rows(epoch)[Status::confirmed] == topics);
}

BOOST_AUTO_TEST_CASE(a_process_killed_with_two_hundred_under_way_sends_none_of_them_twice) {
  ManyTopics city;
  city.remember_all();
  city.start();
  city.blocks(epoch); // opened, all in the mempool
  BOOST_REQUIRE_EQUAL(city.answers[Verdict::Accepted], topics);
  city.kill();
  city.start();
  city.blocks(epoch + 2);
  BOOST_TEST(city.failed == 0u);
  BOOST_TEST(city.rows(epoch)[Status::confirmed] == topics);
  BOOST_TEST(city.rows(2 * epoch)[Status::confirmed] == topics);
  BOOST_TEST(city.executed == 2 * topics);
}

BOOST_AUTO_TEST_CASE(two_hundred_registrations_come_before_two_hundred_payloads) {
  auto s = two_hundred();
  s.registered = false;
  ManyTopics city(s);
  city.start();
  city.blocks(epoch * 2 + 2);
  BOOST_TEST(city.rows(2 * epoch)[Status::confirmed] == topics);
}
