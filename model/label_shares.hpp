#pragma once
// Topics that ask for labels: how often each kind of return came in the past.

#include "model/walk_forward.hpp"

#include <string>
#include <vector>

namespace inferd {

/// Label i is a log return in (edges[i-1], edges[i]]; the first has no lower edge, the last no upper one.
struct LabelRules {
  std::vector<std::string> labels; ///< from the lowest to the highest, at least two
  std::vector<double> edges;       ///< one less, ascending
};

/// Empty, or why these rules make no sense.
std::string problem(const LabelRules&);

std::size_t label_of(const LabelRules&, double log_return);

/// (count + 1) / (n + labels): Laplace's rule of succession, so that what never came is unlikely, not impossible.
std::vector<double> label_shares(const std::vector<std::int64_t>& counts);

/// In millionths, by largest remainder: as decimals they sum to exactly 1, as the chain wants it.
std::vector<double> in_millionths(const std::vector<double>& shares);

/// How many of the rows [0, known) have each label.
std::vector<std::int64_t> count_labels(const Samples&, const LabelRules&, Eigen::Index known);

/// Walk-forward log losses -ln(probability given to what came), a row per predicted sample; columns: the same probability
/// for each label, and the shares known by then. Throws TooFewRows.
Eigen::MatrixXd label_losses(const Samples&, const LabelRules&, const WalkForwardPlan&);

} // namespace inferd
