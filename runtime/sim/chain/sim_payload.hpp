#pragma once
// What the emissions module says to a worker's payload, apart from who may send it and when.

#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/sim/chain/outcome.hpp"
#include "runtime/sim/chain/chain_settings.hpp"

#include <string>
#include <variant>
#include <vector>

namespace inferd::sim {

/// A value as the network keeps it: single-value topics use the label "y".
struct NormalValue {
  std::string label, value; ///< value: canonical decimal
};

/// Inference or forecast present, public key and names agree, signature over the canonical bundle.
Outcome check_bundle(const wire::InputWorkerDataBundle& bundle);

/// Labels: number, emptiness, repetition, the topic's list; a single-value topic takes only "y".
Outcome check_labels(const TopicSettings& topic, const wire::InputInference& inference);

/// Labels wanted or not, sum of one, sign. Or the values, labels in the topic's spelling.
std::variant<std::vector<NormalValue>, Outcome> normalize(const TopicSettings& topic, const wire::InputInference& inference);

} // namespace inferd::sim
