#include "runtime/chain/comet/comet_calls.hpp"

#include "runtime/chain/encoding/codec.hpp"

#include <memory>
#include <mutex>

namespace inferd::chain {

Call query_call(const Query& query) {
  return {"abci_query", {{"path", query.path}, {"data", to_hex(query.data)}, {"height", "0"}, {"prove", false}}};
}

Call broadcast_call(const TxBytes& tx) { return {"broadcast_tx_sync", {{"tx", tx.base64}}}; }

Call tx_call(const TxHash& hash) { return {"tx", {{"hash", to_base64(from_hex(hash.hex).value_or(""))}, {"prove", false}}}; }

Call status_call() { return {"status", {}}; }

Call block_call(Height height) { return {"block", {{"height", std::to_string(height.value)}}}; }

Call block_results_call(Height height) { return {"block_results", {{"height", std::to_string(height.value)}}}; }

Call subscribe_call(std::string_view query) {
  return {"subscribe", {{"query", boost::json::string(query.data(), query.size())}}};
}

void call_all(RpcPort& rpc, std::vector<Call> calls, std::int64_t deadline_ms,
              std::function<void(std::vector<RpcPort::Answer>)> then) {
  struct PendingCalls {
    std::mutex mutex; // answers arrive on any thread
    std::size_t missing{};
    std::vector<RpcPort::Answer> answers;
    std::function<void(std::vector<RpcPort::Answer>)> then;
  };
  auto gathered = std::make_shared<PendingCalls>();
  gathered->missing = calls.size();
  gathered->answers.resize(calls.size());
  gathered->then = std::move(then);
  for (std::size_t i = 0; i < calls.size(); ++i)
    rpc.call(std::move(calls[i].method), std::move(calls[i].params), deadline_ms, [gathered, i](RpcPort::Answer answer) {
      {
        const std::lock_guard lock(gathered->mutex);
        gathered->answers[i] = std::move(answer);
        if (--gathered->missing > 0) return;
      }
      gathered->then(std::move(gathered->answers));
    });
}

} // namespace inferd::chain
