#pragma once
// The submitter's decisions: claims, signatures, sequences, refusals, outcomes. A state machine without actor, clock or socket:
// messages in, effects out. The signer is a pure function, called directly.
//
// Stages of a window: claim → sign → store → (window opens) → broadcast → in a block → booked. Everything before the broadcast
// is done before the opening, so that one round trip is left between opening and mempool.

#include "actors/submitter/fees.hpp"
#include "actors/submitter/preload_slot.hpp"
#include "messages/backoff.hpp"
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
  bool dry_run = false;                    ///< no broadcasts
  unsigned tries = 4;                      ///< refusals of one window; the last one is booked
  std::int64_t request_timeout_ms = 2'000; ///< an unanswered request is repeated after this
  Backoff resend{.first_ms = 500, .longest_ms = 8'000, .below_percent = 0, .above_percent = 0}; ///< of one window's payload
  std::int64_t price_age_ms = 10'000;
  std::int64_t block_ms = 60'000;            ///< how long a topic that refused the wallet is skipped; doubled each time,
  std::int64_t longest_block_ms = 3'600'000; ///< up to this: the watcher's polls notice sooner that it is admitted again
  std::int64_t clash_ms = 3'600'000;         ///< how long a clash is shown as trouble
  unsigned lookups = 8;                      ///< look-ups in a row that failed for one reason, for at least
  std::int64_t lookup_ms = 600'000;          ///< so long, after which a closed window ends as unknown; for this long,
  std::int64_t silence_ms = 86'400'000;      ///< if the last one had no answer at all, which may pass
};

class SubmitterCore {
public:
  struct Preload { ///< to be sent by the chain port at the window's opening
    Broadcast bytes;
  };
  struct CancelPreload {}; ///< answered by PreloadCancelled
  struct LeaveEndpoint {   ///< what it said was contradicted by the chain
    std::string reason;
  };
  using Effect =
    std::variant<ResumeSubmissions, ClaimNonce, StoreSigned, MarkSent, BookOutcome, WindowSkipped,          // ledger
                 AskAccount, AskGasPrice, Simulate, Broadcast, Preload, CancelPreload, AskTx, AskInference, // chain
                 LeaveEndpoint,                                                                             // chain
                 Drained, ClashNoticed, BalanceChanged>;                                                    // root
  using Effects = std::vector<Effect>;

  SubmitterCore(SubmitterPolicy policy, std::shared_ptr<const SignerPort> signer);

  /// Requests the unfinished windows. Nothing is sent before Unresolved has arrived.
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
  std::optional<Uallo> balance() const;         ///< nothing while the account is unknown
  std::optional<Uallo> fee() const;             ///< of a payload at the present price; nothing while it is unknown
  std::optional<Uallo> missing_funds() const;   ///< from the balance to a fee; empty: it covers it, or one is not known
  std::string lacking_funds() const;            ///< the balance and what is missing; empty: it covers a fee, or is not known
  std::string why_not_ready() const;            ///< why nothing can be signed; empty: ready
  unsigned clashes() const { return clashes_; } ///< detected uses of this key by another process
  std::string clash(Instant now) const;         ///< the last one, for clash_ms; empty: none
  /// Ticks are needed: a request may have to be repeated.
  bool busy() const { return !resumed_ || !submissions_.empty() || (draining_ && !drained_); }

private:
  using Submissions = std::map<SubmissionKey, Submission>;

  // submitter_send_core.cpp
  void advance(Effects&, Instant now); ///< assign, then flush
  void assign(Effects&, Instant now);  ///< assigns sequences and signs
  void sign(Submission&, Sequence, Effects&, Instant now);
  void simulate(Submission&, Effects&, Instant now);
  void flush(Effects&, Instant now); ///< sends what is ready, open and next in sequence
  void send(Submission&, Effects&, Instant now);
  Broadcast sent(Submission&, Instant now); ///< updates the state for a broadcast, by us or by the port
  void preload_next(Effects&);              ///< the one next in sequence, if its window is still to open
  void cancel_preload(Effects&);            ///< before what is held is signed anew or given up
  std::optional<Gas> gas_for(const Submission&) const;
  SignOrder order(const Submission&, Sequence, Gas, Uallo) const;

  // submitter_resolve_core.cpp
  Effects included(const TxIncluded&, Instant now);
  void block(TopicId, const std::string& why, Instant now);
  void refused(Submission&, Verdict, const std::string& log, const TxHash&, bool in_block, Effects&, Instant now);
  void wrong_sequence(Submission&, const BroadcastAnswered&, Effects&, Instant now);
  void resync(Effects&, Instant now);
  void clashed(std::string how, Effects&, Instant now);
  void contest(Submission&, Height seen_at, Instant now); ///< awaits the chain's view before signing anew
  void look_up(Submission&, Effects&, Instant now);
  void lookup_failed(Submission&, const TxHash&, Verdict, const std::string& reason, Effects&, Instant now);
  void sign_again(Submission&, std::string why, Effects&, Instant now); ///< signs anew, up to policy_.tries refusals
  void finish(Submission&, Status, std::string reason, Effects&, Instant now, Height height = {}, Gas used = {}, TxHash = {});
  void expire(Submission&, Effects&, Instant now);
  void check_drained(Effects&, Instant now);
  Submission* find(const SubmissionKey&);
  Submission* find(const TxHash&);
  bool any_in_flight() const;
  Sequence next_behind_in_flight(Sequence committed) const;
  void head_went_back(Height, Effects&, Instant now);

  SubmitterPolicy policy_;
  std::shared_ptr<const SignerPort> signer_;

  bool resumed_{};
  Instant resume_asked_;
  bool connected_{};
  std::string emissions_, endpoint_; ///< of the current or last connection
  std::string down_;                 ///< why the last connection ended
  Height reconnected_at_;            ///< the head at the last ConnectionUp
  Height head_;
  std::optional<AccountArrived> account_;
  bool balance_outdated_{};          ///< a fee was refused since the account arrived
  std::optional<Uallo> refused_fee_; ///< refused for lack of funds; until the balance covers it
  Instant account_asked_;
  std::optional<Sequence> next_; ///< the node's next sequence, ours in flight included
  std::optional<GasPrice> price_;
  Instant price_asked_;
  std::map<TopicId, Gas> gas_used_;
  struct Block {
    Instant until;
    std::int64_t ms{};
    std::string why;
  };
  std::map<TopicId, Block> blocked_; ///< topics that refused the wallet; until a payload is confirmed
  PreloadSlot preload_;
  std::optional<Sequence> resync_; ///< the node's expected sequence, applied once no broadcast is unanswered
  unsigned clashes_{};
  std::string clash_; ///< evidence of the last one
  Instant clash_at_, clash_reported_;
  std::deque<TxHash> booked_hashes_; ///< sent by us and booked: their events may be repeated
  std::optional<Drain> draining_;
  bool drained_{};
  Submissions submissions_;
};

} // namespace inferd
