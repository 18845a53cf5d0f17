#pragma once
// Models for topics that ask for labels: the past frequency of each label.

#include "model/training/walk_forward.hpp"

#include <string>
#include <vector>

namespace inferd {

/// Label i is a log return in (edges[i-1], edges[i]]; the first has no lower edge, the last no upper one.
struct LabelRules {
  std::vector<std::string> labels; ///< from the lowest returns to the highest, at least two
  std::vector<double> edges;       ///< one fewer than labels, strictly ascending
};

/// Empty, or why the rules are invalid.
std::string problem(const LabelRules&);

std::size_t label_of(const LabelRules&, double log_return);

/// (count + 1) / (n + labels), Laplace's rule of succession: no label gets probability 0.
std::vector<double> label_shares(const std::vector<std::int64_t>& counts);

/// Rounded to millionths by the largest-remainder method: as decimals they sum to exactly 1, which the chain requires.
std::vector<double> in_millionths(const std::vector<double>& shares);

/// Counts each label in rows [0, known).
std::vector<std::int64_t> count_labels(const Samples&, const LabelRules&, Eigen::Index known);

/// Walk-forward log losses -ln(probability of the observed label), one row per predicted sample. Columns: equal probabilities;
/// label_shares of the rows known by then. Throws TooFewRows.
Eigen::MatrixXd label_losses(const Samples&, const LabelRules&, const WalkForwardPlan&);

} // namespace inferd
