#include "actors/pipeline/feature.hpp"

#include <utility>

namespace inferd {
namespace {

class FeatureActor : public ActorBase<Feature::base> {
public:
  FeatureActor(caf::actor_config& config, ActorContext& context, FeaturePolicy policy)
    : ActorBase(config, context, feature_of(policy.feed).place), place_(feature_of(policy.feed).place),
      core_(std::move(policy)) {}

  Feature::behavior_type make_behavior() override {
    run(core_.start());
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const CandlesFetched& m) { run(core_.on(m)); },
    };
  }

private:
  void run(const FeatureCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  void run(const FeaturesComputed& e) { tell(predictor_of(e.topic), e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const FeatureCore::AskSeries& e) { tell(fetcher_of(e.feed), ChildRestarted{place_}); }

  Inspection inspection() const {
    FeatureView view;
    for (const auto& [source, series] : core_.series()) view.series[source] = {series.rows, series.newest.opens};
    return shown(std::move(view));
  }

  Place place_;
  FeatureCore core_;
};

} // namespace

Feature spawn_feature(caf::actor_system& system, ActorContext& context, FeaturePolicy policy) {
  return system.spawn<FeatureActor>(context, std::move(policy));
}

} // namespace inferd
