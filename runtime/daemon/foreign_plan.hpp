#pragma once
// From a topic's settings to its model from outside.

#include "actors/pipeline/foreign_core.hpp"
#include "runtime/config/config.hpp"
#include "runtime/models/model_host.hpp"

#include <string>
#include <vector>

namespace inferd {

/// Whether the topic is answered by a model from outside. Reads the beginning of a .json file.
bool is_foreign(const TopicSettings&);

/// Its model, with the headers' values. Throws CannotStart.
models::ModelSpec model_spec(const TopicSettings&);

/// Its rules and its fallback. Throws CannotStart.
ForeignPolicy foreign_policy(const TopicSettings&);

/// Candles that its features need.
std::size_t foreign_candles(const TopicSettings&);

/// The features that exist, in the order of FeaturesComputed::values.
std::vector<std::string> known_features();

/// Where the runtime libraries of model files are searched before the system's places.
std::vector<std::string> runtime_folders(const Config&);

/// Throws CannotStart unless the model can be used.
void check_foreign(const TopicSettings&, const models::ModelHost&);

} // namespace inferd
