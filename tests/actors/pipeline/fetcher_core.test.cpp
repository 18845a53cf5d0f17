#define BOOST_TEST_MODULE fetcher_core
#include "actors/pipeline/fetcher_core.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr std::int64_t hour = 3'600'000;
constexpr Instant t0{1000 * hour};
const TopicId btc{1};

PrepareWindow window(std::int64_t nonce = 900, bool afresh = false) {
  return {btc, Height{nonce}, Height{nonce + 15}, afresh, t0};
}
/// `n` candles, the newest of which closed `age` hours before t0.
std::vector<Candle> candles(int n, int age = 0) {
  std::vector<Candle> out;
  for (int i = n; i > 0; --i) out.push_back({Instant{t0.value - (i + age) * hour}, 1, 1, 1, 1, 1});
  return out;
}
FetcherCore core(std::size_t min = 3) {
  FetcherPolicy p{.topic = btc, .sources = {{"tiingo"}, {"binance"}}};
  p.min_candles = min;
  return FetcherCore(p);
}
template <class T> T only(const FetcherCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  return std::get<T>(effects.front());
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
  BOOST_TEST(!fetched.afresh);
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

BOOST_AUTO_TEST_CASE(a_change_of_source_starts_the_features_afresh) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0);
  ask = only<AskCandles>(c.on(window(930), Instant{t0.value + hour}));
  ask = only<AskCandles>(c.on(SourceFailed{"tiingo", ask.ask, "HTTP 503", 0}, Instant{t0.value + hour}));
  const auto fetched = only<CandlesFetched>(c.on(CandlesArrived{"binance", ask.ask, candles(5), {}}, Instant{t0.value + hour}));
  BOOST_TEST(fetched.afresh);
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

BOOST_AUTO_TEST_CASE(a_source_that_asked_for_a_pause_gets_it) {
  auto c = core();
  auto ask = only<AskCandles>(c.on(window(), t0));
  ask = only<AskCandles>(c.on(SourceFailed{"tiingo", ask.ask, "HTTP 429", 60'000}, t0));
  c.on(SourceFailed{"binance", ask.ask, "timeout", 0}, t0);
  BOOST_TEST(only<AskCandles>(c.on(Tick{Alarm::check_sources}, Instant{t0.value + 5'000})).source == "binance");
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
  c.on(window(930), t0);
  BOOST_TEST(c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, t0).empty());
}

BOOST_AUTO_TEST_CASE(a_window_overtaken_by_the_next_is_skipped_with_all_reasons) {
  auto c = core();
  c.on(window(), t0);
  const auto effects = c.on(window(930), t0);
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_TEST(std::get<WindowSkipped>(effects.front()).nonce.value == 900);
}

BOOST_AUTO_TEST_CASE(a_clock_that_steps_back_is_no_reason_to_predict_from_the_future) {
  auto c = core();
  const auto ask = only<AskCandles>(c.on(window(), t0));
  const auto effects = c.on(CandlesArrived{"tiingo", ask.ask, candles(5), {}}, Instant{t0.value - 2 * hour});
  BOOST_TEST(only<AskCandles>(effects).source == "binance");
}
