#include "runtime/cli/setup/node_reader.hpp"

#include "base/future_of.hpp"
#include "messages/bounded_json.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/doctor/doctor_network.hpp"
#include "runtime/config/checks.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

namespace inferd::cli {

NodeReader::NodeReader(HttpPort& http, std::string rpc, std::int64_t deadline_ms)
  : http_(http), rpc_(std::move(rpc)), url_(status_url(rpc_)), deadline_ms_(deadline_ms) {
  constexpr std::string_view path = "/status"; // JSON-RPC lies beside it, with the same query
  const auto query = std::min(url_.find('?'), url_.size());
  url_.replace(query - path.size(), path.size(), "/");
}

void NodeReader::fail(const std::string& what) const { throw Failure(fmt::format("--rpc: {}: {}", shown_url(rpc_), what)); }

HttpAnswer NodeReader::post(const std::string& path, std::string body) {
  using Outcome = std::variant<HttpAnswer, HttpFailed>;
  HttpRequest request;
  request.url = url_;
  request.url.insert(std::min(url_.find('?'), url_.size()), path);
  request.method = "POST";
  request.headers = {{"Content-Type", "application/json"}};
  request.body = std::move(body);
  request.deadline_ms = deadline_ms_;
  auto got = future_of<Outcome>([&](auto then) { http_.ask(std::move(request), std::move(then)); }).get();
  if (const auto* failed = std::get_if<HttpFailed>(&got)) fail(failed->reason);
  return std::get<HttpAnswer>(std::move(got));
}

boost::json::value NodeReader::call(const std::string& method, boost::json::object params) {
  const auto answer = post("", boost::json::serialize(boost::json::object{
                                 {"jsonrpc", "2.0"}, {"id", 1}, {"method", method}, {"params", std::move(params)}}));
  boost::json::error_code error;
  auto body = parse_bounded_json(answer.body, error);
  if (error || !body.is_object())
    fail(
      fmt::format("it answered HTTP {}, but not as a CometBFT node does; the RPC port (26657 on a node) is wanted, not REST or "
                  "gRPC",
                  answer.status));
  return body;
}

bool NodeReader::take_from_faucet(const Wallet& wallet) { return post("faucet/" + wallet.address, "").status == 200; }

chain::NodeStatus NodeReader::status() {
  const auto answer = chain::decode_status(call("status", {}));
  if (const auto* refused = std::get_if<chain::Refused>(&answer)) fail("status: " + refused->reason);
  return std::get<chain::NodeStatus>(answer);
}

chain::Answered<chain::QueryAnswer> NodeReader::query(const chain::Query& query) {
  auto request = chain::query_call(query);
  return chain::decode_query(call(request.method, std::move(request.params)));
}

const std::string& NodeReader::emissions() {
  for (const auto* version : {"v10", "v9"})
    if (emissions_.empty() && std::holds_alternative<chain::QueryAnswer>(query(chain::version_query(version))))
      emissions_ = version;
  if (emissions_.empty()) fail("it serves neither version 10 nor 9 of Allora's emissions module");
  return emissions_;
}

NodeReader::Topic NodeReader::topic(TopicId id) {
  const auto answer = query(chain::topic_query(emissions(), id));
  if (const auto* refused = std::get_if<chain::Refused>(&answer)) {
    if (refused->verdict == Verdict::NoAnswer || refused->verdict == Verdict::Busy) fail(refused->reason);
    throw Failure(fmt::format("--topic: the chain does not know topic {}: {}", id.value, refused->reason));
  }
  const auto& bytes = std::get<chain::QueryAnswer>(answer).value;
  auto rules = chain::decode_topic(bytes, id);
  if (const auto* error = std::get_if<std::string>(&rules)) fail(*error);
  auto description = chain::decode_topic_description(bytes, id);
  if (const auto* error = std::get_if<std::string>(&description)) fail(*error);
  return {std::get<TopicArrived>(std::move(rules)), std::get<chain::TopicDescription>(std::move(description))};
}

WindowStatusArrived NodeReader::window(TopicId id, const Wallet& wallet) {
  const auto answer = query(chain::window_query(emissions(), id, wallet));
  if (const auto* refused = std::get_if<chain::Refused>(&answer)) fail(refused->reason);
  const auto status = chain::decode_window(std::get<chain::QueryAnswer>(answer).value, id, {});
  if (const auto* error = std::get_if<std::string>(&status)) fail(*error);
  return std::get<WindowStatusArrived>(status);
}

AccountArrived NodeReader::account(const Wallet& wallet) {
  AccountArrived account{.wallet = wallet};
  const auto answer = query(chain::account_query(wallet));
  if (const auto* refused = std::get_if<chain::Refused>(&answer)) {
    if (refused->verdict == Verdict::NoAnswer || refused->verdict == Verdict::Busy) fail(refused->reason);
    return account;
  }
  account.exists = true;
  const auto funds = query(chain::balance_query(wallet));
  if (const auto* refused = std::get_if<chain::Refused>(&funds)) fail(refused->reason);
  const auto balance = chain::decode_balance(std::get<chain::QueryAnswer>(funds).value);
  if (const auto* error = std::get_if<std::string>(&balance)) fail(*error);
  account.balance = std::get<Uallo>(balance);
  return account;
}

} // namespace inferd::cli
