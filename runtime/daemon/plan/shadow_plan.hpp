#pragma once
// The models of a topic beside its live one: shadows of the configuration, and versions in the books that may be live again.

#include "runtime/daemon/plan/plan.hpp"

#include <string>

namespace inferd {

/// Throws CannotStart: this shadow cannot be used. Starts the runner of a model file.
void check_shadow(const TopicSettings&, const ModelSettings& shadow, const models::ModelHost&);

/// Likewise for `[topic.guard]`.
void check_guard(const TopicSettings&);

/// Settings of models from outside, such as a fallback, are a mistake where neither the model nor a shadow is one.
void check_outside_settings(const TopicSettings&);

/// What a predictor booked, before its start.
void restore_predictor(BookPredictorState&&, LiveModel&);

/// What the topic's predictor booked last, and the truths in the books that it had not learnt. Throws StoreFailure.
void restore_state(Books&, const Wallet&, TopicId, TopicPlan&);

/// Completes the plan of a topic whose live model is planned: entry, shadows, features, the model that is live by the books. A
/// shadow that cannot be used is left out with a warning, so that it never keeps the live model from working. `declared`: the
/// features of the live model and its fallback; empty: it needs none.
void plan_models(const TopicSettings&, const HostPorts&, FeedPlan&, TopicPlan&);

/// What the candles will say of the topic's predictions.
ScoredTopic scored_topic(const TopicSettings&, const TopicPlan&);

/// Of every candidate that `inferd train` compares for this topic: what a retrained model may need.
std::vector<std::string> training_features(const TopicTarget&, VolatilityEstimator);

} // namespace inferd
