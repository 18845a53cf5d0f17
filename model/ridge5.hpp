#pragma once
// RIDGE5: a ridge regression for returns of one to two hours, on five inputs in units of the present volatility.
//
// Label clip(y / (sigma sqrt(h)), -5, 5), inputs standardised, penalty 1000 h, no intercept; the prediction is the fit times
// sigma sqrt(h).

#include "model/ridge.hpp"
#include "model/training/samples.hpp"
#include "model/training/walk_forward.hpp"

#include <string>
#include <vector>

namespace inferd {

inline constexpr const char* ridge5_name = "RIDGE5";
inline constexpr std::size_t ridge5_warm_up = 720;

/// Whether RIDGE5 is a candidate: hourly candles, one or two of them ahead. Further ahead it has no skill.
bool offers_ridge5(const FeatureContext&);

/// Its five inputs, and at the end sigma.
std::vector<std::string> ridge5_features();

/// One prediction per row of `samples` from the first block's beginning, by fits on the rows known to each block.
Eigen::VectorXd ridge5_walk(const Samples&, const std::vector<Block>&);

/// The fit on all rows: of the five inputs. A prediction is its value times sigma sqrt(h).
LinearFit ridge5_fit(const Samples&);

} // namespace inferd
