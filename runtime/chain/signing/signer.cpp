#include "runtime/chain/signing/signer.hpp"

#include "runtime/chain/signing/transaction.hpp"

#include <fmt/format.h>

namespace inferd::chain {

namespace {

std::string order_error(const SignOrder& order) {
  if (order.chain_id.empty()) return "the order names no chain";
  if (order.emissions != "v10" && order.emissions != "v9")
    return fmt::format("emissions \"{}\" is neither v10 nor v9", order.emissions);
  if (order.gas.value == 0) return "the order allows no gas";
  if (order.timeout.value < 0 || order.nonce.value < 0) return "the order names a negative height";
  if (order.topic.value == 0) return "the order names no topic";
  return {};
}

Envelope envelope_of(const SignOrder& order) {
  Envelope envelope;
  envelope.chain_id = order.chain_id;
  envelope.emissions = order.emissions;
  envelope.account_number = order.account_number;
  envelope.sequence = order.sequence;
  envelope.gas = order.gas;
  envelope.fee = order.fee;
  envelope.timeout = order.timeout;
  return envelope;
}

SignedTx signed_tx(const SignOrder& order, const Transaction& transaction) {
  return {transaction.hash,
          {to_base64(transaction.tx)},
          order.sequence,
          order.gas,
          order.fee,
          order.timeout,
          {},
          to_hex(transaction.bundle_signature)};
}

} // namespace

LocalSigner::LocalSigner(PrivateKey key) : key_(std::move(key)) {}

Wallet LocalSigner::wallet() const { return key_.wallet(); }

bool LocalSigner::key_locked() const { return key_.locked(); }

SignerPort::Answer LocalSigner::sign_payload(const SignOrder& order) const {
  if (auto error = order_error(order); !error.empty()) return error;
  auto made = payload_of(order.topic, order.nonce, order.values);
  if (auto* error = std::get_if<std::string>(&made)) return std::move(*error);
  const auto& payload = std::get<Payload>(made);
  if (order.emissions == "v9" && !payload.values.empty()) return "emissions v9 knows no labels; topics there take one value";
  auto tx = signed_tx(order, sign_payload_tx(key_, envelope_of(order), payload));
  tx.values = payload.value ? std::vector<LabelledValue>{{"", *payload.value}} : payload.values;
  return tx;
}

SignerPort::Answer LocalSigner::sign_register(const SignOrder& order) const {
  if (auto error = order_error(order); !error.empty()) return error;
  return signed_tx(order, sign_register_tx(key_, envelope_of(order), order.topic));
}

Result<std::unique_ptr<SignerPort>> make_signer(const SecretBytes& mnemonic, const HdPath& path) {
  auto key = derive_key(mnemonic.text(), path);
  if (auto* error = std::get_if<std::string>(&key)) return std::move(*error);
  return std::make_unique<LocalSigner>(std::get<PrivateKey>(std::move(key)));
}

} // namespace inferd::chain
