#include "actors/pipeline/foreign_core.hpp"

#include "base/wait.hpp"
#include "model/topic_text.hpp"

#include <utility>

namespace inferd {
namespace {

/// The port answers within the deadline; a promise that is broken costs this much more.
constexpr std::int64_t grace_ms = 500;

} // namespace

ForeignCore::ForeignCore(ForeignPolicy policy) : policy_(std::move(policy)), sanity_(policy_.sanity), asks_(policy_.first_ask) {
  if (policy_.fallback) fallback_.emplace(PredictorPolicy{policy_.topic, policy_.fallback});
}

ForeignCore::Effects ForeignCore::on(const TopicArrived& rules, Instant now) {
  rules_ = rules;
  if (fallback_) fallback_->on(rules);
  if (!pending_) return {};
  return on(*std::exchange(pending_, std::nullopt), now);
}

ForeignCore::Effects ForeignCore::on(const FeaturesComputed& features, Instant now) {
  if (!rules_) {
    pending_ = features;
    return {WindowWanted{features.topic}}; // lost if the predictor was restarted
  }
  asked_.reset();
  if (const auto why = mismatch(); !why.empty()) return {WindowSkipped{features.topic, features.nonce, why}};
  if (features.values.size() < policy_.inputs) // the feature actor has the policy of another plan
    return {WindowSkipped{features.topic, features.nonce, "fewer features than " + policy_.name + " needs"}};
  asked_ = Question{features, ++asks_, now};
  AskModel ask{asks_, features.topic, features.nonce, features.source, features.candle, features.close, features.values, now};
  ask.values.resize(policy_.inputs);
  return {std::move(ask), WakeIn{policy_.deadline_ms + grace_ms}};
}

ForeignCore::Effects ForeignCore::on(const ModelAnswered& answer, Instant) {
  if (!asked_ || asked_->ask != answer.ask) return {};
  const auto features = std::exchange(asked_, std::nullopt)->features;
  auto why = against_topic(answer.values, *rules_);
  if (why.empty()) why = sanity_.implausibility(features.nonce, answer.values, features.close);
  if (!why.empty()) return fall_back(features, why);
  failures_ = 0;
  return {
    Predicted{features.topic, features.nonce, features.closes, features.source, policy_.name, features.candle, answer.values}};
}

ForeignCore::Effects ForeignCore::on(const ModelFailed& failed, Instant) {
  if (!asked_ || asked_->ask != failed.ask) return {};
  return fall_back(std::exchange(asked_, std::nullopt)->features, failed.reason);
}

ForeignCore::Effects ForeignCore::on(const Tick&, Instant now) {
  const auto ms = policy_.deadline_ms + grace_ms;
  if (!asked_ || !waited(asked_->at, now, ms)) return {};
  return fall_back(std::exchange(asked_, std::nullopt)->features, "no answer within " + std::to_string(ms) + " ms");
}

ForeignCore::Effects ForeignCore::on(const BookConclusion& conclusion, Instant) {
  sanity_.concluded(conclusion.event.nonce, conclusion.event.combined);
  return {};
}

ForeignCore::Effects ForeignCore::fall_back(const FeaturesComputed& features, const std::string& why) {
  ++failures_;
  last_failure_ = why;
  const auto reason = policy_.name + ": " + why;
  if (!fallback_) return {WindowSkipped{features.topic, features.nonce, reason}};
  Effects effects{WindowDelayed{features.topic, features.nonce, reason + "; " + policy_.fallback->name() + " answers"}};
  auto own = features; // those of its model
  own.values.erase(own.values.begin(), own.values.begin() + static_cast<std::ptrdiff_t>(policy_.inputs));
  for (auto& effect : fallback_->on(own))
    std::visit(
      [&](auto& e) {
        if constexpr (std::is_same_v<std::decay_t<decltype(e)>, WindowSkipped>)
          e.reason = reason + "; the fallback: " + e.reason;
        effects.push_back(std::move(e));
      },
      effect);
  return effects;
}

std::string ForeignCore::mismatch() const {
  const auto why = contradiction(read_topic_text(rules_->metadata), rules_->metadata, policy_.output, policy_.horizon_ms);
  return why.empty() ? why : why + " (" + policy_.name + ")";
}

} // namespace inferd
