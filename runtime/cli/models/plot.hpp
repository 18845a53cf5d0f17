#pragma once
// Predictions against truth, as characters for the terminal and as a file.

#include "model/training/prediction_rows.hpp"

#include <string>

namespace inferd::cli {

struct PlotText {
  std::string title; ///< "HAR7S: volatility of btcusd, 4h ahead"
  std::string unit;  ///< of the values
};

/// Truth 'o', prediction '+', both '#', means of the rows in each column; 72 columns and a scale. Ends with a line feed.
std::string terminal_plot(const PredictionRows&, const PlotText&);

/// An SVG document: both over time with the coverage's ranges, and each prediction against its truth. A long series is drawn as
/// means.
std::string svg_plot(const PredictionRows&, const Coverage&, const PlotText&);

} // namespace inferd::cli
