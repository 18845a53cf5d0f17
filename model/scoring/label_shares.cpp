#include "model/scoring/label_shares.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace inferd {

std::string problem(const LabelRules& rules) {
  if (rules.labels.size() < 2) return "at least two labels are needed";
  if (rules.edges.size() + 1 != rules.labels.size()) return "one edge less than labels is needed";
  for (std::size_t i = 0; i < rules.labels.size(); ++i) {
    if (rules.labels[i].empty()) return "a label is empty";
    if (std::count(rules.labels.begin(), rules.labels.end(), rules.labels[i]) > 1)
      return "label \"" + rules.labels[i] + "\" is there twice";
  }
  for (std::size_t i = 0; i < rules.edges.size(); ++i) {
    if (!std::isfinite(rules.edges[i])) return "an edge is not finite";
    if (i > 0 && rules.edges[i] <= rules.edges[i - 1]) return "the edges do not ascend";
  }
  return {};
}

std::size_t label_of(const LabelRules& rules, double log_return) {
  return static_cast<std::size_t>(std::lower_bound(rules.edges.begin(), rules.edges.end(), log_return) - rules.edges.begin());
}

std::vector<double> label_shares(const std::vector<std::int64_t>& counts) {
  const auto n = std::accumulate(counts.begin(), counts.end(), std::int64_t{0});
  std::vector<double> out;
  for (const auto count : counts)
    out.push_back(static_cast<double>(count + 1) / static_cast<double>(n + static_cast<std::int64_t>(counts.size())));
  return out;
}

std::vector<double> in_millionths(const std::vector<double>& shares) {
  std::vector<std::int64_t> parts;
  for (const double share : shares) parts.push_back(static_cast<std::int64_t>(share * 1e6));
  std::vector<std::size_t> order(shares.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rest = [&](std::size_t i) { return shares[i] * 1e6 - static_cast<double>(parts[i]); };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return rest(a) > rest(b); });
  auto missing = 1'000'000 - std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
  for (std::size_t i = 0; missing > 0; i = (i + 1) % order.size(), --missing) ++parts[order[i]];
  std::vector<double> out;
  for (const auto part : parts) out.push_back(static_cast<double>(part) / 1e6);
  return out;
}

std::vector<std::int64_t> count_labels(const Samples& s, const LabelRules& rules, Eigen::Index known) {
  std::vector<std::int64_t> counts(rules.labels.size());
  for (Eigen::Index i = 0; i < known; ++i) ++counts[label_of(rules, s.labels[i])];
  return counts;
}

Eigen::MatrixXd label_losses(const Samples& s, const LabelRules& rules, const WalkForwardPlan& plan) {
  const auto blocks = walk_blocks(s, plan);
  const auto first = blocks.front().begin;
  Eigen::MatrixXd losses(s.rows() - first, 2);
  for (const auto& [known, begin, end] : blocks) {
    const auto shares = label_shares(count_labels(s, rules, known));
    for (auto i = begin; i < end; ++i) {
      losses(i - first, 0) = std::log(static_cast<double>(rules.labels.size()));
      losses(i - first, 1) = -std::log(shares[label_of(rules, s.labels[i])]);
    }
  }
  return losses;
}

} // namespace inferd
