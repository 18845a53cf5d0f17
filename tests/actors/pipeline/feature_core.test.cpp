#define BOOST_TEST_MODULE feature_core
#include "actors/pipeline/feature_core.hpp"
#include "model/candles_csv.hpp"

#include <boost/test/unit_test.hpp>

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
