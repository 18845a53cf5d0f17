#include "runtime/cli/doctor/doctor_network.hpp"

#include "base/future_of.hpp"
#include "base/utc.hpp"
#include "messages/bounded_json.hpp"
#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/config/checks.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cstdlib>
#include <fmt/format.h>

namespace inferd::cli {
namespace {

using Kind = Finding::Kind;
using Outcome = std::variant<HttpAnswer, HttpFailed>;
constexpr std::int64_t blocks_behind = 10;     ///< wider than the prober's limit: the nodes were not asked at the same instant
constexpr std::int64_t block_age_ms = 120'000; ///< an older newest block: the node is behind, or our clock is wrong

std::future<Outcome> ask(HttpPort& http, std::string url, std::int64_t deadline_ms, HttpHeaders headers = {}) {
  HttpRequest request;
  request.url = std::move(url);
  request.headers = std::move(headers);
  request.deadline_ms = deadline_ms;
  request.max_body = 1u << 20;
  return future_of<Outcome>([&](auto then) { http.ask(std::move(request), std::move(then)); });
}

/// The string at result.a.b of a JSON-RPC response, or empty.
std::string member(const boost::json::value& answer, const char* a, const char* b) {
  const auto* at = answer.is_object() ? answer.get_object().if_contains("result") : nullptr;
  for (const auto* key : {a, b}) at = at && at->is_object() ? at->get_object().if_contains(key) : nullptr;
  return at && at->is_string() ? std::string(at->get_string()) : std::string();
}

} // namespace

std::string status_url(const std::string& rpc) {
  const auto colon = rpc.find("://");
  const auto scheme = rpc.substr(0, colon);
  auto rest = colon == std::string::npos ? rpc : rpc.substr(colon + 3);
  std::string query;
  if (const auto at = rest.find('?'); at != std::string::npos) query = rest.substr(at), rest.resize(at);
  while (rest.ends_with('/')) rest.pop_back();
  for (const std::string_view own : {"/websocket", "/wss", "/ws"})
    if (rest.ends_with(own)) {
      rest.resize(rest.size() - own.size());
      break;
    }
  return (scheme == "https" || scheme == "wss" ? "https://" : "http://") + rest + "/status" + query;
}

NodeFinding judge_status(const std::string& endpoint, const std::string& chain_id, const HttpAnswer& answer, Instant now) {
  const std::string what = "endpoint";
  boost::json::error_code error;
  const auto body = parse_bounded_json(answer.body, error);
  const auto decoded = error ? chain::Answered<chain::NodeStatus>(chain::Refused{}) : chain::decode_status(body);
  const auto* status = std::get_if<chain::NodeStatus>(&decoded);
  if (answer.status != 200 || !status)
    return {{Kind::wrong, what, fmt::format("{} answered HTTP {}, but not as a CometBFT node does", endpoint, answer.status),
             "chain.rpc wants the RPC port (26657 on a node), not REST or gRPC"}};
  if (status->chain_id != chain_id)
    return {{Kind::wrong, what,
             fmt::format("{} is a node of {}, not of {}", endpoint, status->chain_id.substr(0, 60), chain_id),
             "chain.id or chain.rpc names the wrong network"}};
  const auto height = status->height.value;
  const auto seen = fmt::format("{} serves {} at height {}", endpoint, chain_id, height);
  if (const auto why = chain::unfit(*status, chain_id); !why.empty())
    return {{Kind::doubtful, what, fmt::format("{}, but {}", seen, why), "inferd does not use it until it has caught up"},
            height};
  const auto block = parse_instant(member(body, "sync_info", "latest_block_time").substr(0, 19));
  if (!block)
    return {{Kind::doubtful, what, seen + ", without the time of its newest block", "name another endpoint in chain.rpc"},
            height};
  if (std::abs(now.value - block->value) > block_age_ms)
    return {{Kind::doubtful, what, fmt::format("{}, its newest block is of {}", seen, utc_text(*block)),
             "the node is behind, or this machine's clock is wrong"},
            height};
  if (!status->tx_index)
    return {{Kind::doubtful, what, seen + ", without an index of transactions (tx_index is not on)",
             "lookups by hash are impossible there, inferd reads blocks instead; set [tx_index] indexer = \"kv\" on the node"},
            height};
  return {{Kind::fine, what, seen, {}}, height};
}

void compare_heights(std::vector<NodeFinding>& nodes) {
  std::int64_t best = 0;
  for (const auto& n : nodes) best = std::max(best, n.height);
  for (auto& n : nodes) {
    const auto behind = best - n.height;
    if (n.height == 0 || behind <= blocks_behind || n.finding.kind != Kind::fine) continue;
    n.finding.kind = Kind::doubtful;
    n.finding.seen += fmt::format(", {} blocks behind the best", behind);
    n.finding.remedy = "inferd leaves it for a node that is up to date; take it out of chain.rpc if it stays behind";
  }
}

std::vector<Finding> check_network(const Config& config, HttpPort& http, Instant now, std::int64_t deadline_ms,
                                   const std::vector<HttpHeaders>& headers) {
  std::vector<std::future<Outcome>> nodes;
  for (const auto& rpc : config.chain.rpc)
    nodes.push_back(
      ask(http, status_url(rpc), deadline_ms, nodes.size() < headers.size() ? headers[nodes.size()] : HttpHeaders{}));
  std::vector<NodeFinding> replies;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    const auto endpoint = shown_url(config.chain.rpc[i]);
    const auto outcome = nodes[i].get();
    if (const auto* answer = std::get_if<HttpAnswer>(&outcome))
      replies.push_back(judge_status(endpoint, config.chain.id, *answer, now));
    else
      replies.push_back({{Kind::wrong, "endpoint", fmt::format("{}: {}", endpoint, std::get<HttpFailed>(outcome).reason),
                          "check the address and this machine's network, or name another endpoint"}});
  }
  compare_heights(replies);
  std::vector<Finding> findings;
  for (auto& n : replies) findings.push_back(std::move(n.finding));
  return findings;
}

} // namespace inferd::cli
