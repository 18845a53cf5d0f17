#pragma once
// The models of a topic side by side, as text.

#include "runtime/figures/live_figures.hpp"

#include <string>

namespace inferd::cli {

/// A table with a sentence for each shadow, and the promotion figures.
std::string comparison_text(const TopicFigures&);

/// "0.00123", "-" where it is undefined. `form`: of fmt.
std::string figure_text(double, const char* form = "{:.6g}");

} // namespace inferd::cli
