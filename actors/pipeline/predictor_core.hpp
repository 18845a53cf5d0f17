#pragma once
// Features in, values out that the chain will take, or a reason why not. What the topic asks for is checked here, for free,
// instead of on the chain for a fee.

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

  /// Features that came before the topic's rules are known wait for them.
  Effects on(const FeaturesComputed&);
  Effects on(const TopicArrived&);

  const std::optional<TopicArrived>& rules() const { return rules_; }
  const Model& model() const { return *policy_.model; }
  /// Why this model cannot answer this topic; empty: it can.
  std::string misfit() const;

private:
  std::string problem(const std::vector<LabelledValue>& values, double close) const;

  PredictorPolicy policy_;
  std::optional<TopicArrived> rules_;
  std::optional<FeaturesComputed> waiting_;
};

} // namespace inferd
