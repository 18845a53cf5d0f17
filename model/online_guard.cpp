#include "model/online_guard.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace inferd {
namespace {

constexpr double prior_rows = 5, rate = 0.5;

} // namespace

OnlineGuard::OnlineGuard(GuardState& state, const ModelId& id, std::size_t experts, std::int64_t horizon_ms)
  : state_(&state), horizon_ms_(horizon_ms) {
  assert(experts > 0 && horizon_ms > 0);
  if (state_->sums.guard == id && state_->sums.experts.size() == experts) return;
  state = {};
  state_->sums.guard = id;
  state_->sums.experts.resize(experts);
}

double OnlineGuard::windows() const {
  const auto spacing = state_->sums.spacing_ms;
  return spacing > 0 ? std::max(1.0, static_cast<double>(horizon_ms_) / static_cast<double>(spacing)) : 1;
}

double OnlineGuard::shrinkage(const GuardExpert& e) const {
  const double h = windows();
  return std::clamp(e.products / h / (e.squares / h + prior_rows), 0.0, 1.0);
}

double OnlineGuard::predict(GuardRow row) {
  auto& sums = state_->sums;
  const auto count = sums.experts.size();
  assert(row.forecasts.size() == count && row.unit > 0);
  const auto since = row.candle.value - sums.newest.value;
  if (sums.newest.value > 0 && since > 0) sums.spacing_ms = sums.spacing_ms > 0 ? std::min(sums.spacing_ms, since) : since;
  sums.newest = std::max(sums.newest, row.candle);

  row.shrunken.resize(count);
  double least = sums.zero_loss;
  for (const auto& e : sums.experts) least = std::min(least, e.loss);
  const double h = windows();
  const auto weight = [&](double loss) { return std::exp(-rate * (loss - least) / h); };
  double sum = 0, weights = 0.5 * weight(sums.zero_loss);
  for (std::size_t k = 0; k < count; ++k) {
    const auto& e = sums.experts[k];
    row.shrunken[k] = shrinkage(e) * row.forecasts[k];
    const double w = 0.5 / static_cast<double>(count) * weight(e.loss);
    sum += w * row.shrunken[k];
    weights += w;
  }
  std::erase_if(state_->rows, [&](const GuardRow& r) { return r.nonce == row.nonce; });
  state_->rows.push_back(std::move(row));
  return sum / weights;
}

bool OnlineGuard::learn(const std::string& source, Instant candle, std::optional<double> log_return) {
  auto& sums = state_->sums;
  const auto of_it = [&](const GuardRow& row) { return row.candle == candle && row.source == source; };
  if (log_return)
    for (const auto& row : state_->rows) {
      if (!of_it(row)) continue;
      const double z = *log_return / row.unit;
      for (std::size_t k = 0; k < sums.experts.size(); ++k) {
        auto& e = sums.experts[k];
        e.products += row.forecasts[k] * z;
        e.squares += row.forecasts[k] * row.forecasts[k];
        e.loss += (z - row.shrunken[k]) * (z - row.shrunken[k]);
      }
      sums.zero_loss += z * z;
    }
  return std::erase_if(state_->rows, of_it) > 0;
}

} // namespace inferd
