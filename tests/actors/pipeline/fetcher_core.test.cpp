#define BOOST_TEST_MODULE fetcher_core
#include "actors/pipeline/fetcher_core.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr std::int64_t hour = 3'600'000;
constexpr Instant t0{1000 * hour};
const TopicId btc{1}, other{2};

PrepareWindow window(std::int64_t nonce = 900, TopicId topic = btc) { return {topic, Height{nonce}, Height{nonce + 15}, t0}; }
Instant hours_later(int n) { return {t0.value + n * hour}; }
/// `n` candles, the newest of which closed `age` hours before t0.
std::vector<Candle> candles(int n, int age = 0) {
  std::vector<Candle> out;
  for (int i = n; i > 0; --i) out.push_back({Instant{t0.value - (i + age) * hour}, 1, 1, 1, 1, 1});
  return out;
}
FetcherCore core(std::vector<Subscriber> subscribers = {{.topic = btc, .min_candles = 3}}) {
  return FetcherCore({.feed = {"btcusd"}, .sources = {{"tiingo"}, {"binance"}}, .subscribers = std::move(subscribers)});
}
FetcherCore shared() { return core({{.topic = btc, .min_candles = 3}, {.topic = other, .min_candles = 3}}); }
template <class T> T only(const FetcherCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  return std::get<T>(effects.front());
}
std::vector<TopicId> topics(const CandlesFetched& fetched) {
  std::vector<TopicId> out;
  for (const auto& w : fetched.windows) out.push_back(w.topic);
  return out;
}
template <class T> std::vector<T> all(const FetcherCore::Effects& effects) {
  std::vector<T> out;
  for (const auto& e : effects)
    if (const auto* t = std::get_if<T>(&e)) out.push_back(*t);
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_first_window_asks_the_first_source_for_a_warm_up) {
  auto c = core();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  BOOST_TEST(ask.source == "tiingo");
  BOOST_TEST(ask.since.value == t0.value - 103 * hour);
}

BOOST_AUTO_TEST_CASE(candles_already_here_cost_no_request_until_a_new_one_can_have_closed) {
  auto c = core();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  BOOST_TEST(only<CandlesFetched>(c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0)).candles.size() == 5u);
  const auto again = only<CandlesFetched>(c.on(window(930), Instant{t0.value + hour - 1}));
  BOOST_TEST(again.candles.empty()); // nothing new, nothing sent twice
  const auto next = only<AskCandles>(c.on(window(960), Instant{t0.value + hour}));
  BOOST_TEST(next.since.value == t0.value); // one candle
}

BOOST_AUTO_TEST_CASE(a_new_candle_is_sent_alone) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  ask = only<AskCandles>(c.on(window(930), Instant{t0.value + hour}));
  const auto fetched =
    only<CandlesFetched>(c.on(CandlesArrived{"tiingo", ask.ask, {{t0, 1, 1, 1, 1, 1}}, {}}, Instant{t0.value + hour}));
  BOOST_TEST(fetched.candles.size() == 1u);
  BOOST_TEST(!fetched.reset);
}

BOOST_AUTO_TEST_CASE(stale_or_too_few_candles_are_no_candles_and_the_next_source_is_asked) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  ask = only<AskCandles>(c.on(CandlesArrived{"tiingo", ask.ask, candles(5, 4), {}}, t0));
  BOOST_TEST(ask.source == "binance");
  const auto delayed = only<WindowDelayed>(c.on(CandlesArrived{"binance", ask.ask, candles(2), {}}, t0));
  BOOST_TEST(delayed.reason ==
             "tiingo: the newest candle opened 300 min ago, 180 are allowed; binance: only 2 candles, 3 needed");
}

