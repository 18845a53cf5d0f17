#include "model/training/candidates.hpp"

#include <algorithm>

namespace inferd {
namespace {

/// The tuning grid, the strongest shrinkage first.
std::vector<EstimatorSpec> all_ridges(bool levels) {
  std::vector<EstimatorSpec> out;
  for (const double share : {0.25, 0.5, 1.0})
    for (const double penalty : {1e5, 1e4, 1e3, 1e2, 1.0}) out.push_back({Estimator::ridge, levels, penalty, share});
  return out;
}

std::array<bool, feature_count> used_features(bool levels) {
  std::array<bool, feature_count> used;
  for (std::size_t i = 0; i < feature_count; ++i) used[i] = levels || !is_level(feature_names()[i]);
  return used;
}

} // namespace

const std::vector<Candidate>& candidates() {
  static const std::vector<Candidate> all{
    {"zero", {{Estimator::zero}}},
    {"mean, shrunken", {{Estimator::shrunken_mean}}},
    {"mean", {{Estimator::mean}}},
    {"ridge without levels, tuned", all_ridges(false)},
    {"ridge without levels, penalty 10000", {{Estimator::ridge, false, 1e4}}},
    {"ridge without levels, penalty 100", {{Estimator::ridge, false, 1e2}}},
    {"ridge, tuned", all_ridges(true)},
    {"ridge, penalty 10000", {{Estimator::ridge, true, 1e4}}},
    {"ridge, penalty 100", {{Estimator::ridge, true, 1e2}}},
    {"ridge, penalty 1", {{Estimator::ridge, true, 1}}},
  };
  return all;
}

LinearFit fit(const EstimatorSpec& spec, const Moments& known, double independent) {
  LinearFit out;
  switch (spec.estimator) {
    case Estimator::zero: break;
    case Estimator::mean: out.intercept = known.label_mean(); break;
    case Estimator::shrunken_mean: {
      const double mean = known.label_mean();
      const double uncertainty = known.label_variance() / independent; // squared standard error of the mean
      out.intercept = mean == 0 ? 0 : mean * std::max(0.0, 1 - uncertainty / (mean * mean));
      break;
    }
    case Estimator::ridge: out = known.ridge(used_features(spec.levels), spec.penalty); break;
  }
  return out.times(spec.share);
}

} // namespace inferd
