#pragma once
// What a worker says about one window, and the bytes its own signature covers.

#include "messages/prediction.hpp"
#include "messages/units.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace inferd::chain {

/// Values are written as they stand here: canonical_payload makes them canonical. Neither value nor values: no inference.
struct Payload {
  TopicId topic;
  Height nonce;
  std::optional<std::string> value;    ///< of a single-value topic: field 4, no labels
  std::vector<LabelledValue> values;   ///< of a topic with labels: field 7, with "0" in field 4; order kept
  std::vector<LabelledValue> forecast; ///< of other inferers, by address (in `label`)
  std::string extra_data;              ///< raw bytes; in the forecast too
  std::string proof;
};

/// The same with every number in the chain's spelling, or which one is wrong.
Result<Payload> canonical_payload(Payload);

/// From a prediction: one value without a label, or one for each label. Refused: none, mixed, a label twice.
Result<Payload> payload_of(TopicId, Height nonce, const std::vector<LabelledValue>&);

/// InputInferenceForecastBundle: fields ascending, empty ones left out, field 4 of the inference always there.
std::string encode_bundle(const Payload&, const Wallet& worker);

} // namespace inferd::chain
