#include "model/training/interval_rules.hpp"

#include <algorithm>
#include <array>

namespace inferd {
namespace {

constexpr std::int64_t minute = 60'000;

const std::array<IntervalRules, 4>& all() {
  using E = VolatilityEstimator;
  static const std::array<IntervalRules, 4> rules{{
    {{minute}, "HARM", {1, 5, 15, 60, 240, 1'440}, {1'440}, 1'441, 1'440, {10'080, 1'440, 0, true}, E::sample_deviation},
    {{5 * minute}, "HAR5M", {1, 3, 12, 48, 288}, {288}, 289, 288, {2'016, 288, 0, true}, E::sample_deviation},
    {one_hour, "HAR7S", {1, 3, 8, 24, 72, 168, 720}, {24, 168}, 720, 24, {4'320, 720, 0, false}, E::garman_klass},
    {{1'440 * minute}, "HAR1D", {1, 7, 30}, {7}, 30, 7, {360, 30, 0, false}, E::garman_klass},
  }};
  return rules;
}

} // namespace

const IntervalRules* rules_for(Interval interval) {
  const auto it = std::find_if(all().begin(), all().end(), [&](const IntervalRules& r) { return r.interval == interval; });
  return it == all().end() ? nullptr : &*it;
}

} // namespace inferd
