#pragma once

#include "runtime/chain/signing/key.hpp"
#include "runtime/chain/encoding/result.hpp"
#include "runtime/ports/signer_port.hpp"

#include <memory>

namespace inferd::chain {

/// Holds the key in this process's memory.
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

/// The caller may wipe the mnemonic. An error if it is invalid.
Result<std::unique_ptr<SignerPort>> make_signer(const SecretBytes& mnemonic, const HdPath& = cosmos_path());

} // namespace inferd::chain
