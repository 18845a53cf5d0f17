#include "actors/pipeline/predictor_core.hpp"

#include "model/topic_text.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <utility>

namespace inferd {

PredictorCore::PredictorCore(PredictorPolicy policy) : policy_(std::move(policy)) { assert(policy_.model); }

PredictorCore::Effects PredictorCore::on(const TopicArrived& rules) {
  rules_ = rules;
  if (!pending_) return {};
  return on(*std::exchange(pending_, std::nullopt));
}

PredictorCore::Effects PredictorCore::on(const FeaturesComputed& features) {
  if (!rules_) {
    pending_ = features;
    return {WindowWanted{features.topic}}; // lost if the predictor was restarted
  }
  const auto skip = [&](std::string why) { return Effects{WindowSkipped{features.topic, features.nonce, std::move(why)}}; };
  if (const auto why = mismatch(); !why.empty()) return skip(why);
  const auto& model = *policy_.model;
  if (model.needs_features()) {
    if (features.values.size() != model.features().size())
      return skip("the feature actor computes other features than " + model.name() + " needs");
    const auto undefined =
      std::find_if(features.values.begin(), features.values.end(), [](double v) { return !std::isfinite(v); });
    if (undefined != features.values.end()) {
      const auto& name = model.features()[static_cast<std::size_t>(undefined - features.values.begin())];
      return skip(
        "feature " + name + " is not defined" +
        (is_of_network(name) ? ": the network has concluded no such value within the last horizon" : " yet: too few candles"));
    }
  }
  auto values = model.predict(features.values, features.close);
  if (const auto why = problem(values, features.close); !why.empty()) return skip(why);
  return {Predicted{features.topic, features.nonce, features.closes, features.source, model.name(), features.candle,
                    std::move(values)}};
}

std::string PredictorCore::mismatch() const {
  const auto& labels = policy_.model->labels();
  const bool labelled = labels.size() != 1 || !labels.front().empty();
  const auto& name = policy_.model->name();
  if (rules_->multi && !labelled) return "the topic wants labels, " + name + " predicts a single value";
  if (!rules_->multi && labelled) return "the topic wants a single value, " + name + " predicts labels";
  const auto& file = policy_.model->file();
  if (auto why = contradiction(read_topic_text(rules_->metadata), rules_->metadata, file.output, horizon_ms(file));
      !why.empty())
    return why + " (" + name + ")";
  if (!rules_->multi) return {};
  if (rules_->max_labels > 0 && labels.size() > rules_->max_labels)
    return "the topic takes " + std::to_string(rules_->max_labels) + " labels, " + name + " predicts " +
           std::to_string(labels.size());
  const auto unlisted = std::ranges::find_if(labels, [&](const std::string& label) {
    return !rules_->labels.empty() && std::ranges::find(rules_->labels, label) == rules_->labels.end();
  });
  return unlisted == labels.end() ? "" : "label \"" + *unlisted + "\" of " + name + " is not on the topic's list";
}

std::string PredictorCore::problem(const std::vector<LabelledValue>& values, double close) const {
  if (auto implausibility = policy_.model->implausibility(values, close); !implausibility.empty()) return implausibility;
  if (!rules_->require_unity) return {};
  double sum = 0;
  for (const auto& v : values) {
    double x{};
    std::from_chars(v.value.data(), v.value.data() + v.value.size(), x);
    sum += x;
  }
  // The chain's default tolerance is 1e-6; a tenth of it allows for rounding to its decimals.
  return std::abs(sum - 1) <= 1e-7 ? "" : "the labels' values sum to " + std::to_string(sum) + ", the topic wants 1";
}

} // namespace inferd
