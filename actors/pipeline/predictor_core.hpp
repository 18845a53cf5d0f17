#pragma once
// Maps features to values the chain accepts, or to a reason to skip the window. The topic's rules are checked here because a
// refusal on the chain costs a fee.

#include "messages/chain.hpp"
#include "messages/prediction.hpp"
#include "messages/window.hpp"
#include "model/model.hpp"

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

struct PredictorPolicy {
  TopicId topic;
  std::shared_ptr<const Model> model;
};

class PredictorCore {
public:
  using Effect = std::variant<Predicted, WindowSkipped, WindowWanted>;
  using Effects = std::vector<Effect>;

  explicit PredictorCore(PredictorPolicy policy);

  /// Without the topic's rules the newest features wait, and the rules are requested.
  Effects on(const FeaturesComputed&);
  Effects on(const TopicArrived&);

  const std::optional<TopicArrived>& rules() const { return rules_; }
  const Model& model() const { return *policy_.model; }
  /// Why the model's output does not fit the topic; empty: it does. Requires rules().
  std::string mismatch() const;

private:
  std::string problem(const std::vector<LabelledValue>& values, double close) const;

  PredictorPolicy policy_;
  std::optional<TopicArrived> rules_;
  std::optional<FeaturesComputed> pending_;
};

} // namespace inferd
