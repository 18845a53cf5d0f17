#include "actors/ledger/ledger.hpp"

#include "actors/ledger/recording_store.hpp"
#include "messages/limits.hpp"

namespace inferd {
namespace {

class LedgerActor : public ActorBase<Ledger::base> {
public:
  LedgerActor(caf::actor_config& config, ActorContext& context, LedgerPolicy policy, std::shared_ptr<StorePort> store)
    : ActorBase(config, context, ledger_role.place), store_(std::move(store)), core_(std::move(policy), on_tape()) {}

  Ledger::behavior_type make_behavior() override {
    at_ = now();
    flush(at_, true); // what the ledger before a restart left in the queue
    return {
      [this](const Inspect& m) { return inspection(m.deep); },
      [this](const BookWindows& m) { core_.on(m); },
      [this](const WindowClosed& m) { core_.on(m); },
      [this](const WindowDelayed& m) { core_.on(m); },
      [this](const WindowSkipped& m) { core_.on(m, now()); },
      [this](const LastNonceWanted& m) { core_.on(m); },
      [this](const ClaimNonce& m) { core_.on(m); },
      [this](const StoreSigned& m) { core_.on(m); },
      [this](const MarkSent& m) { core_.on(m); },
      [this](const BookOutcome& m) { core_.on(m); },
      [this](const ResumeSubmissions& m) { core_.on(m); },
      [this](const BookScore& m) { core_.on(m); },
      [this](const BookReward& m) { core_.on(m); },
      [this](const BookConclusion& m) { core_.on(m); },
      [this](const BookModels& m) { core_.on(m); },
      [this](const BookPrediction& m) { core_.on(m); },
      [this](const BookTruth& m) { core_.on(m); },
      [this](const BookPredictorState& m) { core_.on(m); },
      [this](const ScoresWanted& m) { core_.on(m); },
      [this](const BookSwap& m) { core_.on(m); },
      [this](const BooksWanted& m) { core_.on(m); },
      [this](const Tick& m) { on(m); },
    };
  }

  // A burst of messages is written in one transaction: when the mailbox is empty, or after limits::ledger_burst messages.
  caf::invoke_message_result consume(caf::mailbox_element& element) override {
    const HandlerScope here(*this); // includes the commit
    // Inspect is not on the tape, so that its time must decide nothing: a replay would not write here.
    const bool on_tape = !(element.content().size() == 1 && element.content().match_element<Inspect>(0));
    const auto result = ActorBase::consume(element);
    if (on_tape) at_ = now();
    if (is_time_to_write()) write();
    return result;
  }

  void on_exit() override {
    try {
      flush(now(), true);
    } catch (const std::exception&) { // the queue is kept for the next ledger
    }
  }

private:
  std::shared_ptr<StorePort> on_tape() {
    if (!context_.on_read) return store_;
    return std::make_shared<RecordingStore>(
      store_, [this](const char* type, const std::string& json) { context_.on_read(place(), now(), type, json); });
  }
  void on(const Tick&) {
    ticking_ = false;
    force_ = !core_.trouble().empty();
  }
  bool is_time_to_write() const {
    return mailbox_size.load(std::memory_order_relaxed) <= 0 || core_.queued() >= limits::ledger_burst;
  }
  /// Commits, with a snapshot of the state before it. A message that arrived before the snapshot is handled first. Without one
  /// while the disk fails or the books are damaged, as reading the totals may then take long too.
  void write() {
    const bool publishes = context_.monotonic_ns && core_.queued() > 0 && core_.trouble().empty() && !totals_failed_;
    if (!publishes) return flush(at_, std::exchange(force_, false));
    const StateSnapshot::Scope published(snapshot, {inspection(true), context_.monotonic_ns()});
    if (is_time_to_write()) flush(at_, std::exchange(force_, false));
  }
  void flush(Instant at, bool force = false) {
    if (core_.queued() > 0) totals_.reset();
    run(core_.flush(at, force));
  }
  void run(const LedgerCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
    if (const auto wait = core_.wait_ms(now()); wait && !std::exchange(ticking_, true))
      delayed_send(this, std::chrono::milliseconds(*wait), Tick{Alarm::write_books});
  }
  void run(const Granted& e) { tell(submitter_role, e); }
  void run(const ClaimRefused& e) { tell(submitter_role, e); }
  void run(const SignedStored& e) { tell(submitter_role, e); }
  void run(const StoreFailed& e) { tell(submitter_role, e); }
  void run(const OutcomeBooked& e) { tell(submitter_role, e); }
  void run(const Unresolved& e) { tell(submitter_role, e); }
  void run(const LastNonceKnown& e) { tell(watcher_role, e); }
  void run(const BooksSummary& e) { tell(root_role, e); }
  void run(const ScoresKnown& e) { tell(scorer_role, e); }
  void run(const SwapBooked& e) { tell(predictor_of(e.topic), e); }
  void run(const LedgerCore::LogLine& e) {
    if (core_.policy().log_line) core_.policy().log_line(e.line);
  }

  Inspection inspection(bool deep) {
    LedgerView view{core_.queued(), core_.dropped(), {}};
    if (deep) {
      try {
        view.totals = totals();
        totals_failed_ = false;
      } catch (const StoreFailure& e) {
        view.totals = std::string(e.what());
        totals_failed_ = true;
      }
    }
    return shown(std::move(view), core_.trouble().empty() ? store_->trouble() : core_.trouble());
  }

  /// Read from the books when they have changed, and every second, as the sums of the last 24 hours do with time: many may ask
  /// while a window is answered. From store_, not the recording one: Inspect is not on the tape.
  const BooksSummary& totals() {
    if (!totals_ || now().value - totals_at_.value >= 1'000 || now() < totals_at_) {
      totals_ = store_->summary(core_.policy().wallet, now());
      totals_at_ = now();
    }
    return *totals_;
  }

  std::shared_ptr<StorePort> store_;
  LedgerCore core_;
  std::optional<BooksSummary> totals_; ///< as of totals_at_; empty: something was queued since
  Instant totals_at_;
  bool totals_failed_ = false; ///< the last time they were wanted
  bool ticking_ = false;       ///< a Tick is pending
  bool force_ = false;         ///< the next flush() tries the disk again
  Instant at_;                 ///< of the last message that is on the tape
};

} // namespace

Ledger spawn_ledger(caf::actor_system& system, ActorContext& context, LedgerPolicy policy, std::shared_ptr<StorePort> store,
                    bool own_thread) {
  if (own_thread) return system.spawn<LedgerActor, caf::detached>(context, std::move(policy), std::move(store));
  return system.spawn<LedgerActor>(context, std::move(policy), std::move(store));
}

} // namespace inferd
