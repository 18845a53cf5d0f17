#pragma once

#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/encoding/result.hpp"
#include "runtime/ports/signer_port.hpp"

#include <memory>

namespace inferd::chain {

/// The key in this process's memory.
class LocalSigner : public SignerPort {
public:
  explicit LocalSigner(PrivateKey key);

  Wallet wallet() const override;
  bool key_locked() const override;
  Answer sign_payload(const SignOrder&) const override;
  Answer sign_register(const SignOrder&) const override;

private:
  PrivateKey key_;
};

/// From a mnemonic, which may be wiped afterwards; or what is wrong with it.
Result<std::unique_ptr<SignerPort>> make_signer(const SecretBytes& mnemonic);

} // namespace inferd::chain
