#pragma once
// A model that combines the topic's other models by an online guard (model/online_guard.hpp). Its forecast is made when all of
// them have answered; one without an answer counts as a forecast of zero.

#include "messages/prediction.hpp"
#include "messages/scores.hpp"
#include "messages/window.hpp"
#include "model/model_file.hpp"
#include "model/online_guard.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

struct GuardPolicy {
  TopicId topic;
  std::vector<std::size_t> experts; ///< positions in ModelsPolicy::models
  ModelOutput output{};             ///< log_return or price
  std::int64_t horizon_ms{};
};

class GuardCore {
public:
  using Result = std::variant<Predicted, WindowSkipped>;

  /// `state` outlives the core.
  GuardCore(GuardPolicy policy, const ModelId& id, GuardState& state);

  /// A window begins. One value: the volatility of the past, per horizon.
  void begin(const FeaturesComputed&);
  /// An expert's answer; empty values: `failure`. nullopt: it is no expert, or others have not answered.
  std::optional<Result> answered(std::size_t model, const std::vector<LabelledValue>& values, const std::string& failure);
  /// False: nothing waited for it.
  bool learn(const BookTruth&);

  const GuardPolicy& policy() const { return policy_; }

private:
  Result combine();

  GuardPolicy policy_;
  std::string name_; ///< for books and logs
  GuardState* state_;
  OnlineGuard guard_;
  std::optional<FeaturesComputed> window_; ///< not combined yet
  std::vector<std::optional<double>> returns_;
  std::vector<bool> answered_;
  std::string failure_; ///< the first one of an expert
};

} // namespace inferd
