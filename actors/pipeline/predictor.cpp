#include "actors/pipeline/predictor.hpp"

namespace inferd {
namespace {

class PredictorActor : public ActorBase<Predictor::base> {
public:
  PredictorActor(caf::actor_config& config, ActorContext& context, TopicId topic, ModelsPolicy policy,
                 std::vector<std::shared_ptr<ModelPort>> ports)
    : ActorBase(config, context, predictor_of(topic).place), core_(std::move(policy)), ports_(std::move(ports)) {}

  Predictor::behavior_type make_behavior() override {
    run(core_.start(now()));
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const FeaturesComputed& m) { on(m); },
      [this](const TopicArrived& m) { run(core_.on(m, now())); },
      [this](const ModelAnswered& m) { run(core_.on(m, now())); },
      [this](const ModelFailed& m) { run(core_.on(m, now())); },
      [this](const BookConclusion& m) { run(core_.on(m, now())); },
      [this](const SwapModel& m) { run(core_.on(m, now())); },
      [this](const SwapBooked& m) { run(core_.on(m, now())); },
      [this](const OfferModel& m) { run(core_.on(m, now())); },
      [this](const Tick& m) { run(core_.on(m, now())); },
    };
  }

private:
  void on(const FeaturesComputed& m) {
    run(core_.on(m, now()));
    run(core_.shadows(m, now())); // after the live model's prediction has been handed on
  }
  void run(const ModelsCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  void run(const AskModel& e) {
    if (const auto& port = ports_.at(ModelsCore::runner_of(e.ask))) port->ask(e, receiver<Predictor>());
  }
  void run(const ModelsCore::WakeIn& e) { delayed_send(this, std::chrono::milliseconds(e.ms), Tick{Alarm::model_late}); }
  void run(const Predicted& e) { tell(submitter_role, e); }
  void run(const WindowDelayed& e) { tell(ledger_role, e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const WindowWanted& e) { tell(watcher_role, e); }
  void run(const BookModels& e) { tell(scorer_role, e); }
  void run(const BookPrediction& e) { tell(scorer_role, e); }
  void run(const BookSwap& e) { tell(ledger_role, e); }

  Inspection inspection() const {
    const auto& live = core_.live();
    PredictorView view{.model = {}, .trained_to = {}, .topic = {}, .mismatch = {}, .fallback = {}, .failure = {}};
    std::string why;
    if (const auto* built_in = std::get_if<PredictorCore>(&live.core)) {
      view.model = built_in->model().name();
      view.trained_to = built_in->model().file().training.last;
      view.topic = built_in->rules();
      if (built_in->rules()) why = built_in->mismatch();
    } else {
      const auto& foreign = std::get<ForeignCore>(live.core);
      view.model = foreign.policy().name;
      view.topic = foreign.rules();
      if (foreign.rules()) why = foreign.mismatch();
      if (foreign.policy().fallback) view.fallback = foreign.policy().fallback->name();
      if (foreign.failures() > 0)
        view.failure = std::to_string(foreign.failures()) + " in a row, the last: " + foreign.last_failure();
    }
    if (!why.empty()) view.mismatch = why;   // no window is answered
    else if (view.failure && !view.fallback) // windows are lost
      why = view.model + ": " + std::get<ForeignCore>(live.core).last_failure();
    view.live = live.entry.id;
    for (const auto& r : core_.runners())
      if (&r != &live)
        view.shadows.push_back(
          {r.entry.id.name, r.entry.id.version, r.failure.empty() ? std::nullopt : std::optional(r.failure)});
    view.swap = core_.state().swap;
    return shown(std::move(view), why);
  }

  ModelsCore core_;
  std::vector<std::shared_ptr<ModelPort>> ports_;
};

} // namespace

Predictor spawn_predictor(caf::actor_system& system, ActorContext& context, ModelsPolicy policy,
                          std::vector<std::shared_ptr<ModelPort>> ports) {
  const auto topic = std::visit([](const auto& p) { return p.topic; }, policy.models.front().policy);
  return system.spawn<PredictorActor>(context, topic, std::move(policy), std::move(ports));
}

} // namespace inferd
