#include "runtime/chain/signing/transaction.hpp"

#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/chain/encoding/proto_io.hpp"

#include <fmt/format.h>

namespace inferd::chain {

namespace {

constexpr int sign_mode_direct = 1;
constexpr auto public_key_type = "/cosmos.crypto.secp256k1.PubKey";

std::string encode_body(const Envelope& envelope, const std::string& type_url, const std::string& message) {
  wire::TxBody body;
  auto& any = *body.add_messages();
  any.set_type_url(type_url);
  any.set_value(message);
  body.set_memo(envelope.memo);
  body.set_timeout_height(static_cast<std::uint64_t>(envelope.timeout.value));
  return bytes_of(body);
}

std::string encode_auth_info(const Envelope& envelope, const PublicKey& public_key) {
  wire::PubKey key;
  key.set_key(std::string(view(public_key)));
  wire::AuthInfo info;
  auto& signer = *info.add_signer_infos();
  signer.mutable_public_key()->set_type_url(public_key_type);
  signer.mutable_public_key()->set_value(bytes_of(key));
  signer.mutable_mode_info()->mutable_single()->set_mode(sign_mode_direct);
  signer.set_sequence(envelope.sequence.value);
  info.mutable_fee()->set_gas_limit(envelope.gas.value);
  if (envelope.fee.value) {
    auto& coin = *info.mutable_fee()->add_amount();
    coin.set_denom(envelope.denom);
    coin.set_amount(to_digits(envelope.fee.value));
  }
  return bytes_of(info);
}

void sign_envelope(Transaction& transaction, const PrivateKey& key, const Envelope& envelope) {
  transaction.body = encode_body(envelope, transaction.type_url, transaction.message);
  transaction.auth_info = encode_auth_info(envelope, key.public_key());

  wire::SignDoc doc;
  doc.set_body_bytes(transaction.body);
  doc.set_auth_info_bytes(transaction.auth_info);
  doc.set_chain_id(envelope.chain_id);
  doc.set_account_number(envelope.account_number);
  transaction.sign_doc = bytes_of(doc);
  transaction.signature = view(key.sign(sha256(transaction.sign_doc)));

  wire::TxRaw raw;
  raw.set_body_bytes(transaction.body);
  raw.set_auth_info_bytes(transaction.auth_info);
  raw.add_signatures(transaction.signature);
  transaction.tx = bytes_of(raw);
  transaction.hash = tx_hash(transaction.tx);
}

} // namespace

std::string payload_type_url(std::string_view emissions) {
  return fmt::format("/emissions.{}.InsertWorkerPayloadRequest", emissions);
}

std::string register_type_url(std::string_view emissions) { return fmt::format("/emissions.{}.RegisterRequest", emissions); }

Transaction sign_payload_tx(const PrivateKey& key, const Envelope& envelope, const Payload& payload) {
  Transaction transaction;
  transaction.bundle = encode_bundle(payload, key.wallet());
  transaction.digest = sha256(transaction.bundle);
  transaction.bundle_signature = view(key.sign(transaction.digest));

  wire::InsertWorkerPayloadRequest request;
  request.set_sender(key.wallet().address);
  auto& data = *request.mutable_worker_data_bundle();
  data.set_worker(key.wallet().address);
  data.mutable_nonce()->set_block_height(payload.nonce.value);
  data.set_topic_id(payload.topic.value);
  data.set_inferences_forecasts_bundle_signature(transaction.bundle_signature);
  data.set_pubkey(to_hex(view(key.public_key())));
  // The signed bytes themselves, not a second encoding.
  data.mutable_inference_forecasts_bundle()->ParseFromString(transaction.bundle);
  transaction.message = bytes_of(request);
  transaction.type_url = payload_type_url(envelope.emissions);
  sign_envelope(transaction, key, envelope);
  return transaction;
}

Transaction sign_register_tx(const PrivateKey& key, const Envelope& envelope, TopicId topic, const Wallet& owner) {
  wire::RegisterRequest request;
  request.set_sender(key.wallet().address);
  request.set_topic_id(topic.value);
  request.set_owner(owner.address.empty() ? key.wallet().address : owner.address);
  Transaction transaction;
  transaction.message = bytes_of(request);
  transaction.type_url = register_type_url(envelope.emissions);
  sign_envelope(transaction, key, envelope);
  return transaction;
}

} // namespace inferd::chain
