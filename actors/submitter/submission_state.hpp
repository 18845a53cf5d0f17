#pragma once
// One window's submission.

#include "base/wait.hpp"
#include "messages/backoff.hpp"
#include "messages/submission.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace inferd {

/// Nonce 0 is the topic's registration, which has no window. Ordered by nonce, then topic.
struct SubmissionKey {
  Height nonce;
  TopicId topic;
  auto operator<=>(const SubmissionKey&) const = default;
};

enum class SubmissionState {
  Claiming,   ///< ClaimNonce is unanswered
  Unsigned,   ///< granted; waits for account, price, gas or a sequence
  Simulating, ///< Simulate is unanswered
  Storing,    ///< signed; StoreSigned is unanswered
  Ready,      ///< durable; sent once the window is open and the sequence is next
  Preloaded,  ///< ready and next in sequence: the chain port sends it with the opening
  Sending,    ///< Broadcast is unanswered
  InMempool,  ///< accepted by CheckTx; waits for a block
  Uncertain,  ///< sent, result unknown: looked up by hash
  Comparing,  ///< AlreadySubmitted: is the value on the chain ours?
  Contested,  ///< another process used our sequence: signed anew only if the chain has no value of ours for this window
  Booking     ///< final; BookOutcome is unanswered
};
BOOST_DESCRIBE_ENUM(SubmissionState, Claiming, Unsigned, Simulating, Storing, Ready, Preloaded, Sending, InMempool, Uncertain,
                    Comparing, Contested, Booking)

/// One transaction signed for a window. New bytes are signed only when all earlier ones are dead or unsent. Dead: cannot land,
/// i.e. refused at its only sending, failed in a block, not found at a head > timeout, or its sequence is used by another one.
struct Attempt {
  SignedTx tx;
  bool sent{};
  bool dead{};
  bool result_processed{}; ///< its result in a block was processed; event and look-up may both report it
  Height sent_from{};      ///< the first block that may hold it
  Height in_block{};       ///< a block that holds it, whose result for it is not known; 0: none
};

inline AskTx question(const Predicted& p, const Attempt& a) {
  return {a.tx.hash, a.tx.sequence, a.sent_from, a.tx.timeout, p.topic, p.nonce, a.tx.values};
}

struct Submission {
  Predicted prediction; ///< registration: only topic and closes
  SubmissionState state{SubmissionState::Claiming};
  std::vector<Attempt> attempts; ///< the last is current
  bool resend{};                 ///< the current bytes are sent again with their sequence: they may have landed
  bool closed{};
  Height sequence_used_at{};              ///< head at which a node said so of the sequence of the current bytes; 0: never
  Uallo paid;                             ///< fees of transactions that failed in a block
  Status fallback_status{Status::missed}; ///< status if the window closes and no bytes may have landed
  unsigned tries{};                       ///< refusals after which it was signed anew
  unsigned sequence_retries{};            ///< signed anew because an earlier sequence was refused
  unsigned send_count{};                  ///< of the current bytes
  unsigned sends{};                       ///< in a row of `sent_sequence` at the head `sent_head`
  Sequence sent_sequence{};               ///< of the last sending
  Height sent_head{};                     ///< then
  Wait resend_wait;                       ///< not sent again before it is over, unless the head moves
  std::string lookup_failure;             ///< of the last look-up
  unsigned failed_lookups{};              ///< in a row, with that reason
  Instant lookups_fail_since;
  std::string why;     ///< what it waits for, or the last refusal: the reason in the books if the window closes first
  Instant since;       ///< of the last request or transition
  Height sent_at;      ///< head at the last sending, look-up or contest
  BookOutcome outcome; ///< in SubmissionState::Booking

  SubmissionKey key() const { return {prediction.nonce, prediction.topic}; }
  bool is_registration() const { return prediction.nonce.value == 0; }
  bool in_flight() const {
    return state == SubmissionState::Sending || state == SubmissionState::InMempool || state == SubmissionState::Uncertain;
  }
  /// To be sent: competes for the free sequences.
  bool needs_sequence() const {
    return state == SubmissionState::Unsigned || state == SubmissionState::Storing || state == SubmissionState::Ready ||
           state == SubmissionState::Preloaded;
  }
  /// Behind one address several nodes may answer, each with its own mempool: a sequence is sent again at once, then after the
  /// backoff's waits, or with the next block. Another sequence is new: it follows from a refusal of an earlier one.
  void sending(Sequence sequence, Height head, Instant now, const Backoff& backoff) {
    sends = sequence == sent_sequence && head <= sent_head ? sends + 1 : 1;
    sent_sequence = sequence;
    sent_head = head;
    resend_wait = {now, sends < 2 ? 0 : backoff.wait(sends - 1)};
  }
  bool may_be_sent(Sequence sequence, Height head, Instant now) const {
    return sequence != sent_sequence || head > sent_head || resend_wait.over(now);
  }
  bool may_have_landed() const {
    return std::any_of(attempts.begin(), attempts.end(), [](const Attempt& a) { return a.sent && !a.dead; });
  }
  /// A transaction sent at `head` is in the next block at the earliest.
  bool open_at(Height head) const { return !closed && head >= prediction.nonce && head < prediction.closes; }
  Attempt* find(const TxHash& hash) {
    const auto it = std::find_if(attempts.begin(), attempts.end(), [&](const Attempt& a) { return a.tx.hash == hash; });
    return it == attempts.end() ? nullptr : &*it;
  }
};

} // namespace inferd
