#pragma once
// Candles as rows to learn from.

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
  std::vector<Instant> opens; ///< of the candle a row is predicted from, ascending
  FeatureRows features;       ///< one row each, all defined
  Eigen::VectorXd labels;     ///< ln(close `horizon_hours` later / close)

  Eigen::Index rows() const { return labels.size(); }

  /// How many of `n` neighbouring rows are independent of each other: labels of neighbours share all but one hour of
  /// their horizon, so only every horizon-th is news.
  double independent(Eigen::Index n) const { return static_cast<double>(n) / static_cast<double>(horizon_hours); }
};

/// Every candle that has all features and another candle exactly `horizon_hours` later; where that hour is missing there
/// is no label and no row. `candles` in ascending order, on the hour.
Samples make_samples(std::span<const Candle> candles, std::int64_t horizon_hours);

} // namespace inferd
