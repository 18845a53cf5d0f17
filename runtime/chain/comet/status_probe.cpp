#include "runtime/chain/comet/status_probe.hpp"

#include "runtime/chain/comet/rpc_answers.hpp"
#include "messages/bounded_json.hpp"

#include <boost/json/parse.hpp>

namespace inferd::chain {

EndpointProbe parse_status_probe(unsigned http_status, std::string_view body, const std::string& chain_id) {
  EndpointProbe probe;
  boost::json::error_code error;
  const auto response = parse_bounded_json(body, error);
  const auto answered = error ? Answered<NodeStatus>(Refused{}) : decode_status(response);
  const auto* status = std::get_if<NodeStatus>(&answered);
  if (!status) {
    probe.trouble = "HTTP " + std::to_string(http_status) + " without a node's status";
    return probe;
  }
  probe.answered = true;
  probe.height = status->height.value;
  probe.block_time = status->block_time;
  probe.trouble = unfit(*status, chain_id);
  return probe;
}

} // namespace inferd::chain