// Kraken serves its newest 719 closed candles, whatever is asked for; its cache grows by one an hour.
BOOST_AUTO_TEST_CASE(a_source_that_reaches_back_too_little_is_replaced_by_the_second_until_its_cache_has_grown) {
  auto c = FetcherCore({.feed = {"btcusd"}, .sources = {{"kraken"}, {"coinbase"}}, .subscribers = {{btc, {}, 720}}});
  auto ask = only<AskCandles>(c.on(window(), t0));
  ask = only<AskCandles>(c.on(CandlesArrived{"kraken", ask.ask, candles(719), {}}, t0));
  BOOST_TEST(ask.source == "coinbase");
  auto fetched = only<CandlesFetched>(c.on(CandlesArrived{"coinbase", ask.ask, candles(820), {}}, t0));
  BOOST_TEST(fetched.source == "coinbase");
  BOOST_TEST(fetched.candles.size() == 820u); // all of one source: prices differ between them
  BOOST_TEST(c.sources().front().last_failure == "only 719 candles, 720 needed");
  const auto later = hours_later(1);
  ask = only<AskCandles>(c.on(window(930), later));
  BOOST_TEST(ask.source == "kraken");
  auto grown = candles(719);
  grown.push_back({t0, 1, 1, 1, 1, 1});
  fetched = only<CandlesFetched>(c.on(CandlesArrived{"kraken", ask.ask, grown, {}}, later));
  BOOST_TEST(fetched.source == "kraken");
  BOOST_TEST(fetched.reset);
  BOOST_TEST(fetched.candles.size() == 720u);
}

BOOST_AUTO_TEST_CASE(without_a_second_source_the_sentence_says_how_many_candles_are_missing) {
  auto c = FetcherCore({.feed = {"btcusd"}, .sources = {{"kraken"}}, .subscribers = {{btc, {}, 720}}});
  const auto ask = only<AskCandles>(c.on(window(), t0));
  const auto delayed = only<WindowDelayed>(c.on(CandlesArrived{"kraken", ask.ask, candles(719), {}}, t0));
  BOOST_TEST(delayed.reason == "kraken: only 719 candles, 720 needed");
}

BOOST_AUTO_TEST_CASE(a_change_of_source_starts_the_features_afresh) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  ask = only<AskCandles>(c.on(window(930), Instant{t0.value + hour}));
  ask = only<AskCandles>(c.on(SourceFailed{"tiingo", ask.ask, "HTTP 503", 0}, Instant{t0.value + hour}));
  const auto fetched = only<CandlesFetched>(c.on(CandlesArrived{"binance", ask.ask, candles(5), {}}, Instant{t0.value + hour}));
  BOOST_TEST(fetched.reset);
  BOOST_TEST(fetched.candles.size() == 5u);
}

