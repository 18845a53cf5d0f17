#pragma once

#include "runtime/ports/endpoint_state.hpp"

#include <string>
#include <string_view>

namespace inferd::chain {

/// Evaluates the response to `status` for a client of `chain_id`. Untrusted input.
EndpointProbe parse_status_probe(unsigned http_status, std::string_view body, const std::string& chain_id);

} // namespace inferd::chain
