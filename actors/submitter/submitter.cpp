#include "actors/submitter/submitter.hpp"

#include "messages/json.hpp"

#include <utility>

namespace inferd {
namespace {

class SubmitterActor : public ActorBase<Submitter::base> {
public:
  SubmitterActor(caf::actor_config& config, ActorContext& context, SubmitterPolicy policy, std::shared_ptr<ChainPort> chain,
                 std::shared_ptr<const SignerPort> signer)
    : ActorBase(config, context, submitter_role.name), core_(std::move(policy), std::move(signer)), chain_(std::move(chain)) {}

  Submitter::behavior_type make_behavior() override {
    run(SubmitterCore::CancelPreload{}); // of a previous submitter
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
      [this](const Tick& m) { ticking_ = false, run(core_.on(m, now())); },
    };
  }

private:
  // Ticks only while a request may be unanswered.
  void run(const SubmitterCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
    if (core_.busy() && !std::exchange(ticking_, true)) delayed_send(this, std::chrono::seconds(1), Tick{});
  }
  void run(const ResumeSubmissions& e) { tell(ledger_role, e); }
  void run(const ClaimNonce& e) { tell(ledger_role, e); }
  void run(const StoreSigned& e) { tell(ledger_role, e); }
  void run(const MarkSent& e) { tell(ledger_role, e); }
  void run(const BookOutcome& e) { tell(ledger_role, e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const Drained& e) { tell(root_role, e); }
  void run(const ClashNoticed& e) { tell(root_role, e); }
  void run(const AskAccount& e) { ask(e); }
  void run(const AskGasPrice& e) { ask(e); }
  void run(const Simulate& e) { ask(e); }
  void run(const Broadcast& e) { ask(e); }
  void run(const SubmitterCore::Preload& e) { chain_->preload(e.bytes, teller<PreloadSent>(), receiver<Submitter>()); }
  void run(const SubmitterCore::CancelPreload&) { chain_->cancel_preload(teller<PreloadCancelled>()); }
  void run(const AskTx& e) { ask(e); }
  void run(const AskInference& e) { ask(e); }

  template <class Message> std::function<void(Message)> teller() {
    return [tell = receiver<Submitter>()](Message m) { tell(std::variant<Message>(std::move(m))); };
  }
  template <class Question> void ask(const Question& question) { chain_->ask(question, receiver<Submitter>()); }

  Inspection inspection() const {
    boost::json::array submissions;
    for (const auto& [key, submission] : core_.submissions()) {
      boost::json::object w{{"topic", key.topic.value}, {"nonce", key.nonce.value}, {"step", to_json(submission.state)}};
      if (!submission.attempts.empty()) w["hash"] = submission.attempts.back().tx.hash.hex;
      if (!submission.why.empty()) w["why"] = submission.why;
      submissions.push_back(std::move(w));
    }
    boost::json::object state{{"works", std::move(submissions)}, {"clashes", core_.clashes()}};
    if (const auto why = core_.why_not_ready(); !why.empty()) state["trouble"] = why;
    else if (const auto clash = core_.clash(now()); !clash.empty()) state["trouble"] = clash;
    if (const auto next = core_.next_sequence()) state["next_sequence"] = next->value;
    return {place(), boost::json::serialize(state), handled()};
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
