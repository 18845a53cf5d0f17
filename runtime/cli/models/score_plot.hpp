#pragma once

#include "runtime/figures/live_figures.hpp"

#include <string>

namespace inferd::cli {

/// An SVG document: the truth and every model's predictions over time, one line each; at most the newest 1,000
/// windows.
std::string score_plot(const TopicFigures&);

} // namespace inferd::cli
