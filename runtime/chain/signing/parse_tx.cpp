#include "runtime/chain/signing/parse_tx.hpp"

#include "runtime/chain/encoding/bech32.hpp"
#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/chain/encoding/proto_io.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace inferd::chain {

Result<ParsedTx> parse_tx(std::string_view raw) {
  auto outer = parse_message<wire::TxRaw>(raw);
  if (!outer) return "the bytes are not a transaction";
  const auto body = parse_message<wire::TxBody>(outer->body_bytes());
  if (!body) return "the transaction's body is not one";
  const auto auth = parse_message<wire::AuthInfo>(outer->auth_info_bytes());
  if (!auth) return "the transaction's auth info is not one";
  if (body->messages_size() != 1) return fmt::format("the transaction holds {} messages, not one", body->messages_size());
  if (auth->signer_infos_size() != 1 || outer->signatures_size() != 1)
    return fmt::format("the transaction has {} signers and {} signatures, not one of each", auth->signer_infos_size(),
                       outer->signatures_size());
  if (auth->fee().amount_size() > 1) return "the transaction's fee is in several coins";

  const auto& signer = auth->signer_infos(0);
  const auto key = parse_message<wire::PubKey>(signer.public_key().value());
  if (!key) return "the signer's public key is not one";
  ParsedTx tx;
  tx.hash = tx_hash(raw);
  tx.type_url = body->messages(0).type_url();
  tx.message = body->messages(0).value();
  tx.memo = body->memo();
  tx.timeout = body->timeout_height();
  tx.public_key = key->key();
  tx.sequence = {signer.sequence()};
  tx.gas = {auth->fee().gas_limit()};
  if (auth->fee().amount_size() == 1) {
    tx.fee_amount = auth->fee().amount(0).amount();
    tx.fee_denom = auth->fee().amount(0).denom();
  }
  tx.signature = outer->signatures(0);
  tx.body = std::move(*outer->mutable_body_bytes());
  tx.auth_info = std::move(*outer->mutable_auth_info_bytes());
  return tx;
}

Digest sign_digest(const ParsedTx& tx, std::string_view chain_id, std::uint64_t account_number) {
  wire::SignDoc doc;
  doc.set_body_bytes(tx.body);
  doc.set_auth_info_bytes(tx.auth_info);
  doc.set_chain_id(std::string(chain_id));
  doc.set_account_number(account_number);
  return sha256(bytes_of(doc));
}

bool signed_for(const ParsedTx& tx, std::string_view chain_id, std::uint64_t account_number) {
  return verify_signature(tx.public_key, sign_digest(tx, chain_id, account_number), tx.signature);
}

std::string bundle_error(std::string_view message) {
  const auto failed = "signature verification failed";
  const auto request = parse_message<wire::InsertWorkerPayloadRequest>(message);
  if (!request) return failed;
  const auto& data = request->worker_data_bundle();
  const auto& bundle = data.inference_forecasts_bundle();
  const auto key = from_hex(data.pubkey());
  if (!key || key->size() != 33) return failed;
  PublicKey compressed;
  std::copy(key->begin(), key->end(), compressed.begin());
  const auto owner = address_of(compressed).address;
  if (bundle.has_inference() && bundle.inference().inferer() != owner)
    return fmt::format("Inference.Inferer {} does not match pubkey {}", bundle.inference().inferer(), owner);
  if (bundle.has_forecast() && bundle.forecast().forecaster() != owner)
    return fmt::format("Forecast.Forecaster {} does not match pubkey {}", bundle.forecast().forecaster(), owner);
  if (!verify_signature(*key, sha256(bytes_of(bundle)), data.inferences_forecasts_bundle_signature())) return failed;
  return {};
}

} // namespace inferd::chain
