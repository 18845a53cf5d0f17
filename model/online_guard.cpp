#include "model/online_guard.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace inferd {
namespace {

constexpr double prior_rows = 5, rate = 0.5;

} // namespace

OnlineGuard::OnlineGuard(std::size_t experts, std::int64_t horizon) : horizon_(static_cast<double>(horizon)) {
  assert(experts > 0 && horizon > 0);
  state_.experts.resize(experts);
}

double OnlineGuard::shrinkage(const Expert& e) const {
  return std::clamp(e.products / horizon_ / (e.squares / horizon_ + prior_rows), 0.0, 1.0);
}

double OnlineGuard::predict(std::span<const double> forecasts) {
  const auto count = state_.experts.size();
  assert(forecasts.size() == count && static_cast<double>(state_.pending.size()) <= horizon_);
  Pending row{{forecasts.begin(), forecasts.end()}, std::vector<double>(count)};
  double least = state_.zero_loss;
  for (const auto& e : state_.experts) least = std::min(least, e.loss);
  const auto weight = [&](double loss) { return std::exp(-rate * (loss - least) / horizon_); };
  double sum = 0, weights = 0.5 * weight(state_.zero_loss);
  for (std::size_t k = 0; k < count; ++k) {
    const auto& e = state_.experts[k];
    row.shrunken[k] = shrinkage(e) * forecasts[k];
    const double w = 0.5 / static_cast<double>(count) * weight(e.loss);
    sum += w * row.shrunken[k];
    weights += w;
  }
  state_.pending.push_back(std::move(row));
  return sum / weights;
}

void OnlineGuard::learn(double truth) {
  assert(!state_.pending.empty());
  const auto& row = state_.pending.front();
  for (std::size_t k = 0; k < state_.experts.size(); ++k) {
    auto& e = state_.experts[k];
    e.products += row.forecasts[k] * truth;
    e.squares += row.forecasts[k] * row.forecasts[k];
    e.loss += (truth - row.shrunken[k]) * (truth - row.shrunken[k]);
  }
  state_.zero_loss += truth * truth;
  state_.pending.pop_front();
}

} // namespace inferd
