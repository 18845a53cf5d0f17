#pragma once
// The doctor's check of the endpoints: each is a node of the configured chain.

#include "runtime/cli/doctor/doctor_checks.hpp"
#include "runtime/ports/http_port.hpp"

namespace inferd::cli {

/// Requests every configured endpoint concurrently, each within `deadline_ms`. Blocks until all have finished. `headers`: of
/// the endpoints of chain.rpc, in their order; may be shorter.
std::vector<Finding> check_network(const Config&, HttpPort&, Instant now, std::int64_t deadline_ms = 5'000,
                                   const std::vector<HttpHeaders>& headers = {});

/// http(s)://host:port/path/status for an RPC endpoint of any scheme.
std::string status_url(const std::string& rpc);

/// The verdict on a node's `status` reply. `endpoint` is printed as given.
struct NodeFinding {
  Finding finding;
  std::int64_t height{}; ///< 0: unknown
};
NodeFinding judge_status(const std::string& endpoint, const std::string& chain_id, const HttpAnswer&, Instant now);

/// Marks nodes more than a few blocks behind the highest as doubtful: inferd would not use them.
void compare_heights(std::vector<NodeFinding>&);

} // namespace inferd::cli
