#define BOOST_TEST_MODULE feature_core
#include "actors/pipeline/feature_core.hpp"
#include "model/inputs/candles_csv.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace inferd;

namespace {

const std::vector<Candle>& real() {
  static const auto file = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  return file.candles;
}
CandlesFetched fetched(std::size_t from, std::size_t to, bool reset = false, const std::string& source = "csv") {
  return {source, reset, {real().begin() + from, real().begin() + to}, {{TopicId{1}, Height{900}, Height{915}}}};
}
FeaturesComputed computed(const FeatureCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  return std::get<FeaturesComputed>(effects.front());
}

} // namespace

BOOST_AUTO_TEST_CASE(candle_by_candle_gives_what_all_at_once_gives) {
  FeatureCore whole, steps;
  const auto expected = computed(whole.on(fetched(0, 1'000, true)));
  steps.on(fetched(0, 900, true));
  FeaturesComputed last;
  for (std::size_t i = 900; i < 1'000; ++i) last = computed(steps.on(fetched(i, i + 1)));
  BOOST_TEST((last == expected));
  BOOST_TEST((last.candle == real()[999].opens));
}

BOOST_AUTO_TEST_CASE(no_new_hour_gives_the_same_features_again) {
  FeatureCore c;
  const auto first = computed(c.on(fetched(0, 800, true)));
  BOOST_TEST((computed(c.on(fetched(800, 800))) == first));
}

BOOST_AUTO_TEST_CASE(candles_seen_already_count_once) {
  FeatureCore c;
  const auto first = computed(c.on(fetched(0, 800, true)));
  BOOST_TEST((computed(c.on(fetched(700, 800))) == first));
}

BOOST_AUTO_TEST_CASE(a_restarted_actor_waits_for_the_whole_series) {
  FeatureCore c;
  BOOST_TEST(c.on(fetched(800, 801)).empty());
  BOOST_TEST(computed(c.on(fetched(0, 801, true))).values.size() == feature_count);
}

BOOST_AUTO_TEST_CASE(every_window_gets_the_features_of_the_same_candle) {
  FeatureCore c;
  auto both = fetched(0, 800, true);
  both.windows.push_back({TopicId{2}, Height{905}, Height{920}});
  const auto effects = c.on(both);
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  const auto &first = std::get<FeaturesComputed>(effects[0]), &second = std::get<FeaturesComputed>(effects[1]);
  BOOST_TEST((second.topic == TopicId{2}));
  BOOST_TEST(second.closes.value == 920);
  BOOST_TEST(first.values == second.values);
}

BOOST_AUTO_TEST_CASE(no_feature_is_computed_from_candles_of_two_sources) {
  FeatureCore mixed, alone;
  mixed.on(fetched(0, 800, true));
  mixed.on(fetched(3'000, 4'000, true, "other"));
  mixed.on(fetched(800, 801));
  mixed.on(fetched(4'000, 4'001, false, "other"));
  alone.on(fetched(0, 801, true));
  BOOST_TEST((computed(mixed.on(fetched(801, 802))) == computed(alone.on(fetched(801, 802)))));
  mixed.on(fetched(5'000, 5'800, true)); // starts the series anew
  FeatureCore fresh;
  BOOST_TEST((computed(mixed.on(fetched(5'800, 5'801))) == computed(fresh.on(fetched(5'000, 5'801, true)))));
}

namespace {

/// The same hours of another symbol, at half the price, from its fetcher; topic 1 waits.
CandlesFetched joined(std::size_t from, std::size_t to, bool reset = false, std::int64_t nonce = 900) {
  auto m = fetched(from, to, reset, "ethusd/1h binance");
  for (auto& c : m.candles) c.open /= 2, c.high /= 2, c.low /= 2, c.close /= 2;
  m.windows.front().nonce = Height{nonce};
  return m;
}
FeatureCore joint() {
  return FeatureCore({.feed = {"btcusd"}, .topics = {{TopicId{1}, {"return_1_0", "ethusd:log_price", "gk_24"}, 4}}});
}

} // namespace

BOOST_AUTO_TEST_CASE(the_source_of_joined_candles_names_their_symbol) {
  const FeedId own{"btcusd"};
  BOOST_TEST(joined_series("ethusd/1h binance", own) == "ethusd");
  BOOST_TEST(joined_series("ethusd/1h my source", own) == "ethusd");
  BOOST_TEST(joined_series("ethusd/1m binance", own) == "ethusd/1m");
  BOOST_TEST(joined_series("btcusd/1d binance", own) == "/1d");
  for (const auto* source : {"binance", "my source", "btcusd/1h binance", "ethusd/60m binance", "ethusd/1h", "a b/1h c", ""})
    BOOST_TEST(joined_series(source, own) == "", source);
}

BOOST_AUTO_TEST_CASE(a_window_of_two_symbols_waits_for_the_candles_of_both) {
  for (const bool own_first : {true, false}) {
    auto c = joint();
    const auto first = own_first ? c.on(fetched(0, 800, true)) : c.on(joined(0, 800, true));
    BOOST_TEST(first.empty());
    const auto row = computed(own_first ? c.on(joined(0, 800, true)) : c.on(fetched(0, 800, true)));
    BOOST_TEST((row.candle == real()[799].opens));
    BOOST_TEST(row.close == real()[799].close);
    BOOST_TEST(row.source == "csv + ethusd/1h binance");
    BOOST_REQUIRE_EQUAL(row.values.size(), 3u);
    BOOST_TEST(row.values[0] == std::log(real()[799].close) - std::log(real()[798].close), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(row.values[1] == std::log(real()[799].close / 2), boost::test_tools::tolerance(1e-12));
    // The next window, with a new hour of each.
    auto next = fetched(800, 801);
    next.windows.front().nonce = Height{930};
    BOOST_TEST(c.on(next).empty());
    BOOST_TEST((computed(c.on(joined(800, 801, false, 930))).candle == real()[800].opens));
  }
}

BOOST_AUTO_TEST_CASE(a_symbol_that_is_one_candle_behind_gives_the_row_before_and_one_further_behind_none) {
  auto c = joint();
  c.on(joined(0, 799, true));
  const auto row = computed(c.on(fetched(0, 800, true)));
  BOOST_TEST((row.candle == real()[798].opens));
  BOOST_TEST(row.close == real()[798].close);
  BOOST_TEST(row.values[1] == std::log(real()[798].close / 2), boost::test_tools::tolerance(1e-12));
  auto behind = joint();
  behind.on(joined(0, 798, true));
  const auto effects = behind.on(fetched(0, 800, true));
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  const auto& skipped = std::get<WindowSkipped>(effects.front());
  BOOST_TEST(skipped.reason.starts_with("the series of candles do not meet: the newest candle of btcusd/1h opened at "));
  BOOST_TEST(skipped.reason.find(", that of ethusd/1h at ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(clocks_half_an_hour_apart_never_meet) {
  auto c = joint();
  auto shifted = joined(0, 800, true);
  for (auto& candle : shifted.candles) candle.opens.value += 1'800'000;
  c.on(shifted);
  BOOST_TEST(std::holds_alternative<WindowSkipped>(c.on(fetched(0, 800, true)).front()));
}

BOOST_AUTO_TEST_CASE(a_window_gets_the_candles_of_other_intervals_that_had_closed_with_its_row) {
  const auto joined_to = [](const std::string& source, std::int64_t interval, std::int64_t until, std::int64_t nonce) {
    CandlesFetched m{source, true, {}, {{TopicId{1}, Height{nonce}, Height{nonce + 15}}}};
    const auto first = real()[0].opens.value;
    for (auto t = first; t + interval <= until; t += interval) {
      const auto price = static_cast<double>((t - first) / interval + 1); // counts its candles
      m.candles.push_back({{t}, price, price, price, price, 1});
    }
    return m;
  };
  constexpr std::int64_t minute = 60'000, hour = 3'600'000, day = 24 * hour;
  const auto closes = real()[799].opens.value + hour; // 08:00 of the 34th day
  // The minutes go on while the hour's candle is the newest; the day's candle is of yesterday.
  for (const std::int64_t later : {0, 1, 59}) {
    FeatureCore c({.feed = {"btcusd"}, .topics = {{TopicId{1}, {"/1m:log_price", "gk_24", "/1d:log_price"}, 4}}});
    BOOST_TEST(c.on(joined_to("btcusd/1m binance", minute, closes + later * minute, 900)).empty());
    BOOST_TEST(c.on(joined_to("btcusd/1d binance", day, closes, 900)).empty());
    const auto row = computed(c.on(fetched(0, 800, true)));
    BOOST_TEST((row.candle == real()[799].opens));
    BOOST_TEST(row.source == "csv + btcusd/1d binance + btcusd/1m binance");
    BOOST_REQUIRE_EQUAL(row.values.size(), 3u);
    BOOST_TEST(row.values[0] == std::log(800 * 60), boost::test_tools::tolerance(1e-12));
    BOOST_TEST(row.values[2] == std::log(33), boost::test_tools::tolerance(1e-12));
  }
  // Minutes that end before the hour's last one: the row before. Before that one too: none, with every time.
  for (const std::int64_t missing : {1, 61}) {
    FeatureCore c({.feed = {"btcusd"}, .topics = {{TopicId{1}, {"/1m:log_price"}, 4}}});
    c.on(joined_to("btcusd/1m binance", minute, closes - missing * minute, 900));
    const auto effects = c.on(fetched(0, 800, true));
    BOOST_REQUIRE_EQUAL(effects.size(), 1u);
    if (missing == 1) BOOST_TEST((std::get<FeaturesComputed>(effects.front()).candle == real()[798].opens));
    else BOOST_TEST(std::get<WindowSkipped>(effects.front()).reason.find(", that of btcusd/1m at ") != std::string::npos);
  }
  FeatureCore c({.feed = {"btcusd"}, .topics = {{TopicId{1}, {"/1m:log_price", "ethusd/1d:log_price"}, 4}}});
  const auto asked = c.start();
  BOOST_REQUIRE_EQUAL(asked.size(), 2u);
  BOOST_TEST((std::get<FeatureCore::AskSeries>(asked[0]).feed == FeedId{"btcusd", {minute}}));
  BOOST_TEST((std::get<FeatureCore::AskSeries>(asked[1]).feed == FeedId{"ethusd", {day}}));
}

BOOST_AUTO_TEST_CASE(an_older_window_does_not_take_the_place_of_a_newer_one) {
  auto c = joint();
  auto newer = fetched(0, 800, true);
  newer.windows.front().nonce = Height{930};
  c.on(newer);
  BOOST_TEST(c.on(joined(0, 800, true, 900)).empty()); // late
  BOOST_TEST((computed(c.on(joined(800, 800, false, 930))).nonce == Height{930}));
}

BOOST_AUTO_TEST_CASE(an_actor_that_joins_asks_for_the_other_series_at_its_start) {
  const auto effects = joint().start();
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  BOOST_TEST((std::get<FeatureCore::AskSeries>(effects.front()).feed == FeedId{"ethusd"}));
  BOOST_TEST(FeatureCore().start().empty());
}
