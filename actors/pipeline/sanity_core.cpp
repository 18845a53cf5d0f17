#include "actors/pipeline/sanity_core.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace inferd {
namespace {

constexpr std::size_t remembered_values = 51, least_changes = 8;

std::optional<double> number(const std::string& text) {
  double x{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(x)) return {};
  return x;
}

} // namespace

std::string against_topic(const std::vector<LabelledValue>& values, const TopicArrived& rules) {
  if (values.empty()) return "there is no value";
  const bool labelled = values.size() > 1 || !values.front().label.empty();
  if (rules.multi && !labelled) return "the topic wants labels, the answer is a single value";
  if (!rules.multi && labelled) return "the topic wants a single value, the answer has labels";
  if (!rules.multi) return {};
  if (rules.max_labels > 0 && values.size() > rules.max_labels)
    return fmt::format("the topic takes {} labels, the answer has {}", rules.max_labels, values.size());
  std::set<std::string> seen;
  double sum = 0;
  for (const auto& [label, text] : values) {
    if (label.empty()) return "a label is empty";
    if (!seen.insert(label).second) return fmt::format("the label \"{}\" is there twice", label);
    if (!rules.labels.empty() && std::find(rules.labels.begin(), rules.labels.end(), label) == rules.labels.end())
      return fmt::format("the label \"{}\" is not on the topic's list", label);
    sum += number(text).value_or(std::nan(""));
  }
  // As for built-in models: a tenth of the chain's tolerance.
  if (rules.require_unity && !(std::abs(sum - 1) <= 1e-7))
    return fmt::format("the labels' values sum to {}, the topic wants 1", sum);
  return {};
}

void Sanity::concluded(Height nonce, const Decimal& combined) {
  const auto value = number(combined.text);
  if (!value || nonce <= concluded_) return;
  concluded_ = nonce;
  network_.push_back(*value);
  if (network_.size() > remembered_values) network_.pop_front();
}

std::string Sanity::implausibility(Height nonce, const std::vector<LabelledValue>& values, double close) {
  for (const auto& [label, text] : values) {
    const auto x = number(text);
    const auto of = label.empty() ? std::string() : " of " + label;
    if (!x) return fmt::format("the value{} is {}, not a finite number", of, text);
    const double judged = rules_.relative ? std::log(*x / close) : *x;
    if (!(judged >= rules_.least && judged <= rules_.most))
      return fmt::format("the value{} {} is implausible: {} between {} and {} is expected (topic.plausible)", of, text,
                         rules_.relative ? "ln(value / close)" : "a value", rules_.least, rules_.most);
  }
  if (nonce != last_nonce_) {
    equal_ = values == last_ ? equal_ + 1 : 1;
    last_ = values;
    last_nonce_ = nonce;
  }
  if (rules_.same_values > 0 && equal_ > rules_.same_values)
    return fmt::format("the value was the same {} times in a row (topic.same_values)", equal_);
  return far_from_network(*number(values.front().value));
}

std::string Sanity::far_from_network(double value) const {
  if (rules_.network_deviations <= 0 || network_.size() < least_changes + 1) return {};
  const auto n = static_cast<double>(network_.size() - 1);
  const double mean = (network_.back() - network_.front()) / n;
  double squares = 0;
  for (std::size_t i = 1; i < network_.size(); ++i) {
    const double d = network_[i] - network_[i - 1] - mean;
    squares += d * d;
  }
  const double deviation = std::sqrt(squares / (n - 1));
  const double away = std::abs(value - network_.back());
  if (deviation == 0 || away <= rules_.network_deviations * deviation) return {};
  return fmt::format("the value {} is {:.1f} standard deviations from the network's last, {} (topic.network_deviations)", value,
                     away / deviation, network_.back());
}

} // namespace inferd
