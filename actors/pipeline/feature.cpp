#include "actors/pipeline/feature.hpp"

#include "actors/pipeline/feature_core.hpp"

namespace inferd {
namespace {

class FeatureActor : public ActorBase<Feature::base> {
public:
  FeatureActor(caf::actor_config& config, ActorContext& context, TopicId topic)
    : ActorBase(config, context, feature_of(topic).place), topic_(topic) {}

  Feature::behavior_type make_behavior() override {
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const CandlesFetched& m) { run(core_.on(m)); },
    };
  }

private:
  void run(const FeatureCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  void run(const FeaturesComputed& e) { tell(predictor_of(topic_), e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }

  Inspection inspection() const { return shown(FeatureView{core_.rows(), core_.newest()}); }

  TopicId topic_;
  FeatureCore core_;
};

} // namespace

Feature spawn_feature(caf::actor_system& system, ActorContext& context, TopicId topic) {
  return system.spawn<FeatureActor>(context, topic);
}

} // namespace inferd
