#define BOOST_TEST_MODULE earning_facts
// Each fact about the earning, when it is bad, shows in health, in the heartbeat and in the metrics.
#include "actors/supervisor/supervisor.hpp"
#include "runtime/admin/health_report.hpp"
#include "runtime/metrics/metrics.hpp"
#include "tests/support/virtual_actor_system.hpp"

#include <boost/json/serialize.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <functional>
#include <ostream>

using namespace inferd;
using namespace inferd::test;

namespace {

const Place watcher{PlaceKind::watcher}, submitter{PlaceKind::submitter}, fetcher{PlaceKind::fetcher, {}, "btcusd/1h"},
  predictor{PlaceKind::predictor, TopicId{1}};

/// What the actors of a daemon in order say.
struct World {
  WatcherView chain{.connected = true, .head = {905}, .topics = {}, .endpoints = {}, .head_age_ms = 5'000};
  SubmitterView wallet{.works = {}, .next_sequence = {}, .balance = Uallo{4'000}, .fee = Uallo{10}};
  FetcherView candles{0, {{"csv", {1, 0, Instant{1'767'225'600'000}, {}}}}};
  PredictorView model{
    .model = "m", .trained_to = "2025-12-01T00:00:00Z", .topic = {}, .mismatch = {}, .fallback = {}, .failure = {}};
  BooksSummary books{.fees_24h = Uallo{100}};
  TopicResults& topic() { return books.topics.front(); }
  World() { books.topics = {{.topic = {1}, .last_answered = {900}, .ended_24h = 24, .answered_24h = 24, .equal_values = 1}}; }
};

/// Answers Inspect with a given state, or not at all.
struct FactActor : ActorBase<caf::event_based_actor> {
  FactActor(caf::actor_config& config, ActorContext& context, Place place, std::optional<ActorView> state)
    : ActorBase(config, context, std::move(place)), state_(std::move(state)) {
    set_default_handler(caf::drop);
  }
  caf::behavior make_behavior() override {
    if (!state_) return {[this](const Inspect&) { kept_ = make_response_promise(); }};
    return {[this](const Inspect&) { return shown(*state_); }};
  }
  void on_exit() override { kept_ = {}; } // which refers to this actor
  std::optional<ActorView> state_;
  caf::response_promise kept_;
};

struct Seen {
  std::string health, heartbeat, metrics;
};

Seen show(const World& w, bool watcher_answers = true) {
  VirtualActorSystem system;
  const auto spawn = [&](const Place& place, std::optional<ActorView> state) {
    const auto actor = system.system.spawn<FactActor>(system.context, place, std::move(state));
    system.context.directory->put(place, caf::actor_cast<caf::strong_actor_ptr>(actor));
  };
  SupervisorSpec spec;
  spec.place = root_role.place;
  spawn_supervisor(system.system, system.context, std::move(spec), RootDuties{.wallet = {"allo1x"}, .on_alive = {}});
  spawn(watcher, watcher_answers ? std::optional<ActorView>(w.chain) : std::nullopt);
  spawn(submitter, w.wallet);
  spawn(fetcher, w.candles);
  spawn(predictor, w.model);
  system.advance(3'600'000);
  system.tell(root_role, w.books);
  system.advance(limits::books_deadline);
  BOOST_TEST(system.delivered("root <- Heartbeat(") == 1u);
  Seen out;
  for (const auto& line : system.tape)
    if (line.starts_with("root <- Heartbeat(")) out.heartbeat = line;

  TreeState state{{{root_role.place, SupervisorView{{true}, {}, {}, {}}}}, {}, w.books};
  for (const auto& [place, view] :
       {std::pair<Place, ActorView>{watcher, w.chain}, {submitter, w.wallet}, {fetcher, w.candles}, {predictor, w.model}})
    state.everyone.push_back({place, Inspection{place, {}, view, 1}});
  out.health = boost::json::serialize(health_report(state));
  Metrics metrics({"allo1x", "chain-1", "0.1.0"});
  out.metrics = metrics.text({state, {}, {}}, false);
  return out;
}

struct Case {
  const char* name;
  std::function<void(World&)> spoil;
  const char *words, *metric;
};
std::ostream& operator<<(std::ostream& out, const Case& c) { return out << c.name; }

const Case cases[] = {
  {"windows since the last answered one",
   [](World& w) { w.topic().since_answered = 1, w.topic().last_end = "missed: HTTP 401"; },
   "windows since the last answered one: 1; topic 1: missed: HTTP 401",
   R"(inferd_windows_since_answered{topic="1",wallet="allo1x"} 1)"},
  {"not earning", [](World& w) { w.topic().since_answered = 2, w.topic().last_end = "missed: HTTP 401"; },
   "topic 1 is not earning: its last 2 windows were not answered; the newest ended as missed: HTTP 401",
   R"(inferd_earning{wallet="allo1x"} 0)"},
  {"share of 24 h", [](World& w) { w.topic().answered_24h = 3; }, "last 24 h: 3 of 24 windows answered, fees 100 uallo",
   R"(inferd_windows_answered_24h{topic="1",wallet="allo1x"} 3)"},
  {"the head stands", [](World& w) { w.chain.head_age_ms = 130'000; }, "the head is 905, and no new block came for 130 s",
   R"(inferd_head_age_seconds{wallet="allo1x"} 130)"},
  {"the head went back", [](World& w) { w.chain.head = {870}, w.chain.went_back_from = Height{900}; },
   "the chain's head is 870, and windows up to 900 are in the books: the chain or its nodes were rolled back",
   R"(inferd_head_went_back{wallet="allo1x"} 1)"},
  {"a node without index", [](World& w) { w.chain.warning = "it has no transaction index"; },
   "the node in use is incomplete: it has no transaction index", R"(inferd_node_incomplete{wallet="allo1x"} 1)"},
  {"a clash", [](World& w) { w.wallet.clash = "another process uses this key: sequence 17 was used"; },
   "another process uses this key: sequence 17 was used", R"(inferd_clash{wallet="allo1x"} 1)"},
  {"the balance in days", [](World& w) { w.wallet.balance = Uallo{250}; }, "the balance of 250 uallo lasts 2 days",
   R"(inferd_balance_days{wallet="allo1x"} 2)"},
  {"a balance below a fee", [](World& w) { w.wallet.balance = Uallo{7}, w.wallet.missing = Uallo{3}; },
   "the balance of 7 uallo is below a fee: 3 uallo are missing", R"(inferd_missing_uallo{wallet="allo1x"} 3)"},
  {"old candles", [](World& w) { w.candles.sources["csv"].newest_opens = Instant{1'735'689'600'000}; },
   "the newest candle is of 2025-01-01T00:00:00Z",
   R"(inferd_newest_candle_timestamp_seconds{actor="fetcher/btcusd/1h",source="csv"} 1735689600)"},
  {"an old model", [](World& w) { w.model.trained_to = "2024-12-01T00:00:00Z"; },
   "the model was trained up to 2024-12-01T00:00:00Z",
   R"(inferd_model_trained_to_timestamp_seconds{actor="predictor/1"} 1733011200)"},
  {"predictions that never change", [](World& w) { w.topic().equal_values = equal_values_reported; },
   "topic 1: the last 10 answers have the same value", R"(inferd_equal_answers{topic="1",wallet="allo1x"} 10)"},
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_DATA_TEST_CASE(a_bad_fact_shows_in_health_heartbeat_and_metrics, boost::unit_test::data::make(cases), c) {
  World world;
  const auto before = show(world);
  BOOST_TEST(!has(before.health, c.words), before.health);
  BOOST_TEST(!has(before.heartbeat, c.words));
  BOOST_TEST(!has(before.metrics, std::string(c.metric) + '\n'));
  c.spoil(world);
  const auto after = show(world);
  BOOST_TEST(has(after.health, c.words), after.health);
  BOOST_TEST(has(after.heartbeat, c.words), after.heartbeat);
  BOOST_TEST(has(after.metrics, std::string(c.metric) + '\n'), after.metrics);
}

BOOST_AUTO_TEST_CASE(a_daemon_in_order_says_so_in_one_sentence) {
  const auto seen = show({});
  BOOST_TEST(has(seen.health, R"("healthy":true)"));
  const std::string facts =
    "last 24 h: 24 of 24 windows answered, fees 100 uallo; windows since the last answered one: 0; the head is 905; the "
    "balance "
    "of 4000 uallo lasts 40 days; the newest candle is of 2026-01-01T00:00:00Z; the model was trained up to "
    "2025-12-01T00:00:00Z";
  BOOST_TEST(has(seen.health, "\"facts\":\"" + facts + '"'), seen.health);
  BOOST_TEST(has(seen.heartbeat, "last nonce 0; " + facts), seen.heartbeat);
}

BOOST_AUTO_TEST_CASE(an_actor_that_does_not_answer_costs_its_facts_and_not_the_heartbeat) {
  const auto seen = show({}, false);
  BOOST_TEST(has(seen.heartbeat, "24 of 24 windows answered"));
  BOOST_TEST(has(seen.heartbeat, "the balance of 4000 uallo"));
  BOOST_TEST(!has(seen.heartbeat, "the head is"));
}

BOOST_AUTO_TEST_CASE(without_any_answer_there_is_no_fact) { BOOST_TEST(to_sentence(earning_facts({nullptr}, {})).empty()); }
