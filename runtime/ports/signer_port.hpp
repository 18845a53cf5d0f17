#pragma once

#include "messages/submission.hpp"

#include <string>
#include <variant>

namespace inferd {

/// All inputs of a transaction's bytes, the key excepted.
struct SignOrder {
  std::string chain_id;
  std::string emissions; ///< "v10" or "v9"
  std::uint64_t account_number{};
  Sequence sequence;
  Gas gas;
  Uallo fee;
  Height timeout; ///< timeout_height; 0: none
  TopicId topic;
  Height nonce;                      ///< payload only
  std::vector<LabelledValue> values; ///< payload only: one with an empty label, or one for each label
};

/// Holds one wallet's key. Deterministic: equal orders give equal bytes. Takes under a millisecond, so actors call it directly.
class SignerPort {
public:
  using Answer = std::variant<SignedTx, std::string>; ///< the string says what is wrong with the order
  virtual ~SignerPort() = default;

  virtual Wallet wallet() const = 0;
  virtual bool key_locked() const = 0; ///< true: in locked memory; false: the kernel may swap it out
  virtual Answer sign_payload(const SignOrder&) const = 0;
  virtual Answer sign_register(const SignOrder&) const = 0; ///< registers a worker of `topic`
};

} // namespace inferd
