#pragma once
// The model's inputs, one definition for training and live prediction.
//
// Windows count rows: "24h" is the last 24 candles, the newest included. A missing hour lengthens a window in time; gaps are
// neither filled nor skipped here. The market fills short gaps and rejects long ones; the trainer reports them.
//
// p is a candle's close, r its ret_1h; rows count from 0:
//   log_price        ln p                                                                    from row 0
//   ret_1h           ln p - ln p one row before                                              from row 1
//   ret_24h          ln p - ln p 24 rows before                                              from row 24
//   ma_24h, ma_72h   mean of p over 24 and 72 rows, in the quote currency                    from row 23, 71
//   vol_24h          sample standard deviation (n - 1) of r over 24 rows, per hour           from row 24
//   price_pos_24h,   (p - min) / (max - min) of p over 24 and 72 rows, in [0, 1];
//   price_pos_72h      0.5 where all are equal                                               from row 23, 71
//   ma_ratio_72_24   ma_72h / ma_24h                                                         from row 71
//   exp_vol_ratio    sqrt(E24 / E72), E_s <- E_s + 2 / (s + 1) (r^2 - E_s), seeded with the first r^2;
//                      1 where both are 0                                                    from row 72

#include "messages/candles.hpp"
#include "model/inputs/sliding_window.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace inferd {

inline constexpr std::size_t feature_count = 10;

namespace detail {
inline constexpr std::array<std::string_view, feature_count> feature_names{
  "log_price", "ret_1h",        "ret_24h",       "ma_24h",         "ma_72h",
  "vol_24h",   "price_pos_24h", "price_pos_72h", "ma_ratio_72_24", "exp_vol_ratio"};
}

/// The order of every row of features.
constexpr const std::array<std::string_view, feature_count>& feature_names() { return detail::feature_names; }

/// Features on the price scale; they drift out of their training range with the price.
constexpr bool is_level(std::string_view feature) {
  return feature == "log_price" || feature == "ma_24h" || feature == "ma_72h";
}

/// Warm-up: after this many rows the seed's weight in the slowest average, (71 / 73)^rows, is below 1e-9. Before that, live
/// features differ from those of a long history (median 3 % after 100 rows).
inline constexpr std::size_t settled_rows = 750;

/// The features of a series of candles, computed incrementally: amortised O(1) per candle, no accumulated rounding error in the
/// windows. Copyable.
class FeatureState {
public:
  /// Adds the next row. The close must be finite and above 0; the caller keeps the order.
  void push(const Candle&);

  /// Whether all features are defined: from the 73rd row.
  bool ready() const { return rows_ > 72; }

  /// Of the newest row, in the order of feature_names(); NaN where not yet defined.
  std::span<const double, feature_count> values() const { return values_; }

  std::size_t rows() const { return rows_; }

private:
  std::size_t rows_{};
  std::array<double, 24> logs_{}; ///< ln p of the last 24 rows, by row number modulo 24
  SlidingWindow<Sum> sum_24_{24};
  SlidingWindow<Sum> sum_72_{72};
  SlidingWindow<MinMax> extent_24_{24};
  SlidingWindow<MinMax> extent_72_{72};
  SlidingWindow<RunningVariance> returns_24_{24};
  double fast_{}, slow_{}; ///< E24 and E72
  std::array<double, feature_count> values_{};
};

} // namespace inferd
