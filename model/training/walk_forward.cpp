#include "model/training/walk_forward.hpp"

#include "base/duration.hpp"

#include <algorithm>
#include <cassert>
#include <fmt/format.h>

namespace inferd {
namespace {

using Eigen::Index;

/// Rows [0, result) opened more than `embargo` candles before `row`.
Index known_rows(const Samples& s, Index row, std::int64_t embargo) {
  const Instant limit{s.opens[static_cast<std::size_t>(row)].value - embargo * s.interval.ms};
  return std::lower_bound(s.opens.begin(), s.opens.end(), limit) - s.opens.begin();
}

/// The predictions and cumulative errors of every recipe of every candidate.
class ModelSelector {
public:
  ModelSelector(const Samples& samples, const std::vector<Candidate>& candidates, Index first)
    : samples_(samples), candidates_(candidates), first_(first) {
    for (const auto& c : candidates) {
      assert(!c.specs.empty());
      begins_.push_back(static_cast<Index>(specs_.size()));
      specs_.insert(specs_.end(), c.specs.begin(), c.specs.end());
    }
    predictions_.resize(samples.rows() - first, static_cast<Index>(specs_.size()));
    errors_.resize(samples.rows() - first + 1, static_cast<Index>(specs_.size()));
    errors_.row(0).setZero();
  }

  std::vector<LinearFit> fits(const Moments& known) const {
    std::vector<LinearFit> out;
    for (const auto& spec : specs_) out.push_back(fit(spec, known, samples_.independent(known.rows())));
    return out;
  }

  void predict(const std::vector<LinearFit>& fits, Index begin, Index end) {
    for (Index r = 0; r < predictions_.cols(); ++r)
      predictions_.col(r).segment(begin - first_, end - begin) =
        fits[static_cast<std::size_t>(r)].predict(samples_.features.middleRows(begin, end - begin));
    for (Index i = begin; i < end; ++i)
      errors_.row(i - first_ + 1) =
        errors_.row(i - first_) + (predictions_.row(i - first_).array() - samples_.labels[i]).square().matrix();
  }

  /// The recipe with the smallest error of `candidate` over rows [first, known); its first recipe when there are none.
  Index best(std::size_t candidate, Index known) const {
    const auto begin = begins_[candidate];
    if (known <= first_) return begin;
    Index at = 0;
    errors_.row(known - first_).segment(begin, static_cast<Index>(candidates_[candidate].specs.size())).minCoeff(&at);
    return begin + at;
  }

  auto predicted(Index spec, Index begin, Index end) const {
    return predictions_.col(spec).segment(begin - first_, end - begin);
  }
  const EstimatorSpec& spec(Index i) const { return specs_[static_cast<std::size_t>(i)]; }

private:
  const Samples& samples_;
  const std::vector<Candidate>& candidates_;
  Index first_;
  std::vector<EstimatorSpec> specs_;
  std::vector<Index> begins_;   ///< of each candidate's recipes
  Eigen::MatrixXd predictions_; ///< by row since first_, and recipe
  Eigen::MatrixXd errors_;      ///< squared, summed over the rows before
};

} // namespace

std::vector<Block> walk_blocks(const Samples& s, const WalkForwardPlan& plan) {
  assert(plan.first_rows > 0 && plan.refit_rows > 0);
  const auto embargo = plan.embargo(s.horizon);
  Index first = std::min<Index>(plan.first_rows, s.rows());
  const auto least = plan.first_within ? std::max<Index>(plan.first_rows / 2, 1) : plan.first_rows;
  while (first < s.rows() && known_rows(s, first, embargo) < least) ++first;
  if (s.rows() - first < 4 * s.horizon)
    throw TooFewRows(fmt::format("{} rows have all features and a label; {} for the first fit, {} between and at "
                                 "least {} to predict are needed",
                                 s.rows(), plan.first_rows, duration_words(embargo * s.interval.ms), 4 * s.horizon));
  std::vector<Block> blocks;
  for (Index begin = first; begin < s.rows(); begin += plan.refit_rows)
    blocks.push_back({known_rows(s, begin, embargo), begin, std::min<Index>(begin + plan.refit_rows, s.rows())});
  return blocks;
}

WalkForward walk_forward(const Samples& s, const std::vector<Candidate>& candidates, const WalkForwardPlan& plan,
                         const Progress& progress) {
  const auto blocks = walk_blocks(s, plan);
  WalkForward out;
  const auto first = out.first = blocks.front().begin;
  out.predictions.resize(s.rows() - first, static_cast<Index>(candidates.size()));
  ModelSelector selector(s, candidates, first);
  Moments moments(s.features.topRows(blocks.front().known));
  const auto add_rows_until = [&](Index end) {
    const auto begin = moments.rows();
    moments.add(s.features.middleRows(begin, end - begin), s.labels.segment(begin, end - begin));
  };

  for (const auto& [known, begin, end] : blocks) {
    add_rows_until(known);
    selector.predict(selector.fits(moments), begin, end);
    for (std::size_t c = 0; c < candidates.size(); ++c)
      out.predictions.col(static_cast<Index>(c)).segment(begin - first, end - begin) =
        selector.predicted(selector.best(c, known), begin, end);
    if (progress) progress(static_cast<double>(end - first) / static_cast<double>(s.rows() - first));
  }

  add_rows_until(s.rows());
  for (std::size_t c = 0; c < candidates.size(); ++c) {
    out.final_specs.push_back(selector.spec(selector.best(c, s.rows())));
    out.final_fits.push_back(fit(out.final_specs.back(), moments, s.independent(s.rows())));
  }
  return out;
}

} // namespace inferd
