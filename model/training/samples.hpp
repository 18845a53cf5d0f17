#pragma once
// Candles as training rows.

#include "messages/candles.hpp"
#include "model/inputs/feature_set.hpp"
#include "model/inputs/volatility.hpp"

#include <Eigen/Core>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace inferd {

using FeatureRows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

struct Samples {
  Interval interval = one_hour;
  std::int64_t horizon{};     ///< candles ahead
  std::vector<Instant> opens; ///< opening of the candle a row predicts from, ascending
  FeatureRows features;       ///< one row per sample, all defined
  FeatureRows ridge5;         ///< the inputs of RIDGE5 (model/ridge5.hpp) of the same rows; no rows where it is not a candidate
  Eigen::VectorXd labels;

  Eigen::Index rows() const { return labels.size(); }
  std::int64_t horizon_ms() const { return horizon * interval.ms; }

  /// Effective number of independent rows among `n` neighbours, n / horizon: labels overlap by all but one candle per row.
  double independent(Eigen::Index n) const { return static_cast<double>(n) / static_cast<double>(horizon); }
};

/// What a sample consists of.
struct SampleSpec {
  std::vector<std::string> features;             ///< of a FeatureSet
  FeatureContext context;                        ///< interval and horizon
  std::size_t warm_up{};                         ///< candles before the first row
  std::optional<VolatilityEstimator> volatility; ///< the label is the coming candles' volatility; empty: their log return
};

/// One row per candle from the `warm_up`th on that has all features and a candle exactly one horizon later; others are left
/// out. `candles` are in ascending order and open at multiples of the interval; a volatility is over those present. Throws
/// FeatureError.
Samples make_samples(std::span<const Candle> candles, const SampleSpec&);

/// Rows of feature_names(), labelled with ln(close `horizon` candles later / close).
Samples make_samples(std::span<const Candle> candles, std::int64_t horizon, Interval = one_hour);

} // namespace inferd
