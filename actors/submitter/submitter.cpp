#include "actors/submitter/submitter.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <utility>

namespace inferd {
namespace {

class SubmitterActor : public ActorBase<Submitter::base> {
public:
  SubmitterActor(caf::actor_config& config, ActorContext& context, SubmitterPolicy policy, std::shared_ptr<ChainPort> chain,
                 std::shared_ptr<const SignerPort> signer)
    : ActorBase(config, context, submitter_role.place), core_(std::move(policy), std::move(signer)), chain_(std::move(chain)) {}

  Submitter::behavior_type make_behavior() override {
    run(SubmitterCore::CancelPreload{}); // the port may hold a preload of a previous submitter
    run(core_.start(now()));
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const Predicted& m) { run(core_.on(m, now())); },
      [this](const WindowOpened& m) { run(core_.on(m, now())); },
      [this](const WindowClosed& m) { run(core_.on(m, now())); },
      [this](const HeadMoved& m) { run(core_.on(m, now())); },
      [this](const RegistrationWanted& m) { run(core_.on(m, now())); },
      [this](const ConnectionUp& m) { run(core_.on(m, now())); },
      [this](const ConnectionDown& m) { run(core_.on(m, now())); },
      [this](const Granted& m) { run(core_.on(m, now())); },
      [this](const ClaimRefused& m) { run(core_.on(m, now())); },
      [this](const SignedStored& m) { run(core_.on(m, now())); },
      [this](const StoreFailed& m) { run(core_.on(m, now())); },
      [this](const OutcomeBooked& m) { run(core_.on(m, now())); },
      [this](const Unresolved& m) { run(core_.on(m, now())); },
      [this](const AccountArrived& m) { run(core_.on(m, now())); },
      [this](const GasPriceArrived& m) { run(core_.on(m, now())); },
      [this](const Simulated& m) { run(core_.on(m, now())); },
      [this](const PreloadSent& m) { run(core_.on(m, now())); },
      [this](const PreloadCancelled& m) { run(core_.on(m, now())); },
      [this](const BroadcastAnswered& m) { run(core_.on(m, now())); },
      [this](const TxLookedUp& m) { run(core_.on(m, now())); },
      [this](const InferenceArrived& m) { run(core_.on(m, now())); },
      [this](const AskFailed& m) { run(core_.on(m, now())); },
      [this](const TxIncluded& m) { run(core_.on(m, now())); },
      [this](const ChildRestarted& m) { run(core_.on(m, now())); },
      [this](const Drain& m) { run(core_.on(m, now())); },
      [this](const Tick& m) { on(m); },
    };
  }

private:
  void on(const Tick& m) {
    ticking_ = false;
    run(core_.on(m, now()));
  }
  // A Tick is scheduled only while the core is busy.
  void run(const SubmitterCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
    if (core_.busy() && !std::exchange(ticking_, true))
      delayed_send(this, std::chrono::seconds(1), Tick{Alarm::check_submissions});
  }
  void run(const ResumeSubmissions& e) { tell(ledger_role, e); }
  void run(const ClaimNonce& e) { tell(ledger_role, e); }
  void run(const StoreSigned& e) { tell(ledger_role, e); }
  void run(const MarkSent& e) { tell(ledger_role, e); }
  void run(const BookOutcome& e) { tell(ledger_role, e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const Drained& e) { tell(root_role, e); }
  void run(const ClashNoticed& e) { tell(root_role, e); }
  void run(const BalanceChanged& e) { tell(root_role, e); }
  void run(const AskAccount& e) { ask(e); }
  void run(const AskGasPrice& e) { ask(e); }
  void run(const Simulate& e) { ask(e); }
  void run(const Broadcast& e) { ask(e); }
  void run(const SubmitterCore::Preload& e) { chain_->preload(e.bytes, receiver_of<PreloadSent>(), receiver<Submitter>()); }
  void run(const SubmitterCore::CancelPreload&) { chain_->cancel_preload(receiver_of<PreloadCancelled>()); }
  void run(const SubmitterCore::LeaveEndpoint& e) {
    if (chain_->endpoints().size() > 1) chain_->reconnect(e.reason); // a single one is all there is
  }
  void run(const AskTx& e) { ask(e); }
  void run(const AskInference& e) { ask(e); }

  /// As receiver(), for a callback that takes one type of message.
  template <class Message> std::function<void(Message)> receiver_of() {
    return [receive = receiver<Submitter>()](Message m) { receive(std::variant<Message>(std::move(m))); };
  }
  template <class Question> void ask(const Question& question) { chain_->ask(question, receiver<Submitter>()); }

  Inspection inspection() const {
    SubmitterView view{{}, core_.clashes(), core_.next_sequence(), core_.balance(), core_.fee()};
    for (const auto& [key, submission] : core_.submissions()) {
      auto& work = view.works.emplace_back();
      work = {key.topic, key.nonce, boost::describe::enum_to_string(submission.state, "?"), {}, {}};
      if (!submission.attempts.empty()) work.hash = submission.attempts.back().tx.hash;
      if (!submission.why.empty()) work.why = submission.why;
    }
    view.missing = core_.missing_funds();
    auto trouble = core_.why_not_ready();
    if (auto clash = core_.clash(now()); !clash.empty()) {
      if (trouble.empty()) trouble = clash;
      view.clash = std::move(clash);
    }
    return shown(std::move(view), std::move(trouble));
  }

  SubmitterCore core_;
  std::shared_ptr<ChainPort> chain_;
  bool ticking_ = false;
};

} // namespace

Submitter spawn_submitter(caf::actor_system& system, ActorContext& context, SubmitterPolicy policy,
                          std::shared_ptr<ChainPort> chain, std::shared_ptr<const SignerPort> signer) {
  return system.spawn<SubmitterActor>(context, std::move(policy), std::move(chain), std::move(signer));
}

} // namespace inferd
