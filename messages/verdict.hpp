#pragma once
// One enum for everything the chain or the way to it can answer. `classify` (runtime/chain) fills it in; cores act on it.

#include <boost/describe/enum.hpp>

namespace inferd {

enum class Verdict {
  Accepted,          ///< code 0: in the mempool (CheckTx) or in a block
  AlreadyInMempool,  ///< these very bytes are known: ask for the hash
  WrongSequence,     ///< rebuild with the expected sequence
  FeeTooLow,         ///< raise within the cap
  OutOfGas,          ///< raise within the cap
  NoFunds,           ///< balance below the fee, or an account never funded: stop paying, alert, retry after a top-up
  ConfigError,       ///< chain id, account number, denomination, topic: never retry blindly
  Defect,            ///< our bytes are wrong: fail loudly
  TimeoutPassed,     ///< the window is gone: missed
  NonceNotOpen,      ///< too early, too late or never: missed
  AlreadySubmitted,  ///< an answer of ours is in: make sure by asking
  NotRegistered,     ///< register, then retry inside the window
  NotWhitelisted,    ///< stop for this topic, alert
  NoSuchTopic,       ///< configuration error
  AlreadyRegistered, ///< fine
  NotFound,          ///< a query's "there is none"
  Busy,              ///< 429 or 503, mempool full: later, elsewhere
  NoAnswer,          ///< timeout, reset, refused connection, garbage: nothing is known
  Unknown            ///< a refusal this version does not know: shown, not retried blindly
};
BOOST_DESCRIBE_ENUM(Verdict, Accepted, AlreadyInMempool, WrongSequence, FeeTooLow, OutOfGas, NoFunds, ConfigError, Defect,
                    TimeoutPassed, NonceNotOpen, AlreadySubmitted, NotRegistered, NotWhitelisted, NoSuchTopic,
                    AlreadyRegistered, NotFound, Busy, NoAnswer, Unknown)

} // namespace inferd
