#define BOOST_TEST_MODULE comet_stream
// Blocks of the event stream: the range each covers, other topics' events, preloads.
#include "tests/chain/comet/comet_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

BOOST_AUTO_TEST_CASE(a_block_covers_those_since_the_previous_one_and_is_delivered_once) {
  World w;
  w.rpc->answers["status"].at("result").at("sync_info").at("latest_block_height") = "2065";
  w.open();
  for (const std::size_t line : {0u, 0u, 5u, 5u, 5u, 9u}) // 2068, 2073, 2075: once for each matching subscription
    if (const auto text = json::serialize(frame(line)); !w.rpc->listener.scan(text)) BOOST_ERROR(text);
  std::vector<std::pair<std::int64_t, std::int64_t>> received;
  for (const auto& block : w.seen) received.emplace_back(block.from.value, block.height.value);
  BOOST_TEST((received == std::vector<std::pair<std::int64_t, std::int64_t>>{{2066, 2068}, {2069, 2073}, {2074, 2075}}));
  BOOST_TEST(w.seen[1].scores.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_block_at_the_handshakes_height_is_delivered) {
  World w;
  w.rpc->answers["status"].at("result").at("sync_info").at("latest_block_height") = "2068";
  w.open();
  w.rpc->listener.event(frame(0));
  BOOST_REQUIRE_EQUAL(w.seen.size(), 1u);
  BOOST_TEST((w.seen[0].from == Height{2068} && w.seen[0].height == Height{2068}));
}

BOOST_AUTO_TEST_CASE(events_of_other_topics_are_dropped) {
  for (const std::set<TopicId>& topics : {std::set<TopicId>{}, {{1}}, {{67}}}) {
    World w(topics);
    w.open();
    for (std::size_t line = 0; line < 8; ++line) w.rpc->listener.event(frame(line));
    bool ours = false, others = false;
    for (const auto& block : w.seen)
      for (const auto& window : block.opened) (topics.contains(window.topic) ? ours : others) = true;
    BOOST_TEST(others == topics.empty());
    BOOST_TEST(ours == topics.contains({1}));
  }
}

BOOST_AUTO_TEST_CASE(a_preload_is_sent_once_at_its_opening_before_the_listener_is_notified) {
  World w;
  w.open();
  const TxHash hash{"D79F7D2795D3F7AA3C42CB3863294FCB7A12DBCD22B27485E41CE4E789B60A60"};
  std::vector<std::string> order;
  const auto preload = [&](Broadcast bytes) {
    w.chain->preload(
      bytes, [&](const PreloadSent& f) { order.push_back("fired " + std::to_string(f.nonce.value)); },
      [&](const auto& answer) { order.push_back(std::holds_alternative<BroadcastAnswered>(answer) ? "answered" : "lost"); });
  };
  const auto sent = [&] { return std::count(w.rpc->asked.begin(), w.rpc->asked.end(), "broadcast_tx_sync"); };
  w.rpc->answers["broadcast_tx_sync"] = broadcast_result("inference-accepted");
  const auto first = frame(0), second = frame(24), third = frame(32); // topics 2, 3 and 2 open at 2068, 2090 and 2098
  preload({{2}, {2069}, hash, {"AAAA"}});
  w.rpc->listener.event(first);
  BOOST_TEST(order.empty()); // of another window
  preload({{3}, {2090}, hash, {"AAAA"}});
  w.chain->cancel_preload([&](PreloadCancelled) { order.push_back("disarmed"); });
  w.rpc->listener.event(second);
  preload({{2}, {2098}, hash, {"AAAA"}});
  BOOST_TEST(w.seen.size() == 2u);
  w.chain->listen([&](const auto& m) { order.push_back(std::holds_alternative<BlockSeen>(m) ? "block" : "up"); });
  w.rpc->listener.event(third);
  w.rpc->listener.event(third);
  BOOST_TEST(sent() == 1);
  BOOST_TEST(order == (std::vector<std::string>{"disarmed", "up", "fired 2098", "answered", "block"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(nothing_is_scanned_before_the_handshake) {
  World w;
  w.rpc->answers.erase("status");
  w.open();
  BOOST_TEST(!w.rpc->listener.scan(json::serialize(frame(0))));
}
