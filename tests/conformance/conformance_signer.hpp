#pragma once
// An account of the suite: its key and the envelope of its next transaction. Cases modify a copy of it.

#include "messages/submission.hpp"
#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/signing/transaction.hpp"
#include "tests/support/test_keys.hpp"

#include <functional>

namespace inferd::conformance {

inline chain::PrivateKey golden_key(std::size_t index) {
  const auto keys = boost::json::parse(test::golden("keys.json"));
  return std::get<chain::PrivateKey>(chain::derive_key(keys.at("valid").at(index).at("mnemonic").as_string()));
}

struct Signer {
  explicit Signer(std::size_t index) : key(golden_key(index)) {
    next.gas = {250'000};
    next.fee = {500'000};
  }

  Wallet wallet() const { return key.wallet(); }

  /// A modified copy of `next`.
  chain::Envelope modified(const std::function<void(chain::Envelope&)>& change) const {
    auto envelope = next;
    change(envelope);
    return envelope;
  }
  /// Values are sent as given: the chain refuses what is not canonical.
  SignedTx payload(const chain::Payload& p, const chain::Envelope& e) const { return made(sign_payload_tx(key, e, p), e); }
  SignedTx payload(const chain::Payload& p) const { return payload(p, next); }
  SignedTx registration(TopicId topic, const Wallet& owner = {}) const {
    return made(sign_register_tx(key, next, topic, owner), next);
  }

  chain::PrivateKey key;
  chain::Envelope next;

private:
  static SignedTx made(const chain::Transaction& t, const chain::Envelope& e) {
    return {t.hash, {chain::to_base64(t.tx)}, e.sequence, e.gas, e.fee, e.timeout, {}, {}};
  }
};

inline chain::Payload value(TopicId topic, Height nonce, std::string number = "0.0123") {
  return {topic, nonce, std::move(number), {}, {}, {}, {}};
}
inline chain::Payload labels(TopicId topic, Height nonce, std::vector<LabelledValue> values) {
  return {topic, nonce, {}, std::move(values), {}, {}, {}};
}

} // namespace inferd::conformance
