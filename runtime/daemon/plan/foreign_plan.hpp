#pragma once
// From a topic's settings to its model from outside.

#include "actors/pipeline/feature_core.hpp"
#include "actors/pipeline/foreign_core.hpp"
#include "model/inputs/joint_features.hpp"
#include "runtime/config/config.hpp"
#include "runtime/models/model_host.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace inferd {

/// Whether the topic is answered by a model from outside. Reads the beginning of a .json file.
bool is_foreign(const TopicSettings&);

/// The model, with the headers' values. Throws CannotStart.
models::ModelSpec model_spec(const TopicSettings&);

struct ForeignPlan {
  ForeignPolicy policy;
  models::ModelSpec spec;
  models::ModelFacts facts;          ///< of a model file
  std::vector<std::string> inputs;   ///< the features that the model gets
  DeclaredFeatures declared;         ///< these, then those of the fallback
  std::size_t candles{};             ///< own ones that they and the model need, at least 1
  std::vector<NeededCandles> others; ///< of the further series that they name
};

/// Starts the runner of a model file to learn its inputs. Throws CannotStart.
ForeignPlan plan_foreign(const TopicSettings&, const models::ModelHost&);

/// Where the runtime libraries of model files are searched before the system's places.
std::vector<std::string> runtime_folders();

/// For a host that checks models: it warns nobody and reaches no URL.
models::ModelHostSettings checking_host();

} // namespace inferd
