#pragma once
// What the submitter decides: claims, signatures, the order of sequences, what a refusal means, when a window is over.
// No actor, clock or socket: messages in, effects out. The signer is a pure function and is called in place.
//
// Order of things for one window: claim → sign → store → (window opens) → broadcast → in a block → booked. Everything before
// the broadcast happens ahead of the window, so that between its opening and the mempool there is one round trip.

#include "actors/submitter/fees.hpp"
#include "actors/submitter/submission_state.hpp"
#include "messages/supervision.hpp"
#include "runtime/ports/signer_port.hpp"

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

struct SubmitterPolicy {
  Wallet wallet;
  std::string chain_id;
  FeePolicy fees;
  bool may_register = true;
  bool dry_run = false;          ///< everything but the broadcast
  unsigned tries = 4;            ///< new signatures for one window after refusals
  std::int64_t short_blocks = 3; ///< with so few blocks left to land in, bytes go to a second node, too
  /// An unanswered question to the ledger or the chain is asked again after this. Without backoff: a window is short, and the
  /// RPC client backs off from an endpoint that fails.
  std::int64_t patience_ms = 2'000;
  std::int64_t price_age_ms = 10'000;
  std::int64_t block_ms = 3'600'000; ///< a topic that does not admit us is left alone this long
  std::int64_t clash_ms = 3'600'000; ///< a clash is an operator's trouble this long
};

class SubmitterCore {
public:
  struct Preload { ///< the chain port sends this by itself when its window opens
    Broadcast bytes;
  };
  struct CancelPreload {}; ///< it shall not; PreloadCancelled answers
  using Effect =
    std::variant<ResumeSubmissions, ClaimNonce, StoreSigned, MarkSent, BookOutcome, WindowSkipped,          // ledger
                 AskAccount, AskGasPrice, Simulate, Broadcast, Preload, CancelPreload, AskTx, AskInference, // chain
                 Drained, ClashNoticed>;                                                                    // root
  using Effects = std::vector<Effect>;

  SubmitterCore(SubmitterPolicy policy, std::shared_ptr<const SignerPort> signer);

  /// First of all: what was under way? Nothing is sent before the books have answered.
  Effects start(Instant now);

  Effects on(const Predicted&, Instant now);
  Effects on(const WindowOpened&, Instant now);
  Effects on(const WindowClosed&, Instant now);
  Effects on(const HeadMoved&, Instant now);
  Effects on(const RegistrationWanted&, Instant now);
  Effects on(const ConnectionUp&, Instant now);
  Effects on(const ConnectionDown&, Instant now);

  Effects on(const Granted&, Instant now);
  Effects on(const ClaimRefused&, Instant now);
  Effects on(const SignedStored&, Instant now);
  Effects on(const StoreFailed&, Instant now);
  Effects on(const OutcomeBooked&, Instant now);
  Effects on(const Unresolved&, Instant now);

  Effects on(const AccountArrived&, Instant now);
  Effects on(const GasPriceArrived&, Instant now);
  Effects on(const Simulated&, Instant now);
  Effects on(const PreloadSent&, Instant now);
  Effects on(const PreloadCancelled&, Instant now);
  Effects on(const BroadcastAnswered&, Instant now);
  Effects on(const TxLookedUp&, Instant now);
  Effects on(const TxIncluded&, Instant now);
  Effects on(const InferenceArrived&, Instant now);
  Effects on(const AskFailed&, Instant now);

  Effects on(const ChildRestarted&, Instant now);
  Effects on(const Drain&, Instant now);
  Effects on(const Tick&, Instant now);

  const std::map<SubmissionKey, Submission>& submissions() const { return submissions_; }
  std::optional<Sequence> next_sequence() const { return next_; }
  std::string why_not_ready() const;            ///< empty when signing is possible
  unsigned clashes() const { return clashes_; } ///< how often somebody else was seen to use this key
  std::string clash(Instant now) const;         ///< the last of them, while it is news; empty: none
  /// Something is under way that may need to be asked again.
  bool busy() const { return !resumed_ || !submissions_.empty() || (draining_ && !drained_); }

private:
  using Submissions = std::map<SubmissionKey, Submission>;

  // submitter_send_core.cpp: from granted to broadcast
  void advance(Effects&, Instant now); ///< assign, then flush
  void assign(Effects&, Instant now);  ///< gives the free sequences to the works that want one, in order
  void sign(Submission&, Sequence, Effects&, Instant now);
  void simulate(Submission&, Effects&, Instant now);
  void flush(Effects&, Instant now); ///< sends what is ready, open and next in sequence
  void send(Submission&, Effects&, Instant now);
  Broadcast sent(Submission&, Instant now); ///< it is on its way, or will be in a moment
  void preload(Effects&);                   ///< the one that is next in sequence, if its window is still to open
  void cancel_preload(Effects&);            ///< what is armed, before it is signed anew or given up
  std::optional<Gas> gas_for(const Submission&) const;
  SignOrder order(const Submission&, Sequence, Gas, Uallo) const;

  // submitter_resolve_core.cpp: from broadcast to booked
  void refused(Submission&, Verdict, const std::string& log, const TxHash&, bool in_block, Effects&, Instant now);
  void wrong_sequence(Submission&, const BroadcastAnswered&, Effects&, Instant now);
  void resync(Effects&, Instant now);
  void clashed(std::string how, Effects&, Instant now);
  void contest(Submission&, Height seen_at, Instant now); ///< somebody else may have answered: ask before signing anew
  void look_up(Submission&, Effects&, Instant now);
  void again(Submission&, std::string why, Effects&, Instant now); ///< a new signature, while tries last
  void finish(Submission&, Status, std::string reason, Effects&, Instant now, Height height = {}, Gas used = {}, TxHash = {});
  void expire(Submission&, Effects&, Instant now);
  void check_drained(Effects&, Instant now);
  Submission* find(const SubmissionKey&);
  Submission* find(const TxHash&);
  bool anything_out() const;

  SubmitterPolicy policy_;
  std::shared_ptr<const SignerPort> signer_;

  bool resumed_{};
  Instant resume_asked_;
  bool connected_{};
  std::string emissions_, endpoint_; ///< of the present connection, or the last
  std::string down_;                 ///< why there was no connection before the present one
  Height back_at_;                   ///< the head when it came
  Height head_;
  std::optional<AccountArrived> account_;
  Instant account_asked_;
  std::optional<Sequence> next_; ///< what the node expects next, counting what we sent
  std::optional<GasPrice> price_;
  Instant price_asked_;
  std::map<TopicId, Gas> gas_used_;
  std::map<TopicId, std::pair<Instant, std::string>> blocked_; ///< until when, why
  bool preloaded_{}, cancelling_{};
  std::optional<Sequence> resync_; ///< the node expects this one; waits until nothing is being sent
  unsigned clashes_{};
  std::string clash_; ///< how the last one showed
  Instant clash_at_, clash_reported_;
  std::deque<TxHash> settled_; ///< sent by us, their windows booked: events of them may still be repeated
  std::optional<Drain> draining_;
  bool drained_{};
  Submissions submissions_;
};

} // namespace inferd
