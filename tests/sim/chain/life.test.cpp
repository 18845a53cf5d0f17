// Windows and transactions on a simulated chain.
#define BOOST_TEST_MODULE sim_life
#include "tests/sim/sim_golden.hpp"
#include "tests/sim/chain/test_wallet.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::sim;
using namespace inferd::sim::test;

namespace {

const TestWallet me, rival(second_mnemonic);

TopicSettings short_topic() {
  TopicSettings topic;
  topic.epoch_length = 10;
  topic.window_length = 4;
  topic.ground_truth_lag = 20;
  return topic;
}

ChainSettings settings(TopicSettings topic = short_topic()) {
  ChainSettings s;
  s.topics = {std::move(topic)};
  s.truth = [](const TopicSettings&, Instant) { return Truth{0.01, "up"}; };
  return s;
}

ChainState chain_with(ChainSettings s, bool registered = true) {
  ChainState chain(std::move(s));
  chain.fund(me.address(), 100'000'000);
  chain.fund(rival.address(), 100'000'000);
  if (registered) {
    chain.emissions().find(1)->registered.insert(me.address());
    chain.emissions().find(1)->registered.insert(rival.address());
  }
  return chain;
}

std::vector<std::string> emissions_events(const Block& block) {
  std::vector<std::string> names;
  for (const auto& e : block.events) names.push_back(e.type.substr(e.type.rfind('.') + 1));
  return names;
}

std::string attribute(const Block& block, const std::string& event, const std::string& key, const std::string& holding = "") {
  for (const auto& e : block.events) {
    if (!e.type.ends_with('.' + event)) continue;
    bool fits = holding.empty();
    std::string value;
    for (const auto& a : e.attributes) {
      if (a.key == key) value = a.value;
      fits = fits || a.value.find(holding) != std::string::npos;
    }
    if (fits) return value;
  }
  return "(none)";
}

bool has(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::uint32_t included_code(ChainState& chain, const std::string& tx) {
  const auto answer = chain.check_tx(tx);
  BOOST_REQUIRE_EQUAL(answer.outcome.log, "");
  chain.advance_block({});
  return chain.tx(answer.hash)->outcome.code;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_window_opens_at_its_nonce_and_closes_after_its_last_block) {
  auto chain = chain_with(settings());
  advance_to(chain, 9);
  BOOST_TEST(chain.emissions().find(1)->open.empty());
  advance_to(chain, 10);
  BOOST_TEST(attribute(*chain.block(10), "EventWorkerSubmissionWindowOpened", "nonce_block_height") == "\"10\"");
  BOOST_TEST(attribute(*chain.block(10), "EventWorkerSubmissionWindowOpened", "window_end_block") == "\"14\"");
  BOOST_TEST(chain.emissions().find(1)->next_opening() == 20);
  advance_to(chain, 13);
  BOOST_TEST(chain.emissions().find(1)->open.size() == 1u);
  advance_to(chain, 14);
  BOOST_TEST(chain.emissions().find(1)->open.empty());
  BOOST_TEST((emissions_events(*chain.block(14)) == std::vector<std::string>{"EventWorkerSubmissionWindowClosed"}));
}

BOOST_AUTO_TEST_CASE(the_last_block_of_a_window_still_takes_an_answer_and_the_next_does_not) {
  auto in_time = chain_with(settings());
  advance_to(in_time, 13);
  BOOST_TEST(included_code(in_time, me.payload(1, 10, 0)) == 0u); // in block 14
  auto late = chain_with(settings());
  advance_to(late, 14);
  BOOST_TEST(included_code(late, me.payload(1, 10, 0)) == 75u); // in block 15
  auto early = chain_with(settings());
  advance_to(early, 9);
  BOOST_TEST(included_code(early, me.payload(1, 10, 0)) == 75u); // in block 10, before its end opens the window
}

BOOST_AUTO_TEST_CASE(an_answer_is_concluded_scored_and_rewarded) {
  auto chain = chain_with(settings());
  advance_to(chain, 10);
  BOOST_TEST(included_code(chain, me.payload(1, 10, 0, "0.01")) == 0u); // exact
  BOOST_TEST(included_code(chain, rival.payload([] {
               auto o = rival.order(1, 10, 0, "0.06"); // off by score_scale
               o.account_number = 1;
               return o;
             }())) == 0u);
  const auto before = chain.account(me.address())->balance;
  advance_to(chain, 14);
  const auto& closed = *chain.block(14);
  BOOST_TEST(attribute(closed, "EventNetworkInferenceBundle", "nonce") == "\"10\"");
  BOOST_TEST(attribute(closed, "EventNetworkInferenceBundle", "combined_value") == "[\"0.035\"]");
  BOOST_TEST(attribute(closed, "EventNetworkInferenceBundle", "inferer_values") == "[[\"0.01\"],[\"0.06\"]]");

  advance_to(chain, 40);
  BOOST_TEST(attribute(*chain.block(30), "EventReputerSubmissionWindowOpened", "nonce_block_height") == "\"10\"");
  const auto& settled = *chain.block(40); // nonce + lag + epoch, as on the recorded chain
  BOOST_TEST(attribute(settled, "EventScoresSet", "scores", "INFERER") == "[\"1\",\"0.5\"]");
  BOOST_TEST(attribute(settled, "EventScoresSet", "block_height", "INFERER") == "\"10\"");
  BOOST_TEST(attribute(settled, "EventEMAScoresSet", "nonce") == "\"10\"");
  BOOST_TEST(attribute(settled, "EventRewardsSettled", "block_height") == "\"10\"");
  BOOST_TEST(attribute(settled, "EventRewardsSettled", "addresses") ==
             "[\"" + me.address() + "\",\"" + rival.address() + "\"]");
  const auto pot = chain.settings().epoch_reward;
  BOOST_TEST((chain.account(me.address())->balance - before > pot * 66 / 100));
  BOOST_TEST((chain.account(me.address())->balance - before < pot * 67 / 100));
}

BOOST_AUTO_TEST_CASE(a_window_without_a_truth_is_never_scored) {
  auto s = settings();
  s.truth = nullptr;
  auto chain = chain_with(s);
  advance_to(chain, 10);
  BOOST_TEST(included_code(chain, me.payload(1, 10, 0)) == 0u);
  for (advance_to(chain, 11); chain.height() < 60;)
    BOOST_TEST(!has(emissions_events(chain.advance_block({})), "EventRewardsSettled"));
  BOOST_TEST(chain.emissions().find(1)->awaiting.empty());
}

BOOST_AUTO_TEST_CASE(the_score_of_a_labelled_answer_is_the_value_given_to_the_true_label) {
  auto topic = short_topic();
  topic.multi = topic.require_unity = true;
  topic.max_labels = 3;
  topic.labels = {"up", "down", "flat"};
  auto chain = chain_with(settings(topic));
  advance_to(chain, 10);
  auto order = me.order(1, 10, 0);
  order.values = {{"up", "0.7"}, {"down", "0.3"}};
  BOOST_TEST(included_code(chain, me.payload(order)) == 0u);
  advance_to(chain, 40);
  BOOST_TEST(attribute(*chain.block(14), "EventNetworkInferenceBundle", "label_names") == "[\"up\",\"down\"]");
  BOOST_TEST(attribute(*chain.block(40), "EventScoresSet", "scores", "INFERER") == "[\"0.7\"]");
}

BOOST_AUTO_TEST_CASE(registration_makes_a_worker_known_once) {
  auto chain = chain_with(settings(), false);
  advance_to(chain, 10);
  BOOST_TEST(included_code(chain, me.payload(1, 10, 0)) == 13u);
  BOOST_TEST(included_code(chain, me.registration(1, 1)) == 0u);
  BOOST_TEST(included_code(chain, me.payload(1, 10, 2)) == 0u); // inside the same window
  BOOST_TEST(included_code(chain, me.registration(1, 3)) == 8u);
  BOOST_TEST(included_code(chain, me.registration(99, 4)) == 23u);
}

BOOST_AUTO_TEST_CASE(a_listed_topic_takes_only_its_list) {
  auto topic = short_topic();
  topic.whitelist_enabled = true;
  auto chain = chain_with(settings(topic));
  advance_to(chain, 10);
  BOOST_TEST(included_code(chain, me.payload(1, 10, 0)) == 83u);
  chain.emissions().find(1)->whitelist.insert(me.address());
  BOOST_TEST(included_code(chain, me.payload(1, 10, 1)) == 0u);
}

BOOST_AUTO_TEST_CASE(two_hundred_topics_are_answered_in_one_block_in_the_order_of_their_sequences) {
  auto s = settings();
  s.topics.clear();
  for (std::uint64_t id = 1; id <= 200; ++id) {
    s.topics.push_back(short_topic());
    s.topics.back().id = id;
  }
  ChainState chain(s);
  chain.fund(me.address(), 1'000'000'000);
  for (std::uint64_t id = 1; id <= 200; ++id) chain.emissions().find(id)->registered.insert(me.address());
  advance_to(chain, 10);
  for (std::uint64_t id = 1; id <= 200; ++id) BOOST_TEST(chain.check_tx(me.payload(id, 10, id - 1)).outcome.code == 0u);
  const auto& block = chain.advance_block({});
  BOOST_TEST(block.txs.size() == 200u);
  for (const auto& tx : block.txs) BOOST_TEST(tx->outcome.code == 0u);
  BOOST_TEST(chain.account(me.address())->sequence == 200u);
}

BOOST_AUTO_TEST_CASE(a_timeout_height_that_passes_in_the_mempool_costs_no_fee) {
  auto s = settings();
  s.max_block_txs = 1;
  auto chain = chain_with(s);
  auto first = me.order(1, 10, 0), second = me.order(1, 10, 1), third = me.order(1, 10, 2);
  for (auto* o : {&first, &second, &third}) o->timeout = {2};
  for (const auto* o : {&first, &second, &third}) BOOST_TEST(chain.check_tx(me.payload(*o)).outcome.code == 0u);
  chain.advance_block({});
  chain.advance_block({}); // both in time: unknown nonce, fee charged
  const auto paid = chain.account(me.address())->balance;
  chain.advance_block({}); // block 3 includes the third after its timeout
  BOOST_TEST(chain.block(3)->txs.at(0)->outcome.code == 30u);
  BOOST_TEST((chain.account(me.address())->balance == paid));
  BOOST_TEST(chain.account(me.address())->sequence == 2u);
  for (const std::int64_t height : {0, 1, 2, 3}) // as a node that is behind reports it
    BOOST_TEST(chain.sequence_at(me.address(), height) == static_cast<std::uint64_t>(std::min<std::int64_t>(height, 2)));
}

BOOST_AUTO_TEST_CASE(the_state_of_some_earlier_blocks_is_kept_for_nodes_that_are_behind) {
  auto s = settings();
  s.past_states = 8;
  auto chain = chain_with(s);
  while (chain.height() < 16) chain.advance_block({}); // a window opens at 10 and closes with 14
  const auto open_at = [&](std::int64_t height) { return !chain.emissions_at(height).find(1)->open.empty(); };
  for (std::int64_t height = 8; height <= 16; ++height)
    BOOST_TEST(open_at(height) == (height >= 10 && height < 14), "block " << height);
  BOOST_TEST(!open_at(1)); // the oldest one that is kept
  BOOST_TEST(!open_at(99));
}

BOOST_AUTO_TEST_CASE(a_copy_of_the_chain_rolls_it_back) {
  auto chain = chain_with(settings());
  while (chain.height() < 10) chain.advance_block({});
  const auto snapshot = chain;
  const auto payload = me.payload(1, 10, 0);
  for (const bool again : {false, true}) {
    BOOST_TEST(chain.check_tx(payload).outcome.code == 0u);
    chain.advance_block({});
    BOOST_TEST(chain.block(11)->txs.size() == 1u, again);
    BOOST_TEST(chain.account(me.address())->sequence == 1u);
    chain = snapshot;
    BOOST_TEST(chain.height() == 10);
    BOOST_TEST(!chain.block(11));
    BOOST_TEST(chain.account(me.address())->sequence == 0u);
    BOOST_TEST(chain.emissions().find(1)->window(10)->answers.empty());
  }
}

BOOST_AUTO_TEST_CASE(what_can_no_longer_pay_is_evicted_after_a_block) {
  auto s = settings();
  s.max_block_txs = 1;
  auto chain = chain_with(s);
  chain.check_tx(me.payload(1, 10, 0));
  chain.check_tx(me.payload(1, 10, 1));
  const auto last = me.payload(1, 10, 2);
  chain.check_tx(last);
  chain.set_gas_price(one_uallo_per_gas * 11);
  chain.advance_block({}); // the new price applies at once: the first fails, the others are rechecked
  BOOST_TEST(chain.mempool_size() == 0u);
  BOOST_TEST(chain.check_tx(last).error.empty()); // no longer in the cache
}

BOOST_AUTO_TEST_CASE(the_price_of_gas_is_rounded_up_to_whole_uallo) {
  auto chain = chain_with(settings());
  chain.set_gas_price(one_uallo_per_gas * 10 + 1); // 2,500,000.00000000000025 for 250,000 gas
  const auto answer = chain.check_tx(me.payload(1, 10, 0));
  BOOST_TEST(answer.outcome.code == 13u);
  BOOST_TEST(answer.outcome.log.find("required: 2500001uallo, minGasPrice: 10.000000000000000001uallo") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_full_mempool_refuses_before_checktx) {
  auto s = settings();
  s.mempool_limit = 1;
  auto chain = chain_with(s);
  chain.check_tx(me.payload(1, 10, 0));
  BOOST_TEST(chain.check_tx(me.payload(1, 10, 1)).error.starts_with("mempool is full"));
}

BOOST_AUTO_TEST_CASE(a_v9_chain_takes_v9_messages_only) {
  auto s = settings();
  s.emissions = "v9";
  auto chain = chain_with(s);
  advance_to(chain, 10);
  BOOST_TEST(chain.check_tx(me.payload(1, 10, 0)).outcome.code == 2u);
  auto order = me.order(1, 10, 0);
  order.emissions = "v9";
  BOOST_TEST(included_code(chain, me.payload(order)) == 0u);
  BOOST_TEST(chain.block(10)->events.at(1).type == "emissions.v9.EventWorkerSubmissionWindowOpened");
}

BOOST_AUTO_TEST_CASE(no_bytes_crash_the_chain) {
  auto chain = chain_with(settings());
  const auto good = me.payload(1, 10, 0);
  for (std::size_t i = 0; i < good.size(); ++i) {
    BOOST_TEST(chain.check_tx(good.substr(0, i)).outcome.code != 0u);
    auto flipped = good;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x55);
    BOOST_TEST(chain.check_tx(flipped).outcome.code != 0u);
    chain.simulate(flipped);
  }
  BOOST_TEST(chain.check_tx(std::string(2'000'000, 'x')).error.starts_with("Tx too large"));
  BOOST_TEST(chain.mempool_size() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_kept_is_bounded) {
  auto s = settings();
  s.kept_blocks = 20;
  s.kept_txs = 5;
  auto chain = chain_with(s);
  for (std::uint64_t i = 0; i < 30; ++i) {
    chain.check_tx(me.payload(1, 1'000, i));
    chain.advance_block({});
  }
  BOOST_TEST(chain.oldest_block() == 11);
  BOOST_TEST(chain.recent_txs().size() == 5u);
  BOOST_TEST(chain.block(10) == nullptr);
  BOOST_TEST(chain.block(30)->height == 30);
  for (int i = 0; i < 20; ++i) chain.advance_block({});
  BOOST_TEST(chain.recent_txs().empty()); // pruned with their blocks
}
