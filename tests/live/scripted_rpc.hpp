#pragma once

#include "runtime/ports/rpc_port.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace inferd::test {

/// Answers a call at once from `answers` (keyed by method; abci_query by path and hex data), otherwise holds it for the test to
/// answer. A second node's calls are queued for the test, or answered at once if `second` is set. Single-threaded.
struct ScriptedRpc : RpcPort {
  struct Held {
    std::string method;
    boost::json::object params;
    std::int64_t deadline_ms;
    std::function<void(Answer)> done;
  };
  using Answers = std::map<std::string, boost::json::value>; ///< complete responses
  Answers answers;
  std::set<std::string> silent;   ///< keys whose calls end without an answer
  std::optional<Answers> second;  ///< what is not in it ends without an answer; empty: there is no second node
  std::vector<std::string> asked; ///< keys of all calls, in order
  std::deque<Held> held;
  std::deque<std::function<void(std::optional<Answer>)>> best_other; ///< calls to a second node, answered by the test
  bool has_other = false;                                            ///< call_others reaches one other node, through best_other
  std::vector<std::string> left;
  Listener listener;
  std::string endpoint = "node:26657";
  bool is_open = false;

  static std::string key(const std::string& method, const boost::json::object& params) {
    if (method == "abci_query")
      return std::string(params.at("path").as_string()) + " " + std::string(params.at("data").as_string());
    return method == "subscribe" ? "subscribe " + std::string(params.at("query").as_string()) : method;
  }

  void listen(Listener l) override { listener = std::move(l); }
  void call(std::string method, boost::json::object params, std::int64_t deadline_ms,
            std::function<void(Answer)> done) override {
    const auto k = key(method, params);
    asked.push_back(k);
    if (silent.contains(k)) return done({Verdict::NoAnswer, {}, endpoint + ": no answer to " + method, endpoint});
    if (const auto found = answers.find(k); found != answers.end()) done({Verdict::Accepted, found->second, {}, endpoint});
    else held.push_back({std::move(method), std::move(params), deadline_ms, std::move(done)});
  }
  void call_other(std::string method, boost::json::object params, std::int64_t,
                  std::function<void(std::optional<Answer>)> done) override {
    asked.push_back("elsewhere " + method);
    if (second && second->empty()) return done({});
    if (second) {
      const auto found = second->find(key(method, params));
      if (found == second->end()) return done(Answer{Verdict::NoAnswer, {}, "other:26657: HTTP 403", "other:26657"});
      return done(Answer{Verdict::Accepted, found->second, {}, "other:26657"});
    }
    best_other.push_back(std::move(done));
  }
  void call_others(std::string method, boost::json::object, std::int64_t, Each each) override {
    if (!has_other) return each({}, 0);
    asked.push_back("elsewhere " + method);
    best_other.push_back([each = std::move(each)](std::optional<Answer> answer) { each(std::move(answer), 0); });
  }
  void leave(std::string reason) override {
    if (!is_open) return;
    left.push_back(reason);
    close(reason);
  }

  void open() {
    is_open = true;
    listener.opened(endpoint);
  }
  void close(const std::string& reason) {
    is_open = false;
    for (auto& call : std::exchange(held, {})) call.done({Verdict::NoAnswer, {}, endpoint + ": " + reason, endpoint});
    listener.closed(endpoint, endpoint + ": " + reason);
  }
  void answer_held(boost::json::value response) {
    auto call = std::move(held.front());
    held.pop_front();
    call.done({Verdict::Accepted, std::move(response), {}, endpoint});
  }
};

} // namespace inferd::test
