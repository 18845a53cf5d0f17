#pragma once
// Trains built-in models anew on the configured schedule: gets candles, runs `inferd train` in a child process of the lowest
// priority, and offers the result as one more shadow. What is live changes by the topic's promotion rule or by an operator.

#include "messages/scores.hpp"
#include "model/training/trainer.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/log/logger.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct RetrainJob {
  TopicId topic;
  TrainSettings train;
  std::int64_t every_ms{}, history_ms{};
  FetchHistory fetch;
};

struct RetrainerSettings {
  std::vector<RetrainJob> jobs;
  std::string folder;  ///< of candles and of the model that is being trained
  std::string program; ///< of this project
  std::shared_ptr<ClockPort> clock;
  std::shared_ptr<ModelStore> versions;
  std::function<std::optional<Instant>(TopicId)> last; ///< when a retrained model was first seen; empty: never
  std::function<void(const OfferModel&)> offer;
  std::function<void(const std::string&)> info, warn;
};

/// The jobs of a configuration: of topics with `[topic.retrain]`. Throws CannotStart.
std::vector<RetrainJob> retrain_jobs(const Config&, const TreePlan&, const HostPorts&);

/// Those of the running daemon: models go to the predictors of the directory, lines to the log.
RetrainerSettings retrainer_settings(const Config&, const ActorContext&, std::shared_ptr<ModelStore>, std::shared_ptr<Logger>,
                                     std::vector<RetrainJob>);

/// One training at a time, on a thread of its own. A job whose last model is older than its schedule is due at once; after a
/// failure it is due again within an hour. The destructor ends a child that runs.
class Retrainer {
public:
  explicit Retrainer(RetrainerSettings);
  ~Retrainer();
  void stop(); ///< returns at once

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
