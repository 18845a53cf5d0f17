#define BOOST_TEST_MODULE comet_stream
// What comet_chain does with blocks as they come: quiet ones, gaps, other topics' events, armed bytes.
#include "tests/chain/comet_world.hpp"

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(blocks_that_hold_nothing_are_told_once_a_second_and_all_of_them) {
  World w(1'000);
  w.open();
  std::int64_t spoken_for = 2'067;
  for (std::size_t line = 0; line < 47; ++line, w.clock->at.value += 300) {
    const auto text = json::serialize(frame(line));
    if (!w.rpc->listener.skim(text)) w.rpc->listener.event(json::parse(text)); // some are a transaction's
  }
  std::size_t quiet = 0;
  for (std::size_t i = 0; i < w.seen.size(); ++i) {
    const auto& block = w.seen[i];
    BOOST_TEST(block.from.value == spoken_for + 1);
    spoken_for = block.height.value;
    if (!block.quiet()) continue;
    ++quiet;
    if (i > 0) BOOST_TEST(block.at.value - w.seen[i - 1].at.value >= 1'000);
  }
  BOOST_TEST(spoken_for >= 2'106);
  BOOST_TEST(quiet > 3u);
  BOOST_TEST(w.seen.size() < 30u);
  BOOST_TEST(w.odd.empty());
}

BOOST_AUTO_TEST_CASE(a_gap_in_the_stream_is_told_at_once_and_not_spoken_for) {
  World w(1'000);
  w.open();
  for (const std::size_t line : {2u, 3u, 6u, 1u}) w.rpc->listener.event(frame(line)); // 2070, 2071, 2074, 2069
  std::vector<std::pair<std::int64_t, std::int64_t>> told;
  for (const auto& block : w.seen) told.emplace_back(block.from.value, block.height.value);
  BOOST_TEST((told == std::vector<std::pair<std::int64_t, std::int64_t>>{{2070, 2070}, {2074, 2074}, {2069, 2069}}));
}

BOOST_AUTO_TEST_CASE(events_of_other_topics_are_nobodys) {
  for (const std::set<TopicId>& topics : {std::set<TopicId>{}, {{1}}, {{67}}}) {
    World w(0, topics);
    w.open();
    for (std::size_t line = 0; line < 8; ++line) w.rpc->listener.event(frame(line));
    bool ours = false, others = false;
    for (const auto& block : w.seen)
      for (const auto& window : block.opened) (topics.contains(window.topic) ? ours : others) = true;
    BOOST_TEST(others == topics.empty());
    BOOST_TEST(ours == topics.contains({1}));
  }
}

BOOST_AUTO_TEST_CASE(armed_bytes_go_out_with_their_opening_before_anybody_is_told_and_once) {
  World w;
  w.open();
  const TxHash hash{"D79F7D2795D3F7AA3C42CB3863294FCB7A12DBCD22B27485E41CE4E789B60A60"};
  std::vector<std::string> order;
  const auto arm = [&](Broadcast bytes) {
    w.chain->arm(bytes, [&](const BroadcastFired& f) { order.push_back("fired " + std::to_string(f.nonce.value)); },
                 [&](const auto& answer) { order.push_back(std::holds_alternative<BroadcastAnswered>(answer) ? "answered" : "lost"); });
  };
  const auto sent = [&] { return std::count(w.rpc->asked.begin(), w.rpc->asked.end(), "broadcast_tx_sync"); };
  std::optional<WindowEvent> window; // the first that the recording opens
  std::size_t line = 0;
  for (; line < 47 && !window; ++line) {
    w.rpc->listener.event(frame(line));
    if (!w.seen.empty() && !w.seen.back().opened.empty()) window = w.seen.back().opened.front();
  }
  BOOST_REQUIRE(window);
  w.seen.clear();
  w.rpc->answers["broadcast_tx_sync"] = broadcast_result("inference-accepted");
  const auto again = frame(line - 1);
  arm({window->topic, {window->nonce.value + 1}, hash, {"AAAA"}});
  w.rpc->listener.event(again);
  BOOST_TEST(order.empty()); // another window's
  arm({window->topic, window->nonce, hash, {"AAAA"}});
  w.chain->disarm([&](BroadcastDisarmed) { order.push_back("disarmed"); });
  w.rpc->listener.event(again);
  arm({window->topic, window->nonce, hash, {"AAAA"}});
  const auto told = w.seen.size();
  w.chain->listen([&](const auto& m) { order.push_back(std::holds_alternative<BlockSeen>(m) ? "block" : "up"); });
  w.rpc->listener.event(again);
  w.rpc->listener.event(again);
  BOOST_TEST(told == 2u);
  BOOST_TEST(sent() == 1);
  const std::vector<std::string> wanted{"disarmed", "up", "fired " + std::to_string(window->nonce.value), "answered", "block", "block"};
  BOOST_TEST(order == wanted, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_skimmed_before_the_node_is_known) {
  World w;
  w.rpc->answers.erase("status");
  w.open();
  BOOST_TEST(!w.rpc->listener.skim(json::serialize(frame(0))));
}
