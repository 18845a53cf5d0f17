#define BOOST_TEST_MODULE alert_facts
#include "runtime/alerts/alert_facts.hpp"
#include "tests/support/scripted_tree.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

const Place root{PlaceKind::root}, watcher{PlaceKind::watcher}, submitter{PlaceKind::submitter};

} // namespace

BOOST_AUTO_TEST_CASE(what_the_actors_publish_becomes_facts) {
  test::ScriptedTree tree;
  SupervisorView view;
  view.vitals.healthy = true;
  view.children = {{.name = watcher, .restarts = 2}, {.name = submitter, .restarts = 3}};
  tree.supervisors = {{root, view}};
  WatcherView seen;
  seen.connected = true;
  seen.head = Height{20};
  seen.went_back_from = Height{36};
  SubmitterView pays;
  pays.balance = Uallo{5};
  pays.clashes = 1;
  FetcherView feed;
  feed.sources = {{"a", {.failures = 1, .newest_opens = Instant{10}}},
                  {"b", {.failures = 2, .newest_opens = Instant{20}}},
                  {"c", {.failures = 1}}};
  FetcherView daily; // asked once a day: its newest candle may be two days old
  daily.sources = {{"a", {.failures = 3, .newest_opens = Instant{1}}}, {"b", {.newest_opens = Instant{1}}}};
  FetcherView empty;
  empty.sources = {{"a", {.failures = 1}}};
  PredictorView model;
  model.trained_to = "2025-12-01T00:00:00Z";
  const auto fetcher = *parse_place("fetcher/btcusd/1h"), predictor = *parse_place("predictor/67");
  tree.actors = {{watcher, Inspection{watcher, {}, seen, 1}},
                 {submitter, Inspection{submitter, {}, pays, 1}},
                 {fetcher, Inspection{fetcher, {}, feed, 1}},
                 {*parse_place("fetcher/btcusd/1d"), Inspection{*parse_place("fetcher/btcusd/1d"), {}, daily, 1}},
                 {*parse_place("fetcher/ethusd/1m"), Inspection{*parse_place("fetcher/ethusd/1m"), {}, empty, 1}},
                 {predictor, Inspection{predictor, {}, model, 1}}};
  tree.summary = BooksSummary{.missed = 4};
  const auto f = alerts::read_facts(tree);
  BOOST_TEST(f.healthy);
  BOOST_TEST(f.connected.value());
  BOOST_TEST(f.went_back.starts_with("the chain's head is 20, and windows up to 36 are in the books"));
  BOOST_TEST((f.balance.value() == Uallo{5}));
  BOOST_TEST(f.restarts == 5u);
  BOOST_TEST(f.clashes == 1u);
  BOOST_TEST((f.failing_feeds ==
              std::map<std::string, std::optional<Instant>>{{"fetcher/btcusd/1h", Instant{20}}, {"fetcher/ethusd/1m", {}}}));
  BOOST_TEST(f.trained_to.at("predictor/67").value == 1'764'547'200'000);
  BOOST_TEST(f.books->missed == 4u);
}

BOOST_AUTO_TEST_CASE(a_tree_that_does_not_answer_is_not_healthy_and_says_nothing_else) {
  test::ScriptedTree tree;
  BOOST_TEST(!alerts::read_facts(tree).healthy);
  tree.supervisors = {{root, {}}};
  const auto f = alerts::read_facts(tree);
  BOOST_TEST(!f.healthy);
  BOOST_TEST(!f.connected);
  BOOST_TEST(!f.books);
}
