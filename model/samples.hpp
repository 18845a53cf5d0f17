#pragma once
// Candles as training rows.

#include "messages/candles.hpp"
#include "model/features.hpp"

#include <Eigen/Core>
#include <cstdint>
#include <span>
#include <vector>

namespace inferd {

using FeatureRows = Eigen::Matrix<double, Eigen::Dynamic, feature_count, Eigen::RowMajor>;

struct Samples {
  std::int64_t horizon_hours{};
  std::vector<Instant> opens; ///< opening of the candle a row predicts from, ascending
  FeatureRows features;       ///< one row per sample, all defined
  Eigen::VectorXd labels;     ///< ln(close `horizon_hours` later / close)

  Eigen::Index rows() const { return labels.size(); }

  /// Effective number of independent rows among `n` neighbours, n / horizon: labels overlap by all but one hour per row.
  double independent(Eigen::Index n) const { return static_cast<double>(n) / static_cast<double>(horizon_hours); }
};

/// One row per candle that has all features and a candle exactly `horizon_hours` later; others are left out. `candles` are in
/// ascending order, on the hour.
Samples make_samples(std::span<const Candle> candles, std::int64_t horizon_hours);

} // namespace inferd
