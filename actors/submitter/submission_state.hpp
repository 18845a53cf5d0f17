#pragma once
// One window being answered, as the submitter sees it.

#include "messages/submission.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace inferd {

/// A window's key. Nonce 0 is the topic's registration, which has no window. Ordered as sequences are handed out.
struct SubmissionKey {
  Height nonce;
  TopicId topic;
  auto operator<=>(const SubmissionKey&) const = default;
};

enum class SubmissionState {
  Claiming,   ///< asked the ledger
  Unsigned,   ///< granted; waits for account, price, gas or a free sequence
  Simulating, ///< the gas is being asked for
  Storing,    ///< signed; the books are writing
  Ready,      ///< durable; goes out the moment the window is open and its sequence is next
  Preloaded,  ///< ready, and the next to go: the chain port sends it by itself with the opening
  Sending,    ///< broadcast, no answer yet
  InMempool,  ///< accepted by CheckTx; a block decides
  Uncertain,  ///< sent, nothing known: the hash is being asked for
  Comparing,  ///< the chain says it holds an answer of ours: which?
  Contested,  ///< somebody else used our sequence: has it answered in our place? Nothing is signed before that is known
  Booking     ///< final; the ledger is writing
};
BOOST_DESCRIBE_ENUM(SubmissionState, Claiming, Unsigned, Simulating, Storing, Ready, Preloaded, Sending, InMempool, Uncertain,
                    Comparing, Contested, Booking)

/// One transaction signed for a window. Dead bytes can never land: refused by CheckTx, failed in a block, or past their
/// timeout. New bytes are signed only when all earlier ones are dead or were never sent.
struct Attempt {
  SignedTx tx;
  bool sent{};
  bool dead{};
  bool judged{}; ///< a block's word on it has been heard: by its event, by a look-up, or by both
};

struct Submission {
  Predicted prediction; ///< of a registration only topic and closes are set
  SubmissionState state{SubmissionState::Claiming};
  std::vector<Attempt> attempts; ///< the last is the current one
  bool resend{};                 ///< these very bytes go out again: they may be in, so they keep their sequence
  bool closed{};
  Height spent_at{};            ///< not 0: at this head the sequence of the current bytes was used by something else
  Uallo paid;                   ///< fees of transactions that failed in a block
  Status blame{Status::missed}; ///< what the books will say if the window closes before anything was sent
  unsigned tries{};             ///< new signatures after refusals
  unsigned pushed_back{};       ///< new signatures because one before it was refused
  unsigned sendings{};          ///< of the current bytes
  std::string why;     ///< what it waits for, or what was last refused: the reason in the books if the window closes first
  Instant since;       ///< of the last question asked for it
  Height sent_at;      ///< the head when the current bytes went out
  BookOutcome outcome; ///< with Step::Booking

  SubmissionKey key() const { return {prediction.nonce, prediction.topic}; }
  bool is_registration() const { return prediction.nonce.value == 0; }
  bool is_out() const {
    return state == SubmissionState::Sending || state == SubmissionState::InMempool || state == SubmissionState::Uncertain;
  }
  /// Not out, and to be: these share the free sequences.
  bool wants_sequence() const {
    return state == SubmissionState::Unsigned || state == SubmissionState::Storing || state == SubmissionState::Ready ||
           state == SubmissionState::Preloaded;
  }
  bool may_have_landed() const {
    return std::any_of(attempts.begin(), attempts.end(), [](const Attempt& a) { return a.sent && !a.dead; });
  }
  /// A transaction sent now is in the next block at the earliest.
  bool open_at(Height head) const { return !closed && head >= prediction.nonce && head < prediction.closes; }
  Attempt* find(const TxHash& hash) {
    const auto it = std::find_if(attempts.begin(), attempts.end(), [&](const Attempt& a) { return a.tx.hash == hash; });
    return it == attempts.end() ? nullptr : &*it;
  }
};

} // namespace inferd
