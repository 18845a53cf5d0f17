#pragma once
// A worker's submission for one window and the bytes that it signs.

#include "messages/prediction.hpp"
#include "messages/units.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace inferd::chain {

/// Values are encoded as given; canonical_payload makes them canonical. Without `value` and `values` there is no inference.
struct Payload {
  TopicId topic;
  Height nonce;
  std::optional<std::string> value;    ///< single-value topics: field 4, no labels
  std::vector<LabelledValue> values;   ///< label topics: field 7, "0" in field 4; order kept
  std::vector<LabelledValue> forecast; ///< of other inferers, by address (the label)
  std::string extra_data;              ///< raw bytes; in the forecast, too
  std::string proof;
};

/// Rewrites every number in the chain's format. The error names the wrong number or address.
Result<Payload> canonical_payload(Payload);

/// One value without a label, or one for each label. Errors: no value, an empty label among several, a label twice.
Result<Payload> payload_of(TopicId, Height nonce, const std::vector<LabelledValue>&);

/// InputInferenceForecastBundle: fields in ascending order, empty ones omitted, the inference's field 4 always set.
std::string encode_bundle(const Payload&, const Wallet& worker);

} // namespace inferd::chain
