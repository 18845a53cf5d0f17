#pragma once
// A client of ws_rpc that records callbacks, and an echo server.

#include "runtime/live/ws_rpc.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"

#include <boost/json.hpp>

namespace inferd::test {

namespace json = boost::json;

/// With a short backoff.
inline RpcSettings settings(std::vector<std::string> endpoints) {
  RpcSettings s{std::move(endpoints)};
  s.ranking.backoff = {.first_ms = 5, .longest_ms = 20, .below_percent = 50};
  return s;
}

/// Records callbacks in order: "opened NAME" and "closed NAME"; reasons and events separately.
struct Client {
  Awaited<std::string> callbacks, reasons;
  Awaited<json::value> events;
  Awaited<RpcPort::Answer> answers;
  IoThread io;
  std::shared_ptr<RpcPort> rpc;

  explicit Client(RpcSettings s, const std::string& ca_file = {}, const Proxies& proxies = {})
    : io(ca_file, proxies), rpc(make_rpc(io, std::move(s))) {
    rpc->listen({[this](const std::string& endpoint) { callbacks.put("opened " + endpoint); },
                 [this](const std::string& endpoint, const std::string& reason) {
                   reasons.put(reason);
                   callbacks.put("closed " + endpoint);
                 },
                 [this](json::value frame) { events.put(std::move(frame)); }});
  }
  void call(const std::string& method, std::int64_t deadline_ms = 10'000, json::object params = {}) {
    rpc->call(method, std::move(params), deadline_ms, [this](RpcPort::Answer a) { answers.put(std::move(a)); });
  }
  RpcPort::Answer ask(const std::string& method, std::int64_t deadline_ms = 10'000) {
    call(method, deadline_ms);
    return answers.next();
  }
};

inline std::string id_of(const std::string& request) { return json::serialize(json::parse(request).at("id")); }
inline std::string method_of(const std::string& request) { return std::string(json::parse(request).at("method").as_string()); }
inline std::string result(const std::string& id, const std::string& value) {
  return R"({"jsonrpc":"2.0","id":)" + id + R"(,"result":)" + value + "}";
}

/// Answers each request with its method's name.
inline void echo(Connection& c) {
  c.upgrade();
  for (;;) {
    const auto request = c.receive_text();
    c.send_text(result(id_of(request), "\"" + method_of(request) + "\""));
  }
}

inline std::string text(const RpcPort::Answer& answer) { return json::serialize(answer.message.at("result")); }

} // namespace inferd::test
