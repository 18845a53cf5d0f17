#pragma once

#include "runtime/ports/endpoint_state.hpp"

#include <string>
#include <string_view>

namespace inferd::chain {

/// What the answer to `status`, HTTP status and body, says about a node for a client of `chain_id`. Hostile bytes.
EndpointProbe parse_status_probe(unsigned http_status, std::string_view body, const std::string& chain_id);

} // namespace inferd::chain
