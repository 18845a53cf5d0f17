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
      [this](const BookTruth& m) { run(core_.on(m, now())); },
      [this](const SwapModel& m) { run(core_.on(m, now())); },
      [this](const SwapBooked& m) { run(core_.on(m, now())); },
      [this](const OfferModel& m) { run(core_.on(m, now())); },
      [this](const ChildRestarted& m) { run(core_.on(m, now())); },
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
  void run(const BookPredictorState& e) { tell(ledger_role, e); }

  Inspection inspection() const {
    const auto& live = core_.live();
    PredictorView view{.model = {}, .trained_to = {}, .topic = {}, .mismatch = {}, .fallback = {}, .failure = {}};
    std::string mismatch, lost; // why no window can be answered; why they have not been
    if (const auto* built_in = std::get_if<PredictorCore>(&live.core)) {
      view.model = built_in->model().name();
      view.trained_to = built_in->model().file().training.last;
      view.topic = built_in->rules();
      if (built_in->rules()) mismatch = built_in->mismatch();
    } else if (const auto* foreign = std::get_if<ForeignCore>(&live.core)) {
      view.model = foreign->policy().name;
      view.topic = foreign->rules();
      if (foreign->rules()) mismatch = foreign->mismatch();
      if (foreign->policy().fallback) view.fallback = foreign->policy().fallback->name();
      if (foreign->failures() > 0) {
        view.failure = std::to_string(foreign->failures()) + " in a row, the last: " + foreign->last_failure();
        if (!view.fallback) lost = view.model + ": " + foreign->last_failure();
      }
    } else { // the guard
      view.model = live.entry.id.name;
      view.topic = core_.rules();
      if (!live.failure.empty()) view.failure = lost = live.failure;
    }
    if (!mismatch.empty()) view.mismatch = mismatch;
    view.live = live.entry.id;
    for (const auto& r : core_.runners())
      if (&r != &live)
        view.shadows.push_back(
          {r.entry.id.name, r.entry.id.version, r.failure.empty() ? std::nullopt : std::optional(r.failure)});
    view.swap = core_.state().swap;
    return shown(std::move(view), mismatch.empty() ? lost : mismatch);
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
