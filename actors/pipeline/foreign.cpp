#include "actors/pipeline/foreign.hpp"

namespace inferd {
namespace {

class ForeignPredictor : public ActorBase<Predictor::base> {
public:
  ForeignPredictor(caf::actor_config& config, ActorContext& context, ForeignPolicy policy, std::shared_ptr<ModelPort> model)
    : ActorBase(config, context, predictor_of(policy.topic).place), core_(std::move(policy)), model_(std::move(model)) {}

  Predictor::behavior_type make_behavior() override {
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const FeaturesComputed& m) { run(core_.on(m, now())); },
      [this](const TopicArrived& m) { run(core_.on(m, now())); },
      [this](const ModelAnswered& m) { run(core_.on(m, now())); },
      [this](const ModelFailed& m) { run(core_.on(m, now())); },
      [this](const BookConclusion& m) { run(core_.on(m, now())); },
      [this](const Tick& m) { run(core_.on(m, now())); },
    };
  }

private:
  void run(const ForeignCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  void run(const AskModel& e) { model_->ask(e, receiver<Predictor>()); }
  void run(const ForeignCore::WakeIn& e) { delayed_send(this, std::chrono::milliseconds(e.ms), Tick{Alarm::model_late}); }
  void run(const Predicted& e) { tell(submitter_role, e); }
  void run(const WindowDelayed& e) { tell(ledger_role, e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const WindowWanted& e) { tell(watcher_role, e); }

  Inspection inspection() const {
    PredictorView view{core_.policy().name, {}, core_.rules(), {}, {}, {}};
    auto why = core_.rules() ? core_.mismatch() : std::string();
    if (!why.empty()) view.mismatch = why;
    if (core_.policy().fallback) view.fallback = core_.policy().fallback->name();
    if (core_.failures() > 0) {
      view.failure = std::to_string(core_.failures()) + " in a row, the last: " + core_.last_failure();
      if (why.empty() && !view.fallback) why = core_.policy().name + ": " + core_.last_failure(); // windows are lost
    }
    return shown(std::move(view), why);
  }

  ForeignCore core_;
  std::shared_ptr<ModelPort> model_;
};

} // namespace

Predictor spawn_foreign_predictor(caf::actor_system& system, ActorContext& context, ForeignPolicy policy,
                                  std::shared_ptr<ModelPort> model) {
  return system.spawn<ForeignPredictor>(context, std::move(policy), std::move(model));
}

} // namespace inferd
