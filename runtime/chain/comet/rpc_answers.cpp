#include "runtime/chain/comet/rpc_answers.hpp"

#include "base/utc.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/comet/json_walk.hpp"

#include <fmt/format.h>

namespace inferd::chain {

namespace {

namespace json = boost::json;

Refused malformed(std::string_view method) {
  return {Verdict::NoAnswer, fmt::format("the answer to {} is not what the method promises", method), {}};
}

RpcError rpc_error(const json::value& error) {
  return {number_in<std::int64_t>(find(error, "code")).value_or(0), text_or_empty(find(error, "message")),
          text_or_empty(find(error, "data"))};
}

std::string error_text(const RpcError& error) {
  return fmt::format("{}{}{}", error.message, error.data.empty() ? "" : ": ", error.data);
}

/// Code, codespace and log of CheckTx, blocks and queries.
std::optional<Refusal> refusal_in(const json::value& answer, bool in_block) {
  const auto* code = find(answer, "code");
  const auto number = code ? number_in<std::uint32_t>(code) : 0;
  if (!answer.is_object() || !number) return std::nullopt;
  return Refusal{text_or_empty(find(answer, "codespace")), *number, text_or_empty(find(answer, "log")), in_block};
}

std::variant<const json::value*, Refused> result_of(const json::value& response, std::string_view method) {
  if (const auto* error = find(response, "error")) {
    const auto answer_ = rpc_error(*error);
    const auto verdict = classify(answer_);
    return Refused{verdict == Verdict::Accepted ? Verdict::Unknown : verdict, error_text(answer_), {}};
  }
  const auto* result = find(response, "result");
  if (!result || !result->is_object()) return malformed(method);
  return result;
}

Answered<QueryAnswer> decode(const json::value& response, std::string_view method,
                             Verdict (*classify_refusal)(const Refusal&)) {
  const auto result = result_of(response, method);
  if (const auto* refused = std::get_if<Refused>(&result)) return *refused;
  const auto* answer = find(*std::get<const json::value*>(result), "response");
  const auto refusal = answer ? refusal_in(*answer, false) : std::nullopt;
  if (!refusal) return malformed(method);
  if (refusal->code) return Refused{classify_refusal(*refusal), refusal->log, *refusal};
  const auto* value = find(*answer, "value"); // null if empty
  const auto bytes = value && !value->is_null() ? from_base64(text_in(value).value_or("-")) : std::string();
  if (!bytes) return malformed(method);
  return QueryAnswer{*bytes, {number_in<std::int64_t>(find(*answer, "height")).value_or(0)}};
}

/// A transaction's result in a block.
Answered<TxLookedUp> included(const json::value& judged, std::int64_t height, std::string_view method) {
  const auto refusal = refusal_in(judged, true);
  if (!refusal) return malformed(method);
  TxLookedUp out;
  out.found = true;
  out.height = {height};
  out.verdict = classify(*refusal);
  out.code = refusal->code;
  out.codespace = refusal->codespace;
  out.log = refusal->log;
  out.gas_used = {number_in<std::uint64_t>(find(judged, "gas_used")).value_or(0)};
  return out;
}

} // namespace

Answered<QueryAnswer> decode_query(const json::value& response) { return decode(response, "abci_query", classify_query); }

Answered<QueryAnswer> decode_simulate(const json::value& response) { return decode(response, "Simulate", classify_simulation); }

Answered<BroadcastAnswered> decode_broadcast(const json::value& response) {
  BroadcastAnswered out;
  if (const auto* error = find(response, "error")) {
    const auto answer_ = rpc_error(*error);
    out.verdict = classify(answer_);
    out.log = error_text(answer_);
    if (out.verdict == Verdict::AlreadyInMempool || out.verdict == Verdict::Busy) return out;
    return Refused{out.verdict == Verdict::Accepted ? Verdict::Unknown : out.verdict, out.log, {}};
  }
  const auto* result = find(response, "result");
  const auto refusal = result && find(*result, "code") ? refusal_in(*result, false) : std::nullopt;
  if (!refusal) return malformed("broadcast_tx_sync"); // a missing code must not count as 0
  out.verdict = classify(*refusal);
  out.hash = {text_or_empty(find(*result, "hash"))};
  out.code = refusal->code;
  out.codespace = refusal->codespace;
  out.log = refusal->log;
  const auto expected = expected_sequence(out.log);
  out.expected = expected.value_or(Sequence{});
  out.expected_known = expected.has_value();
  out.required = required_fee(out.log).value_or(Uallo{});
  return out;
}

Answered<TxLookedUp> decode_tx(const json::value& response) {
  const auto result = result_of(response, "tx");
  if (const auto* refused = std::get_if<Refused>(&result)) {
    if (refused->verdict != Verdict::NotFound) return *refused;
    TxLookedUp none;
    none.verdict = Verdict::NotFound;
    none.log = refused->reason;
    return none;
  }
  const auto& tx = *std::get<const json::value*>(result);
  const auto* judged = find(tx, "tx_result");
  const auto height = number_in<std::int64_t>(find(tx, "height"));
  if (!judged || !height || *height <= 0) return malformed("tx");
  auto out = included(*judged, *height, "tx");
  if (auto* found = std::get_if<TxLookedUp>(&out)) found->hash = {text_or_empty(find(tx, "hash"))};
  return out;
}

Answered<std::vector<TxHash>> decode_block_hashes(const json::value& response) {
  const auto result = result_of(response, "block");
  if (const auto* refused = std::get_if<Refused>(&result)) return *refused;
  const auto* txs = find(*std::get<const json::value*>(result), "block", "data", "txs");
  if (!txs || (!txs->is_array() && !txs->is_null())) return malformed("block");
  std::vector<TxHash> hashes;
  if (txs->is_null()) return hashes; // Go's empty list
  for (const auto& tx : txs->get_array()) {
    const auto bytes = from_base64(text_in(&tx).value_or("-"));
    if (!bytes) return malformed("block");
    hashes.push_back(tx_hash(*bytes));
  }
  return hashes;
}

Answered<TxLookedUp> decode_block_result(const json::value& response, std::size_t index) {
  const auto result = result_of(response, "block_results");
  if (const auto* refused = std::get_if<Refused>(&result)) return *refused;
  const auto& block = *std::get<const json::value*>(result);
  const auto* results = find(block, "txs_results");
  const auto height = number_in<std::int64_t>(find(block, "height"));
  if (!results || !results->is_array() || index >= results->get_array().size() || !height || *height <= 0)
    return malformed("block_results");
  return included(results->get_array()[index], *height, "block_results");
}

Answered<NodeStatus> decode_status(const json::value& response) {
  const auto result = result_of(response, "status");
  if (const auto* refused = std::get_if<Refused>(&result)) return *refused;
  const auto& status = *std::get<const json::value*>(result);
  const auto chain_id = text_in(find(status, "node_info", "network"));
  const auto height = number_in<std::int64_t>(find(status, "sync_info", "latest_block_height"));
  const auto* catching_up = find(status, "sync_info", "catching_up");
  if (!chain_id || !height || *height < 0 || !catching_up || !catching_up->is_bool()) return malformed("status");
  NodeStatus out{std::string(*chain_id), {*height}, catching_up->get_bool(), {}, {}, {}};
  const auto time = text_or_empty(find(status, "sync_info", "latest_block_time"));
  if (time.size() >= 20) out.block_time = parse_utc(time.substr(0, 19) + "Z").value_or(Instant{});
  if (number_in<std::int64_t>(find(status, "sync_info", "earliest_block_height")) == 1)
    out.genesis = text_or_empty(find(status, "sync_info", "earliest_block_hash")).substr(0, 64);
  out.tx_index = text_in(find(status, "node_info", "other", "tx_index")) == "on";
  return out;
}

std::string unfit(const NodeStatus& status, const std::string& chain_id) {
  if (status.chain_id != chain_id)
    return "the node is of chain '" + status.chain_id.substr(0, 64) + "', chain.id says '" + chain_id + "'";
  if (status.catching_up) return "the node is still catching up, at height " + std::to_string(status.height.value);
  return "";
}

} // namespace inferd::chain
