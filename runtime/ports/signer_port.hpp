#pragma once

#include "messages/submission.hpp"

#include <string>
#include <variant>

namespace inferd {

/// Everything that decides a transaction's bytes, except the key.
struct SignOrder {
  std::string chain_id;
  std::string emissions; ///< "v10" or "v9"
  std::uint64_t account_number{};
  Sequence sequence;
  Gas gas;
  Uallo fee;
  Height timeout; ///< 0: none
  TopicId topic;
  Height nonce;                      ///< of a payload
  std::vector<LabelledValue> values; ///< of a payload: one with an empty label, or one a label
};

/// Holds one wallet's key. Pure: the same order gives the same bytes. Below a millisecond, so it may be called in place.
class SignerPort {
public:
  using Answer = std::variant<SignedTx, std::string>; ///< or what is wrong with the order, in one sentence
  virtual ~SignerPort() = default;

  virtual Wallet wallet() const = 0;
  virtual bool key_locked() const = 0; ///< in memory; false: the kernel may swap it out, and an operator has to know
  virtual Answer sign_payload(const SignOrder&) const = 0;  ///< InsertWorkerPayload
  virtual Answer sign_register(const SignOrder&) const = 0; ///< Register as a worker of `topic`
};

} // namespace inferd
