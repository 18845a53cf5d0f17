#pragma once
// Every result of a request to the chain. `classify` (runtime/chain) computes it; the actors' cores act on it.

#include <boost/describe/enum.hpp>

namespace inferd {

enum class Verdict {
  Accepted,          ///< code 0: in a mempool (CheckTx) or in a block
  AlreadyInMempool,  ///< the node has these bytes: look the hash up
  WrongSequence,     ///< sign again with the expected sequence
  FeeTooLow,         ///< raise the fee, up to the cap
  OutOfGas,          ///< raise the gas, up to the cap
  NoFunds,           ///< balance below the fee, or account never funded: retry after a top-up
  ConfigError,       ///< chain id, account number, denomination: not retried
  Defect,            ///< the bytes are invalid, our bug: not retried
  TimeoutPassed,     ///< timeout_height passed: missed
  NonceNotOpen,      ///< too early, too late or no such window: missed
  AlreadySubmitted,  ///< the chain has a submission of this wallet: compare
  NotRegistered,     ///< register, then retry inside the window
  NotWhitelisted,    ///< no submissions for this topic for a while
  NoSuchTopic,       ///< configuration error: not retried
  AlreadyRegistered, ///< confirms a registration
  NotFound,          ///< a query without a result
  Busy,              ///< HTTP 429 or 503, mempool full: retry later
  NoAnswer,          ///< timeout, reset, refused connection, malformed answer: unknown
  Unknown            ///< an unlisted refusal: logged, not retried
};
BOOST_DESCRIBE_ENUM(Verdict, Accepted, AlreadyInMempool, WrongSequence, FeeTooLow, OutOfGas, NoFunds, ConfigError, Defect,
                    TimeoutPassed, NonceNotOpen, AlreadySubmitted, NotRegistered, NotWhitelisted, NoSuchTopic,
                    AlreadyRegistered, NotFound, Busy, NoAnswer, Unknown)

} // namespace inferd