BOOST_AUTO_TEST_CASE(an_outage_is_tried_again_while_the_window_lasts) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  ask = only<AskCandles>(c.on(SourceFailed{"tiingo", ask.ask, "timeout", 0}, t0));
  only<WindowDelayed>(c.on(SourceFailed{"binance", ask.ask, "timeout", 0}, t0));
  BOOST_TEST(c.on(Tick{Alarm::check_sources}, Instant{t0.value + 4'999}).empty());
  BOOST_TEST(only<AskCandles>(c.on(Tick{Alarm::check_sources}, Instant{t0.value + 5'000})).source == "tiingo");
  c.on(WindowClosed{btc, Height{900}, t0}, t0);
  BOOST_TEST(c.on(Tick{Alarm::check_sources}, Instant{t0.value + hour}).empty());
}

BOOST_AUTO_TEST_CASE(a_window_that_closed_before_its_request_came_is_not_searched_for) {
  auto c = core();
  c.on(WindowClosed{btc, Height{900}, t0}, t0);
  BOOST_TEST(c.on(window(), t0).empty());
  only<AskCandles>(c.on(window(930), t0));
}

BOOST_AUTO_TEST_CASE(a_source_that_asked_for_a_pause_gets_it) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  ask = only<AskCandles>(c.on(SourceFailed{"tiingo", ask.ask, "HTTP 429", 60'000}, t0));
  c.on(SourceFailed{"binance", ask.ask, "timeout", 0}, t0);
  BOOST_TEST(only<AskCandles>(c.on(Tick{Alarm::check_sources}, Instant{t0.value + 5'000})).source == "binance");
}

// Found by a simulated year: the clock was an hour ahead while the sources failed, and then set right.
BOOST_AUTO_TEST_CASE(a_clock_set_back_ends_a_pause_and_the_wait_for_the_next_round) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  ask = only<AskCandles>(c.on(SourceFailed{"tiingo", ask.ask, "HTTP 429", 60'000}, t0));
  only<WindowDelayed>(c.on(SourceFailed{"binance", ask.ask, "timeout", 0}, t0));
  BOOST_TEST(only<AskCandles>(c.on(Tick{Alarm::check_sources}, hours_later(-1))).source == "tiingo");
}

// Found by a simulated year: the clock was an hour ahead and then an hour behind.
BOOST_AUTO_TEST_CASE(a_series_whose_newest_candle_was_taken_before_it_closed_is_begun_anew) {
  auto c = core();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  const auto again = only<AskCandles>(c.on(window(930), hours_later(-2)));
  BOOST_TEST(again.source == "tiingo");
  BOOST_TEST(again.since.value < hours_later(-5).value);
}

BOOST_AUTO_TEST_CASE(a_silent_source_is_given_up_after_its_patience) {
  auto c = core();
  c.on(window(), t0);
  BOOST_TEST(c.on(Tick{Alarm::check_sources}, Instant{t0.value + 14'999}).empty());
  BOOST_TEST(only<AskCandles>(c.on(Tick{Alarm::check_sources}, Instant{t0.value + 15'000})).source == "binance");
}

BOOST_AUTO_TEST_CASE(an_answer_to_an_older_question_changes_nothing) {
  auto c = core();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  only<AskCandles>(c.on(window(), hours_later(1)));
  BOOST_TEST(c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, hours_later(1)).empty());
  BOOST_TEST(c.on(SourceFailed{"tiingo", ask.ask, "timeout", 0}, hours_later(1)).empty());
}

BOOST_AUTO_TEST_CASE(a_window_overtaken_by_the_next_is_skipped_and_the_next_takes_its_answer) {
  auto c = core();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  BOOST_TEST(only<WindowSkipped>(c.on(window(930), t0)).nonce.value == 900);
  const auto fetched = only<CandlesFetched>(c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0));
  BOOST_REQUIRE_EQUAL(fetched.windows.size(), 1u);
  BOOST_TEST(fetched.windows.front().nonce.value == 930);
}

BOOST_AUTO_TEST_CASE(a_clock_that_steps_back_is_no_reason_to_predict_from_the_future) {
  auto c = core();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  const auto effects = c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, Instant{t0.value - 2 * hour});
  BOOST_TEST(only<AskCandles>(effects).source == "binance");
}

BOOST_AUTO_TEST_CASE(topics_that_share_a_feed_cause_one_request_and_one_copy_of_the_candles) {
  auto c = shared();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  BOOST_TEST(c.on(window(905, other), t0).empty()); // waits for the same answer
  const auto fetched = only<CandlesFetched>(c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0));
  BOOST_TEST(fetched.candles.size() == 5u);
  BOOST_TEST((topics(fetched) == std::vector{btc, other}));
  BOOST_TEST(fetched.windows.back().closes.value == 920);
  BOOST_TEST(c.searches() == 0u);
}

BOOST_AUTO_TEST_CASE(a_topic_that_comes_later_gets_what_is_there) {
  auto c = shared();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  const auto fetched = only<CandlesFetched>(c.on(window(905, other), t0));
  BOOST_TEST(fetched.candles.empty());
  BOOST_TEST((topics(fetched) == std::vector{other}));
}

BOOST_AUTO_TEST_CASE(a_source_that_fails_fails_all_who_wait_for_it_after_one_request) {
  auto c = shared();
  auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(window(905, other), t0);
  ask = only<AskCandles>(c.on(SourceFailed{"tiingo", ask.ask, "HTTP 503", 0}, t0));
  BOOST_TEST(ask.source == "binance");
  const auto delayed = all<WindowDelayed>(c.on(SourceFailed{"binance", ask.ask, "timeout", 0}, t0));
  BOOST_REQUIRE_EQUAL(delayed.size(), 2u);
  BOOST_TEST(delayed.back().reason == "tiingo: HTTP 503; binance: timeout");
  BOOST_TEST(c.sources().front().failures == 1u);
  BOOST_TEST(only<AskCandles>(c.on(Tick{}, Instant{t0.value + 5'000})).source == "tiingo"); // both try again
}

BOOST_AUTO_TEST_CASE(whoever_joins_a_request_long_without_an_answer_asks_anew) {
  auto c = shared();
  c.on(window(), t0);
  c.on(WindowClosed{btc, Height{900}, t0}, t0); // its request remains pending
  BOOST_TEST(only<AskCandles>(c.on(window(905, other), Instant{t0.value + 15'000})).source == "tiingo");
}

BOOST_AUTO_TEST_CASE(a_window_that_begins_after_the_next_candle_has_closed_does_not_take_an_older_answer) {
  auto c = shared();
  const auto before = only<AskCandles>(c.on(window(), Instant{t0.value - 1}));
  const auto after = only<AskCandles>(c.on(window(905, other), t0));
  BOOST_TEST(c.on(CandlesArrived{"tiingo", before.ask, candles(4, 1), {}}, t0).empty());
  BOOST_TEST(
    (topics(only<CandlesFetched>(c.on(CandlesArrived{"tiingo", after.ask, candles(5), {}}, t0))) == std::vector{btc, other}));
}

BOOST_AUTO_TEST_CASE(topics_may_use_different_sources_of_one_feed_and_each_series_is_sent_once) {
  auto c = core({{.topic = btc, .min_candles = 3}, {.topic = other, .sources = {"binance"}, .min_candles = 3}});
  const auto first = only<AskCandles>(c.on(window(), t0)), second = only<AskCandles>(c.on(window(905, other), t0));
  BOOST_TEST(second.source == "binance");
  BOOST_TEST((topics(only<CandlesFetched>(c.on(CandlesArrived{"tiingo", first.ask, candles(5), {}}, t0))) == std::vector{btc}));
  BOOST_TEST(only<CandlesFetched>(c.on(CandlesArrived{"binance", second.ask, candles(5), {}}, t0)).reset);
  for (const auto topic : {btc, other}) {
    const auto again = only<CandlesFetched>(c.on(window(930, topic), t0));
    BOOST_TEST(again.source == (topic == btc ? "tiingo" : "binance"));
    BOOST_TEST(again.candles.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_series_too_short_for_one_topic_serves_another) {
  auto c = core({{.topic = btc, .min_candles = 700}, {.topic = other, .min_candles = 1}});
  auto ask = only<AskCandles>(c.on(window(), t0));
  BOOST_TEST(ask.since.value == t0.value - 800 * hour); // enough for all of them
  c.on(window(905, other), t0);
  const auto effects = c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_TEST((topics(std::get<CandlesFetched>(effects[0])) == std::vector{other}));
  BOOST_TEST(std::get<AskCandles>(effects[1]).source == "binance");
  BOOST_TEST(c.sources().front().failures == 0u);
}

BOOST_AUTO_TEST_CASE(a_fetcher_that_starts_asks_its_subscribers_for_their_windows) {
  const auto wanted = all<WindowWanted>(shared().start());
  BOOST_REQUIRE_EQUAL(wanted.size(), 2u);
  BOOST_TEST((wanted.back().topic == other));
}

BOOST_AUTO_TEST_CASE(a_restarted_feature_actor_gets_the_whole_series_again) {
  auto c = shared();
  auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  BOOST_TEST(all<WindowWanted>(c.on(ChildRestarted{feed_place(PlaceKind::feature, {"btcusd"})}, t0)).size() == 2u);
  ask = only<AskCandles>(c.on(window(), t0));
  BOOST_TEST(ask.since.value == t0.value - 103 * hour);
  const auto fetched = only<CandlesFetched>(c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0));
  BOOST_TEST(fetched.reset);
  BOOST_TEST(fetched.candles.size() == 5u);
}

BOOST_AUTO_TEST_CASE(an_answer_that_would_continue_a_series_lost_meanwhile_is_asked_for_as_a_whole) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  const auto late = only<AskCandles>(c.on(window(930), hours_later(1)));
  ask = all<AskCandles>(c.on(ChildRestarted{feed_place(PlaceKind::feature, {"btcusd"})}, hours_later(1))).front();
  BOOST_TEST(ask.since.value == hours_later(1).value - 103 * hour);
  BOOST_TEST(c.on(CandlesArrived{"tiingo", late.ask, {{t0, 1, 1, 1, 1, 1}}, {}}, hours_later(1)).empty());
  BOOST_TEST(only<CandlesFetched>(c.on(CandlesArrived{"tiingo", ask.ask, candles(6, -1), {}}, hours_later(1))).candles.size() ==
             6u);
}

BOOST_AUTO_TEST_CASE(a_series_too_old_to_be_continued_is_begun_anew) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  ask = only<AskCandles>(c.on(window(930), hours_later(3'000)));
  BOOST_TEST(ask.since.value == hours_later(3'000 - 103).value);
}

BOOST_AUTO_TEST_CASE(a_topic_that_does_not_subscribe_is_skipped_with_the_feed_named) {
  auto c = core();
  BOOST_TEST(only<WindowSkipped>(c.on(window(900, other), t0)).reason == "the topic does not subscribe to btcusd/1h");
}

BOOST_AUTO_TEST_CASE(candles_are_sent_to_the_feed_that_joins_them_with_its_windows) {
  auto c = core({{.topic = btc, .min_candles = 3}, {.topic = other, .min_candles = 3, .joins = FeedId{"solusd"}}});
  const auto ask = only<AskCandles>(c.on(window(), t0));
  BOOST_TEST(c.on(window(905, other), t0).empty()); // waits for the same answer
  const auto effects = c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  const auto own = all<CandlesFetched>(effects);
  const auto copies = all<CandlesJoined>(effects);
  BOOST_REQUIRE_EQUAL(own.size(), 1u);
  BOOST_REQUIRE_EQUAL(copies.size(), 1u);
  BOOST_TEST((topics(own[0]) == std::vector{btc}));
  BOOST_TEST((copies[0].feed == FeedId{"solusd"}));
  BOOST_TEST((topics(copies[0].fetched) == std::vector{other}));
  BOOST_TEST(copies[0].fetched.source == "btcusd/1h tiingo");
  BOOST_TEST((copies[0].fetched.candles == own[0].candles));
  BOOST_TEST(copies[0].fetched.reset);
  // A window of the own topic sends nothing elsewhere while there is no new candle.
  BOOST_TEST(all<CandlesJoined>(c.on(window(930), t0)).empty());
  // The joining actor was restarted: the whole series, to both.
  c.on(ChildRestarted{feed_place(PlaceKind::feature, {"solusd"})}, t0);
  const auto again = only<AskCandles>(c.on(window(960, other), t0));
  const auto anew = all<CandlesJoined>(c.on(CandlesArrived{"tiingo", again.ask, candles(5), {}}, t0));
  BOOST_REQUIRE_EQUAL(anew.size(), 1u);
  BOOST_TEST(anew[0].fetched.reset);
}
