#include "runtime/sim/chain/decoded_tx.hpp"

#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/chain/sim_decimal.hpp"
#include "runtime/sim/chain/proto.hpp"

namespace inferd::sim {

namespace {

Outcome parse_error(const std::string& what) { return refused(2, "sdk", what + ": tx parse error"); }
Outcome unexpected_end() { return parse_error("invalid length; unexpected EOF"); }

/// The error of a payload's first value that is not a decimal.
std::optional<std::string> bad_value(const wire::InputWorkerDataBundle& payload) {
  const auto& bundle = payload.inference_forecasts_bundle();
  const auto bad = [](const std::string& text) -> std::optional<std::string> {
    if (text.empty()) return {}; // an omitted field is zero
    if (auto read = read_decimal(text); !read.value) return read.error;
    return {};
  };
  if (auto error = bad(bundle.inference().value())) return error;
  for (const auto& v : bundle.inference().values())
    if (auto error = bad(v.value())) return error;
  for (const auto& e : bundle.forecast().forecast_elements())
    if (auto error = bad(e.value())) return error;
  return {};
}

std::optional<Outcome> decode_message(const wire::Any& any, const std::string& version, DecodedTx& tx) {
  tx.type_url = any.type_url();
  if (any.type_url() == "/emissions." + version + ".InsertWorkerPayloadRequest") {
    auto& payload = tx.message.emplace<wire::InsertWorkerPayloadRequest>();
    if (!read_message(payload, any.value())) return unexpected_end();
    if (auto error = bad_value(payload.worker_data_bundle())) return parse_error(*error);
    tx.sender = payload.sender();
  } else if (any.type_url() == "/emissions." + version + ".RegisterRequest") {
    auto& request = tx.message.emplace<wire::RegisterRequest>();
    if (!read_message(request, any.value())) return unexpected_end();
    tx.sender = request.sender();
  } else if (any.type_url().starts_with("/emissions.v") && any.type_url().ends_with(".InsertWorkerPayloadRequest")) {
    const auto package = any.type_url().substr(1, any.type_url().rfind('.') - 1);
    return parse_error("failed to retrieve the message of type \"" + package + ".InputWorkerDataBundle\"");
  } else {
    return parse_error("unable to resolve type URL " + any.type_url());
  }
  if (auto error = address_error(tx.sender)) return refused(1, "undefined", *error);
  return {};
}

} // namespace

std::variant<DecodedTx, Outcome> decode_tx(std::string_view bytes, const std::string& emissions_version) {
  DecodedTx tx;
  tx.bytes = bytes;
  tx.hash = to_hex(sha256(bytes), true);
  wire::TxRaw raw;
  wire::TxBody body;
  wire::AuthInfo auth;
  if (!read_message(raw, tx.bytes) || !read_message(body, raw.body_bytes()) || !read_message(auth, raw.auth_info_bytes()))
    return unexpected_end();
  if (body.messages_size() == 0) return refused(18, "sdk", "must contain at least one message: invalid request");
  if (body.messages_size() > 1) return parse_error("the simulated chain takes one message a transaction");
  if (auto refusal = decode_message(body.messages(0), emissions_version, tx)) return *refusal;
  if (raw.signatures_size() == 0) return refused(15, "sdk", "no signatures supplied");
  if (raw.signatures_size() != 1 || auth.signer_infos_size() != 1)
    return refused(4, "sdk",
                   "wrong number of signers; expected 1, got " + std::to_string(raw.signatures_size()) + ": unauthorized");

  tx.body = raw.body_bytes();
  tx.auth_info = raw.auth_info_bytes();
  tx.signature = raw.signatures(0);
  tx.sequence = auth.signer_infos(0).sequence();
  wire::PubKey key;
  if (read_message(key, auth.signer_infos(0).public_key().value())) tx.public_key = key.key();
  tx.gas = auth.fee().gas_limit();
  tx.timeout = body.timeout_height();
  if (auth.fee().amount_size() > 0) {
    tx.fee_denom = auth.fee().amount(0).denom();
    const auto fee = parse_amount(auth.fee().amount(0).amount());
    if (!fee) return parse_error("invalid coin amount: " + auth.fee().amount(0).amount().substr(0, 80));
    tx.fee = *fee;
  }
  return tx;
}

} // namespace inferd::sim
