#define BOOST_TEST_MODULE admin_routes
#include "runtime/admin/routes.hpp"
#include "tests/support/scripted_tree.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd;
namespace json = boost::json;

namespace {

const Place root{PlaceKind::root}, watcher{PlaceKind::watcher}, topic{PlaceKind::topic, TopicId{67}},
  timer{PlaceKind::timer, TopicId{67}};

SupervisorView view(std::vector<ChildView> children, Failure failure) {
  return {{true}, {}, std::move(children), {std::move(failure)}};
}

/// A root with a watcher and a topic's supervisor with a timer.
struct SmallTree : test::ScriptedTree {
  SmallTree() {
    supervisors = {
      {root, view({{watcher, ChildKind::permanent, ChildState::running, 2, {5}, {9}, 0, false},
                   {topic, ChildKind::permanent, ChildState::running, 0, {5}, {9}, 0, true}},
                  {{10}, watcher, "boo", "BlockSeen", 1})},
      {topic, view({{timer, ChildKind::transient, ChildState::done, 0, {5}, {0}, 3, false}}, {{20}, timer, "ended", "", 1})}};
    actors = {{watcher, Inspection{watcher, {}, WatcherView{true, {7}}, 40}}};
    all_loads = {{watcher, 40, 3, {{"BlockSeen", 2}, {"Tick", 1}}, "BlockSeen", 1'500, 20'000, 900, {}}};
  }
};

struct Fixture {
  std::shared_ptr<SmallTree> tree = std::make_shared<SmallTree>();
  std::string level;
  AdminHandler ask = admin_routes(tree, [this](const std::string& l) {
    if (l == "loud") return false;
    level = l;
    return true;
  });
  json::value get(const std::string& path) {
    const auto answer = ask({"GET", path});
    BOOST_TEST(answer.status == 200u, answer.body);
    return json::parse(answer.body);
  }
  std::string error(const AdminRequest& request, unsigned status) {
    const auto answer = ask(request);
    BOOST_TEST(answer.status == status, answer.body);
    return std::string(json::parse(answer.body).at("error").as_string());
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin_routes_, Fixture)

BOOST_AUTO_TEST_CASE(the_tree_nests_supervisors_under_supervisors) {
  const auto t = get("/tree");
  BOOST_TEST(t.at("place").as_string() == "root");
  BOOST_TEST(t.at("children").at(1).at("tree").at("children").at(0).at("name").as_string() == "timer/67");
  BOOST_TEST(!t.at("children").at(0).as_object().contains("tree"));
}

BOOST_AUTO_TEST_CASE(a_supervisor_that_does_not_answer_is_shown_as_silent) {
  tree->supervisors[1].state = {};
  BOOST_TEST(get("/tree").at("children").at(1).at("tree").at("silent").as_bool());
}

BOOST_AUTO_TEST_CASE(ps_shows_who_should_run_and_does_not) {
  const auto rows = get("/ps").as_array();
  BOOST_REQUIRE(rows.size() == 4u);
  BOOST_TEST(rows[1].at("place").as_string() == "timer/67"); // by text form
  BOOST_TEST(rows[1].at("state").as_string() == "done");
  BOOST_TEST(rows[1].at("waiting").as_int64() == 3);
  BOOST_TEST(rows[3].at("handled").to_number<int>() == 40);
}

BOOST_AUTO_TEST_CASE(the_tree_shows_load_and_the_last_failure) {
  const auto t = get("/tree");
  const auto& row = t.at("children").at(0);
  BOOST_TEST(row.at("handled").as_int64() == 40);
  BOOST_TEST(row.at("waiting").as_int64() == 3);
  BOOST_TEST(row.at("in_hand").at("message").as_string() == "BlockSeen");
  BOOST_TEST(row.at("in_hand").at("us").as_int64() == 1'500);
  BOOST_TEST(row.at("last_failure").at("reason").as_string() == "boo");
  BOOST_TEST(row.at("last_failure").at("message").as_string() == "BlockSeen");
  BOOST_TEST(!t.at("children").at(1).as_object().contains("last_failure"));
}

BOOST_AUTO_TEST_CASE(a_mailbox_is_shown_by_type_also_of_an_actor_that_does_not_answer) {
  tree->actors[0].inspection = {};
  const auto box = get("/mailbox/watcher");
  BOOST_TEST(box.at("types").at("BlockSeen").as_int64() == 2);
  BOOST_TEST(box.at("waiting").as_int64() == 3);
  BOOST_TEST(error({"GET", "/mailbox/timer/68"}, 404) == "there is no actor 'timer/68'; /ps lists them");
}

BOOST_AUTO_TEST_CASE(inspect_gives_the_state_as_json_not_as_text) {
  BOOST_TEST(get("/inspect/watcher").at("state").at("head").as_int64() == 7);
  BOOST_TEST(error({"GET", "/inspect/timer/68"}, 404) == "there is no actor 'timer/68'; /ps lists them");
}

BOOST_AUTO_TEST_CASE(the_trouble_of_an_actor_is_a_member_of_its_state) {
  BOOST_TEST(!get("/inspect/watcher").at("state").as_object().contains("trouble"));
  tree->actors[0].inspection->trouble = "no connection";
  BOOST_TEST(get("/inspect/watcher").at("state").at("trouble").as_string() == "no connection");
}

BOOST_AUTO_TEST_CASE(a_text_that_is_no_place_is_a_clear_error_whatever_it_is) {
  for (const std::string verb : {"inspect", "restart"})
    for (const std::string text : {"nobody", "timer", "timer/x", "timer/067", "../etc", "timer/67%00", "root/1", "'\"<>"}) {
      const auto answer = error({verb == "inspect" ? "GET" : "POST", "/" + verb + "/" + text}, 404);
      BOOST_TEST(answer == "'" + text + "' is not a place in the tree (like ledger or timer/67); /ps lists them");
    }
  BOOST_TEST(error({"GET", "/inspect/" + std::string(8'000, 'x')}, 404).size() < 200u);
  BOOST_TEST(tree->restarted.empty());
}

BOOST_AUTO_TEST_CASE(a_silent_actor_is_a_timeout_not_an_empty_state) {
  tree->actors[0].inspection = {};
  BOOST_TEST(error({"GET", "/inspect/watcher"}, 504) == "'watcher' does not answer");
}

BOOST_AUTO_TEST_CASE(failures_of_all_supervisors_come_newest_first) {
  const auto rows = get("/failures").as_array();
  BOOST_TEST(rows.at(0).at("child").as_string() == "timer/67");
  BOOST_TEST(rows.at(1).at("supervisor").as_string() == "root");
}

BOOST_AUTO_TEST_CASE(windows_without_an_answer_are_among_the_failures) { // a dead market left the list empty
  const auto before = get("/failures").as_array().size();
  const auto newest = get("/failures").as_array().at(0).at("at").to_number<std::int64_t>();
  ask = admin_routes(
    tree, [](const std::string&) { return true; },
    [&] {
      return std::vector<Failure>{
        {Instant{newest + 1}, {PlaceKind::topic, TopicId{67}, {}}, "missed: tiingo: HTTP 403", "window 120", 0}};
    });
  const auto rows = get("/failures").as_array();
  BOOST_REQUIRE_EQUAL(rows.size(), before + 1);
  BOOST_TEST(rows.at(0).at("child").as_string() == "topic/67");
  BOOST_TEST(rows.at(0).at("supervisor").as_string() == "ledger");
  BOOST_TEST(rows.at(0).at("message").as_string() == "window 120");
  BOOST_TEST(rows.at(0).at("reason").as_string() == "missed: tiingo: HTTP 403");
}

BOOST_AUTO_TEST_CASE(healthy_means_all_run_all_answer_and_nobody_complains) {
  BOOST_TEST(get("/health").at("healthy").as_bool());
  const auto reason = [&] {
    const auto answer = ask({"GET", "/health"});
    BOOST_TEST(answer.status == 503u);
    return std::string(json::parse(answer.body).at("reason").as_string());
  };
  auto good = *tree;
  tree->actors[0].inspection->trouble = "no connection for 90 s";
  BOOST_TEST(reason() == "watcher: no connection for 90 s");
  *tree = good;
  tree->actors[0].inspection = {};
  BOOST_TEST(reason() == "'watcher' does not answer");
  *tree = good;
  tree->supervisors[0].state->children[0].state = ChildState::waiting;
  BOOST_TEST(reason() == "'watcher' does not run, it is waiting");
  *tree = good;
  tree->supervisors[1].state = {};
  BOOST_TEST(reason() == "the supervisor 'topic/67' does not answer");
  tree->supervisors.clear();
  BOOST_TEST(reason() == "there is no tree: it is starting or stopping");
}

BOOST_AUTO_TEST_CASE(a_restart_is_passed_on_for_children_only) {
  BOOST_TEST(ask({"POST", "/restart/timer/67"}).status == 202u);
  BOOST_TEST((tree->restarted == std::vector{timer}));
  BOOST_TEST(error({"POST", "/restart/root"}, 409) == "'root' is the root: restart the service instead");
  error({"POST", "/restart/timer/68"}, 404);
  BOOST_TEST(tree->restarted.size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_log_level_is_set_or_refused_with_what_there_is) {
  BOOST_TEST(ask({"POST", "/log-level/debug"}).status == 200u);
  BOOST_TEST(level == "debug");
  BOOST_TEST(error({"POST", "/log-level/loud"}, 400).starts_with("'loud' is no log level; there are trace, debug"));
}

BOOST_AUTO_TEST_CASE(wrong_paths_and_wrong_methods_are_told_apart) {
  for (auto path : {"/nothing", "/treex", "/inspect/", "/inspect", "/restart/", "//tree", "/tree/../ps"})
    error({"GET", path}, 404);
  BOOST_TEST(error({"GET", "/tree?x=1"}, 400) == "the query has a parameter that this path does not take; it takes none");
  const auto answer = ask({"PUT", "/tree"});
  BOOST_TEST(answer.headers.at(0).second == "GET");
  BOOST_TEST(error({"GET", "/restart/watcher"}, 405) == "/restart/watcher takes POST, not GET");
  BOOST_TEST(error({"POST", "/tree"}, 405) == "/tree takes GET, not POST");
  error({"DELETE", "/tree"}, 405);
  BOOST_TEST(tree->restarted.empty());
}

BOOST_AUTO_TEST_CASE(a_tree_in_order_that_answers_no_window_is_not_healthy) {
  BOOST_TEST(ask({"GET", "/health"}).status == 200u);
  tree->summary = BooksSummary{};
  tree->summary->topics = {{.topic = {1}, .last_answered = {900}},
                           {.topic = {2}, .last_answered = {880}, .since_answered = 1, .last_end = "missed: HTTP 401"}};
  BOOST_TEST(ask({"GET", "/health"}).status == 200u); // one window is no sign yet
  tree->summary->topics[1].since_answered = 2;
  const auto answer = ask({"GET", "/health"});
  BOOST_TEST(answer.status == 503u);
  BOOST_TEST(answer.body.find("topic 2 is not earning: its last 2 windows were not answered; the newest ended as missed: HTTP "
                              "401; the last answered one is 880") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(health_says_how_long_balance_candles_and_model_last) {
  SubmitterView submitter;
  submitter.balance = Uallo{1'000};
  tree->summary = BooksSummary{.fees_24h = Uallo{300}};
  const Place btc{PlaceKind::fetcher, TopicId{1}}, eth{PlaceKind::fetcher, TopicId{2}};
  const auto feed = [](std::int64_t newest) { return FetcherView{0, {{"csv", {1, 0, Instant{newest}, {}}}, {"binance", {}}}}; };
  const Place predictor{PlaceKind::predictor, TopicId{1}};
  tree->actors = {{{PlaceKind::submitter}, Inspection{{PlaceKind::submitter}, {}, submitter, 1}},
                  {btc, Inspection{btc, {}, feed(1'767'225'600'000), 1}},
                  {eth, Inspection{eth, {}, feed(1'767'222'000'000), 1}},
                  {predictor, Inspection{predictor, {}, PredictorView{"m", "2025-12-01T00:00:00Z", {}, {}}, 1}}};
  const auto health = get("/health");
  BOOST_TEST(health.at("balance_days").as_int64() == 3);
  BOOST_TEST(health.at("newest_candle").as_string() == "2025-12-31T23:00:00Z"); // of the feed that lags
  BOOST_TEST(health.at("model_trained_to").as_string() == "2025-12-01T00:00:00Z");
}

BOOST_AUTO_TEST_SUITE_END()
