#include "actors/pipeline/predictor.hpp"

namespace inferd {
namespace {

class PredictorActor : public ActorBase<Predictor::base> {
public:
  PredictorActor(caf::actor_config& config, ActorContext& context, PredictorPolicy policy)
    : ActorBase(config, context, predictor_of(policy.topic).place), core_(std::move(policy)) {}

  Predictor::behavior_type make_behavior() override {
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const FeaturesComputed& m) { run(core_.on(m)); },
      [this](const TopicArrived& m) { run(core_.on(m)); },
      [](const ModelAnswered&) {}, // these are for foreign.cpp
      [](const ModelFailed&) {},
      [](const BookConclusion&) {},
      [](const Tick&) {},
    };
  }

private:
  void run(const PredictorCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  void run(const Predicted& e) { tell(submitter_role, e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const WindowWanted& e) { tell(watcher_role, e); }

  Inspection inspection() const {
    PredictorView view{core_.model().name(), core_.model().file().training.last, core_.rules(), {}, {}, {}};
    const auto why = core_.rules() ? core_.mismatch() : std::string();
    if (!why.empty()) view.mismatch = why;
    return shown(std::move(view), why); // no window is answered
  }

  PredictorCore core_;
};

} // namespace

Predictor spawn_predictor(caf::actor_system& system, ActorContext& context, PredictorPolicy policy) {
  return system.spawn<PredictorActor>(context, std::move(policy));
}

} // namespace inferd
