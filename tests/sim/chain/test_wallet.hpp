#pragma once
// Signs transactions for the simulated chain.

#include "runtime/chain/signing/signer.hpp"
#include "runtime/sim/chain/bytes.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

namespace inferd::sim::test {

class TestWallet {
public:
  explicit TestWallet(const char* mnemonic = "change teach know poverty misery wolf defy action fold obtain feature section")
    : signer_(std::get<chain::PrivateKey>(chain::derive_key(mnemonic))) {}

  std::string address() const { return signer_.wallet().address; }

  /// A valid order for tests to modify.
  SignOrder order(std::uint64_t topic, std::int64_t nonce, std::uint64_t sequence, const std::string& value = "0.01") const {
    SignOrder o;
    o.chain_id = "localnet";
    o.emissions = "v10";
    o.sequence = {sequence};
    o.gas = {250'000};
    o.fee = {2'500'000};
    o.topic = {topic};
    o.nonce = {nonce};
    o.values = {{"", value}};
    return o;
  }
  std::string payload(const SignOrder& o) const { return bytes(signer_.sign_payload(o)); }
  std::string payload(std::uint64_t topic, std::int64_t nonce, std::uint64_t sequence,
                      const std::string& value = "0.01") const {
    return payload(order(topic, nonce, sequence, value));
  }
  std::string registration(std::uint64_t topic, std::uint64_t sequence) const {
    return bytes(signer_.sign_register(order(topic, 0, sequence)));
  }

private:
  static std::string bytes(const SignerPort::Answer& answer) {
    if (const auto* wrong = std::get_if<std::string>(&answer)) BOOST_FAIL(*wrong);
    return *from_base64(std::get<SignedTx>(answer).tx.base64);
  }
  chain::LocalSigner signer_;
};

/// Of a second wallet.
inline const char* const second_mnemonic =
  "believe ritual jealous adult clinic despair crush parade federal strike antique noble";

} // namespace inferd::sim::test
