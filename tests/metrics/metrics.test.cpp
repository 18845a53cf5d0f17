#define BOOST_TEST_MODULE metrics
#include "runtime/metrics/catalogue.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/metrics/open_metrics.hpp"
#include "runtime/metrics/timed_ports.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <regex>
#include <set>
#include <sstream>

using namespace inferd;

namespace {

const Place root{PlaceKind::root}, watcher{PlaceKind::watcher}, submitter{PlaceKind::submitter}, ledger{PlaceKind::ledger},
  predictor{PlaceKind::predictor, TopicId{1}}, fetcher{PlaceKind::fetcher, {}, "btcusd/1h"};
const Wallet wallet{"allo1x"};

struct Fixture {
  Fixture() {
    s.state.branches = {
      {root, SupervisorView{{true}, {}, {{watcher, ChildKind::permanent, ChildState::running, 2, {5}, {9}, 0, false}}, {}}}};
    WatcherView w{true,
                  {7},
                  {},
                  {{"a:1", EndpointUse::in_use, 7, 0, 12, 0, ""}, {"b:1", EndpointUse::in_backoff, 5, 2, 30, 3, "no answer"}}};
    w.head_age_ms = 1'500;
    SubmitterView sub;
    sub.balance = Uallo{1'000};
    sub.fee = Uallo{3};
    s.state.everyone = {
      {watcher, Inspection{watcher, {}, w, 40}},
      {submitter, Inspection{submitter, {}, sub, 4}},
      {fetcher, Inspection{fetcher, {}, FetcherView{0, {{"csv", {1, 0, Instant{1'767'225'600'000}, {}}}, {"binance", {}}}}, 1}},
      {predictor, Inspection{predictor, {}, PredictorView{"m", "2025-12-01T00:00:00Z", {}, {}}, 1}}};
    s.state.books = BooksSummary{
      12, 10, 0, 1, 1, 0, Uallo{1234}, Decimal{"5.5"}, Height{900}, {{.topic = {1}, .since_answered = 2}}, Uallo{9}};
    s.loads = {{watcher, 40, 3, {}, "", 0, 1'500'000, 900, {1, 2, 0, 0, 0, 0, 1}}};
    s.paused = {{1}};
  }
  /// The whole path of a window, and one of everything else.
  void live() {
    m.on(fetcher, PrepareWindow{{1}, {40}, {45}, {1'000}}, {1'000});
    m.on(submitter, Predicted{{1}, {40}, {45}, "csv", "m", {1}, {{"", "1"}}}, {1'050});
    m.on(submitter, Predicted{{2}, {40}, {45}, "csv", "m", {1}, {{"up", "1"}, {"down", "0"}}}, {1'050});
    m.on(submitter, PreloadSent{{1}, {40}, {"AB"}, {2'000}}, {2'001});
    m.on(submitter, WindowOpened{{1}, {40}, {45}, "event", {2'002}}, {2'002});
    m.on(submitter, accepted, {2'004});
    m.on(submitter, accepted, {2'005}); // another node's answer
    m.ended({wallet, {1}, {40}, Status::confirmed, "", {"AB"}, {41}, {1}, {2}, {7'000}});
    m.ended({wallet, {1}, {50}, Status::missed, "no candles: kraken: HTTP 500", {}, {}, {}, {}, {9'000}});
    auto refused = accepted;
    refused.verdict = Verdict::FeeTooLow;
    refused.codespace = "sdk";
    refused.code = 13;
    m.on(submitter, refused, {1});
    m.on(watcher, ConnectionUp{}, {1});
    m.on(watcher, ConnectionUp{}, {2});
    m.on(watcher, ConnectionDown{}, {2});
    m.on(root, ClashNoticed{wallet, "why", {1}}, {1});
    m.on(ledger, BookScore{{{1}, {40}, wallet, {"0.25"}}, {1}}, {1});
    m.on(ledger, BookReward{{{1}, {40}, wallet, {"1000.5"}}, {1}}, {1});
    m.market_answered("btcusd/1h", "csv", true, 0.02);
    m.market_answered("btcusd/1h", "csv", false, 9);
    m.endpoint_answered("a:1", true, 0.003);
  }
  bool has(const std::string& line) { return ("\n" + text).find("\n" + line + "\n") != std::string::npos; }

  BroadcastAnswered accepted{{1}, {40}, {"AB"}, Verdict::Accepted, 0, "", "", {}, {}, "a:1", {2'003}};
  Metrics m{{wallet.address, "chain-1", "0.1.0"}};
  Metrics::Scrape s;
  std::string text;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(metrics, Fixture)

BOOST_AUTO_TEST_CASE(what_actors_and_books_say_is_in_the_text) {
  text = m.text(s, false);
  for (const char* line : {"inferd_healthy 1",
                           R"(inferd_restarts_total{actor="watcher"} 2)",
                           R"(inferd_messages_total{actor="watcher"} 40)",
                           R"(inferd_mailbox_messages{actor="watcher"} 3)",
                           R"(inferd_busy_seconds_total{actor="watcher"} 1.5)",
                           R"(inferd_handler_seconds_bucket{kind="watcher",le="0.0001"} 3)",
                           R"(inferd_handler_seconds_bucket{kind="watcher",le="+Inf"} 4)",
                           R"(inferd_windows{status="confirmed",wallet="allo1x"} 10)",
                           R"(inferd_fees_uallo{wallet="allo1x"} 1234)",
                           R"(inferd_rewards_uallo{wallet="allo1x"} 5.5)",
                           R"(inferd_last_nonce{wallet="allo1x"} 900)",
                           R"(inferd_earning{wallet="allo1x"} 0)",
                           R"(inferd_windows_since_answered{topic="1",wallet="allo1x"} 2)",
                           R"(inferd_endpoint_up{endpoint="a:1"} 1)",
                           R"(inferd_endpoint_up{endpoint="b:1"} 0)",
                           R"(inferd_balance_uallo{wallet="allo1x"} 1000)",
                           R"(inferd_balance_days{wallet="allo1x"} 111)",
                           R"(inferd_missing_uallo{wallet="allo1x"} 0)",
                           R"(inferd_clash{wallet="allo1x"} 0)",
                           R"(inferd_head_age_seconds{wallet="allo1x"} 1.5)",
                           R"(inferd_head_went_back{wallet="allo1x"} 0)",
                           R"(inferd_node_incomplete{wallet="allo1x"} 0)",
                           R"(inferd_source_failures{actor="fetcher/btcusd/1h",source="csv"} 0)",
                           R"(inferd_newest_candle_timestamp_seconds{actor="fetcher/btcusd/1h",source="csv"} 1767225600)",
                           R"(inferd_model_trained_to_timestamp_seconds{actor="predictor/1"} 1764547200)",
                           R"(inferd_paused{topic="1",wallet="allo1x"} 1)",
                           R"(inferd_build_info{chain="chain-1",version="0.1.0"} 1)",
                           R"(inferd_clashes_total{wallet="allo1x"} 0)"})
    BOOST_TEST(has(line), line << '\n' << text);
  BOOST_TEST(text.find("process_resident_memory_bytes") != text.npos);
}

BOOST_AUTO_TEST_CASE(a_window_counts_once_with_its_times_outcome_and_class_of_reason) {
  live();
  text = m.text(s, false);
  for (const char* line :
       {R"(inferd_predictions_total{topic="1",wallet="allo1x"} 1)", R"(inferd_answered_total{topic="1",wallet="allo1x"} 1)",
        R"(inferd_prediction_seconds_sum{topic="1",wallet="allo1x"} 0.05)",
        R"(inferd_opening_to_mempool_seconds_count{topic="1",wallet="allo1x"} 1)",
        R"(inferd_opening_to_mempool_seconds_bucket{topic="1",wallet="allo1x",le="0.005"} 1)",
        R"(inferd_opening_to_confirmed_seconds_sum{topic="1",wallet="allo1x"} 5)",
        R"(inferd_windows_total{reason="answered",status="confirmed",topic="1",wallet="allo1x"} 1)",
        R"(inferd_windows_total{reason="market",status="missed",topic="1",wallet="allo1x"} 1)",
        R"(inferd_tx_errors_total{code="sdk/13",wallet="allo1x"} 1)", R"(inferd_clashes_total{wallet="allo1x"} 1)",
        R"(inferd_score{topic="1",wallet="allo1x"} 0.25)", R"(inferd_reward_uallo{topic="1",wallet="allo1x"} 1000.5)",
        R"(inferd_market_request_seconds_count{feed="btcusd/1h",source="csv"} 1)",
        R"(inferd_market_failures_total{feed="btcusd/1h",source="csv"} 1)",
        R"(inferd_endpoint_request_seconds_count{endpoint="a:1"} 1)"})
    BOOST_TEST(has(line), line << '\n' << text);
}

BOOST_AUTO_TEST_CASE(the_go_nodes_names_have_the_same_values) {
  live();
  text = m.text(s, false);
  for (const char* line :
       {R"(allora_worker_inference_request_count{topic="1",address="allo1x"} 1)",
        R"(allora_worker_labeled_inference_request_count{topic="2",address="allo1x"} 1)",
        R"(allora_grpc_connection_permanent_failure{endpoint="a:1"} 0)", "allora_application_finished_count 0",
        R"(allora_worker_process_finished_count{topic="1",address="allo1x"} 1)",
        R"(allora_actor_tx_error_count{error_code="sdk/13",address="allo1x"} 1)", "allora_grpc_connection_lost_count 1",
        "allora_grpc_reconnection_count 1", "allora_application_started_count 1"})
    BOOST_TEST(has(line), line << '\n' << text);
  BOOST_TEST(!has(R"(allora_worker_inference_request_count{topic="2",address="allo1x"} 1)"));
}

BOOST_AUTO_TEST_CASE(catalogue_and_text_have_the_same_metrics_with_the_same_labels) {
  live();
  m.endpoint_answered("a:1", false, 1);
  std::map<std::string, std::set<std::string>> shown;
  std::istringstream lines(m.text(s, false));
  const std::regex sample(R"(^([a-z_0-9]+?)(_bucket|_sum|_count)?(\{(.*)\})? \S+$)");
  std::set<std::string> families;
  for (std::string line; std::getline(lines, line);)
    if (line.starts_with("# TYPE ")) families.insert(line.substr(7, line.find(' ', 7) - 7));
    else if (!line.starts_with("#")) {
      auto name = line.substr(0, line.find_first_of("{ "));
      for (const char* suffix : {"_bucket", "_sum", "_count"})
        if (const auto bare = name.substr(0, name.size() - std::min(name.size(), std::string(suffix).size()));
            name.ends_with(suffix) && families.contains(bare))
          name = bare;
      const auto open = line.find('{');
      auto& labels = shown[name];
      static const std::regex label(R"rx((\w+)="[^"]*")rx");
      const auto inside = open == line.npos ? std::string() : line.substr(open, line.rfind('}') - open);
      for (std::sregex_iterator it(inside.begin(), inside.end(), label), end; it != end; ++it)
        if ((*it)[1] != "le") labels.insert((*it)[1]);
    }
  std::map<std::string, std::set<std::string>> listed;
  for (const auto& info : metric_catalogue) {
    auto& labels = listed[info.name];
    std::istringstream words{std::string(info.labels)};
    for (std::string word; words >> word;) labels.insert(word.ends_with(',') ? word.substr(0, word.size() - 1) : word);
  }
  for (const auto& [name, labels] : shown) BOOST_TEST((listed.contains(name) && listed[name] == labels), name);
  for (const auto& [name, labels] : listed) BOOST_TEST(shown.contains(name), name);
}

BOOST_AUTO_TEST_CASE(without_books_or_tree_the_rest_is_still_there) {
  s = {};
  text = m.text(s, false);
  BOOST_TEST(has("inferd_healthy 0"));
  BOOST_TEST(text.find("inferd_windows{") == text.npos);
}

BOOST_AUTO_TEST_CASE(topics_beyond_the_bound_share_a_label) {
  for (std::uint64_t topic = 1; topic <= Metrics::most_topics + 50; ++topic)
    m.ended({wallet, {topic}, {40}, Status::skipped, "not due", {}, {}, {}, {}, {1}});
  text = m.text(s, false);
  BOOST_TEST(has(R"(inferd_windows_total{reason="not_due",status="skipped",topic="other",wallet="allo1x"} 50)"));
}

BOOST_AUTO_TEST_CASE(open_metrics_has_families_without_total_and_an_end) {
  live();
  text = m.text(s, true);
  BOOST_TEST(text.ends_with("\n# EOF\n"));
  BOOST_TEST(has("# TYPE inferd_clashes counter"));
  BOOST_TEST(has(R"(inferd_clashes_total{wallet="allo1x"} 1)"));
  BOOST_TEST(has("# TYPE allora_worker_inference_request_count unknown"));
  BOOST_TEST(has(R"(inferd_opening_to_mempool_seconds_bucket{topic="1",wallet="allo1x",le="1.0"} 1)"));
  BOOST_TEST(text.find("# TYPE inferd_clashes_total") == text.npos);
}

BOOST_AUTO_TEST_CASE(labels_are_escaped_in_open_metrics) {
  prometheus::MetricFamily family{"x", "a\nb", prometheus::MetricType::Gauge, {}};
  prometheus::ClientMetric metric;
  metric.label = {{"l", "a\"b\\c\nd"}};
  family.metric = {metric};
  BOOST_TEST(open_metrics_text({family}) == "# HELP x a\\nb\n# TYPE x gauge\nx{l=\"a\\\"b\\\\c\\nd\"} 0\n# EOF\n");
}

BOOST_AUTO_TEST_CASE(reasons_fall_into_classes) {
  const auto of = [](Status status, const char* reason) {
    BookOutcome o;
    o.status = status;
    o.reason = reason;
    return reason_class(o);
  };
  BOOST_TEST(of(Status::confirmed, "") == "answered");
  BOOST_TEST(of(Status::skipped, "not due: schedule.interval_s is 60") == "not_due");
  BOOST_TEST(of(Status::skipped, "not due: the topic is paused by the operator") == "paused");
  BOOST_TEST(of(Status::refused, "the fee of 1 is above the cap of 2 (chain.fee_cap_allo)") == "cap");
  BOOST_TEST(of(Status::refused, "balance of 0 ALLO is below the fee of 1") == "funds");
  BOOST_TEST(of(Status::skipped, "the wallet is not on the topic's whitelist") == "not_admitted");
  BOOST_TEST(of(Status::missed, "it opened and closed while the chain's events were not received") == "chain");
  BOOST_TEST(of(Status::missed, "kraken: HTTP 500") == "market");
  BOOST_TEST(of(Status::missed, "the window closed without an answer") == "late");
  BOOST_TEST(of(Status::skipped, "m.json: the model answered garbage") == "model");
  BOOST_TEST(of(Status::refused, "code 7") == "other");
}

BOOST_AUTO_TEST_CASE(a_timed_market_passes_on_and_measures) {
  struct Market : MarketPort {
    void ask(const AskCandles& q, std::function<void(Answer)> done) override {
      if (q.ask == 1) done(CandlesArrived{q.source, q.ask, {}, {}});
      else done(SourceFailed{q.source, q.ask, "no", 0});
    }
  };
  std::vector<std::pair<std::string, bool>> seen;
  const auto port = timed(std::make_shared<Market>(), [&](const std::string& source, bool usable, double seconds) {
    BOOST_TEST(seconds >= 0);
    seen.emplace_back(source, usable);
  });
  int answers = 0;
  for (const std::uint64_t ask : {1u, 2u}) port->ask({"csv", ask, {}, {}}, [&](MarketPort::Answer) { ++answers; });
  BOOST_TEST(answers == 2);
  BOOST_TEST((seen == std::vector<std::pair<std::string, bool>>{{"csv", true}, {"csv", false}}));
}

BOOST_AUTO_TEST_SUITE_END()
