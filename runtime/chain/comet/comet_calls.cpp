#include "runtime/chain/comet/comet_calls.hpp"

#include "runtime/chain/encoding/codec.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>

namespace inferd::chain {

Call query_call(const Query& query, Height height) {
  const auto at = std::to_string(std::max<std::int64_t>(height.value, 0));
  return {"abci_query", {{"path", query.path}, {"data", to_hex(query.data)}, {"height", at}, {"prove", false}}};
}

Call broadcast_call(const TxBytes& tx) { return {"broadcast_tx_sync", {{"tx", tx.base64}}}; }

Call tx_call(const TxHash& hash) { return {"tx", {{"hash", to_base64(from_hex(hash.hex).value_or(""))}, {"prove", false}}}; }

Call status_call() { return {"status", {}}; }

Call block_call(Height height) { return {"block", {{"height", std::to_string(height.value)}}}; }

Call block_results_call(Height height) { return {"block_results", {{"height", std::to_string(height.value)}}}; }

Call subscribe_call(std::string_view query) {
  return {"subscribe", {{"query", boost::json::string(query.data(), query.size())}}};
}

namespace {

/// Sends all and gathers the answers, which arrive on any thread.
class Gathering {
public:
  Gathering(std::size_t calls, std::function<void(std::vector<RpcPort::Answer>)> then)
    : missing_(calls), answers_(calls), then_(std::move(then)) {}

  void add(std::size_t call, RpcPort::Answer answer) {
    {
      const std::lock_guard lock(mutex_);
      answers_[call] = std::move(answer);
      if (--missing_ > 0) return;
    }
    then_(std::move(answers_));
  }

private:
  std::mutex mutex_;
  std::size_t missing_;
  std::vector<RpcPort::Answer> answers_;
  std::function<void(std::vector<RpcPort::Answer>)> then_;
};

} // namespace

void call_all(RpcPort& rpc, std::vector<Call> calls, std::int64_t deadline_ms,
              std::function<void(std::vector<RpcPort::Answer>)> then) {
  const auto all = std::make_shared<Gathering>(calls.size(), std::move(then));
  for (std::size_t i = 0; i < calls.size(); ++i)
    rpc.call(std::move(calls[i].method), std::move(calls[i].params), deadline_ms,
             [all, i](RpcPort::Answer answer) { all->add(i, std::move(answer)); });
}

void call_all_other(RpcPort& rpc, std::vector<Call> calls, std::int64_t deadline_ms,
                    std::function<void(std::vector<RpcPort::Answer>)> then) {
  const auto all = std::make_shared<Gathering>(calls.size(), std::move(then));
  for (std::size_t i = 0; i < calls.size(); ++i)
    rpc.call_other(
      std::move(calls[i].method), std::move(calls[i].params), deadline_ms,
      [all, i](std::optional<RpcPort::Answer> answer) { all->add(i, answer ? std::move(*answer) : RpcPort::Answer{}); });
}

} // namespace inferd::chain
