#include "actors/pipeline/guard_core.hpp"

#include "base/decimal_text.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace inferd {
namespace {

/// `value` as a log return, from `close` if it is a price; nullopt: it is no number, or not above 0.
std::optional<double> as_log_return(ModelOutput output, const std::string& value, double close) {
  const auto x = parse_finite(value);
  if (!x || output != ModelOutput::price) return x;
  if (!(*x > 0 && close > 0)) return std::nullopt;
  return std::log(*x / close);
}

} // namespace

GuardCore::GuardCore(GuardPolicy policy, const ModelId& id, GuardState& state)
  : policy_(std::move(policy)), name_(id.name + " (sha256:" + id.version + ")"), state_(&state),
    guard_(state, id, policy_.experts.size(), policy_.horizon_ms) {}

void GuardCore::begin(const FeaturesComputed& features) {
  window_ = features;
  returns_.assign(policy_.experts.size(), std::nullopt);
  answered_.assign(policy_.experts.size(), false);
  failure_.clear();
}

std::optional<GuardCore::Result> GuardCore::answered(std::size_t model, const std::vector<LabelledValue>& values,
                                                     const std::string& failure) {
  const auto it = std::find(policy_.experts.begin(), policy_.experts.end(), model);
  if (!window_ || it == policy_.experts.end()) return std::nullopt;
  const auto at = static_cast<std::size_t>(it - policy_.experts.begin());
  answered_[at] = true;
  if (!values.empty()) returns_[at] = as_log_return(policy_.output, values.front().value, window_->close);
  else if (failure_.empty()) failure_ = failure;
  if (std::find(answered_.begin(), answered_.end(), false) != answered_.end()) return std::nullopt;
  auto result = combine();
  window_.reset();
  return result;
}

GuardCore::Result GuardCore::combine() {
  const auto& f = *window_;
  const auto skip = [&](const std::string& why) { return WindowSkipped{f.topic, f.nonce, name_ + ": " + why}; };
  if (std::none_of(returns_.begin(), returns_.end(), [](const auto& r) { return r.has_value(); }))
    return skip("no expert has a forecast; " + failure_);
  const double unit = f.values.empty() ? 0 : f.values.front();
  if (!(std::isfinite(unit) && unit > 0)) return skip("the volatility of its candles is not known: too few candles");
  GuardRow row{f.nonce, f.source, f.candle, f.close, unit, {}, {}};
  for (const auto& r : returns_) row.forecasts.push_back(r.value_or(0) / unit);
  const double value = guard_.predict(std::move(row)) * unit;
  const auto answer = policy_.output == ModelOutput::price ? f.close * std::exp(value) : value;
  return Predicted{f.topic, f.nonce, f.closes, f.source, name_, f.candle, {{"", shortest_text(answer)}}};
}

bool GuardCore::learn(const BookTruth& m) {
  const auto row = std::find_if(state_->rows.begin(), state_->rows.end(),
                                [&](const GuardRow& r) { return r.source == m.source && r.candle == m.candle; });
  if (row == state_->rows.end()) return false;
  return guard_.learn(m.source, m.candle, as_log_return(policy_.output, m.truth.text, row->close));
}

} // namespace inferd
