#pragma once

#include "runtime/chain/encoding/result.hpp"

#include <boost/json/object.hpp>
#include <string_view>

namespace inferd::chain {

/// A transaction in the Cosmos SDK's JSON form (body, auth_info, signatures), and its `hash`. 64-bit numbers are texts and
/// bytes are base64, as in protobuf's JSON mapping. A message of a type that a worker does not send keeps its bytes as `value`.
/// Nothing is validated but the encoding; the error says which part is malformed.
Result<boost::json::object> tx_json(std::string_view raw);

} // namespace inferd::chain
