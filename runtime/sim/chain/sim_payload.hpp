#pragma once
// The emissions module's checks of a payload, except who may submit and when.

#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/sim/chain/outcome.hpp"
#include "runtime/sim/chain/chain_settings.hpp"

#include <string>
#include <variant>
#include <vector>

namespace inferd::sim {

/// A stored value: single-value topics use the label "y".
struct NormalValue {
  std::string label, value; ///< value: canonical decimal
};

/// Checks that an inference or forecast is present, key and addresses agree, and the signature of the canonical bundle.
Outcome check_bundle(const wire::InputWorkerDataBundle& bundle);

/// Checks count, empty, repeated and unknown labels; a single-value topic accepts only "y".
Outcome check_labels(const TopicSettings& topic, const wire::InputInference& inference);

/// Checks required labels and their sum (require_unity). Returns the values with canonical labels.
std::variant<std::vector<NormalValue>, Outcome> normalize(const TopicSettings& topic, const wire::InputInference& inference);

} // namespace inferd::sim
