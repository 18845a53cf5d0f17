#pragma once
// The doctor's calls: is there a node of the right chain behind each endpoint, does each market answer?

#include "runtime/cli/doctor_checks.hpp"
#include "runtime/ports/http_port.hpp"

namespace inferd::cli {

/// Asks every endpoint of the configuration at once, each within `deadline_ms`. Blocks until all have answered.
std::vector<Finding> check_network(const Config&, HttpPort&, Instant now, std::int64_t deadline_ms = 5'000);

/// http(s)://host:port/path/status for any spelling of an RPC endpoint.
std::string status_url(const std::string& rpc);

/// What a node's answer to `status` says. `endpoint` is shown as it is.
struct NodeFinding {
  Finding finding;
  std::int64_t height{}; ///< 0: it told none
};
NodeFinding judge_status(const std::string& endpoint, const std::string& chain_id, const HttpAnswer&, Instant now);

/// Doubts every node that stands more than a few blocks behind the best of them: inferd would leave it.
void compare_heights(std::vector<NodeFinding>&);

} // namespace inferd::cli
