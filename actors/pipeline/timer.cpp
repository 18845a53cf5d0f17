#include "actors/pipeline/timer.hpp"

namespace inferd {
namespace {

class TimerActor : public ActorBase<Timer::base> {
public:
  TimerActor(caf::actor_config& config, ActorContext& context, TimerPolicy policy)
    : ActorBase(config, context, timer_of(policy.topic).place), feed_(policy.feed), others_(policy.others),
      core_(std::move(policy)) {}

  Timer::behavior_type make_behavior() override {
    run(core_.start());
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const WindowScheduled& m) { run(core_.on(m, now())); },
      [this](const WindowOpened& m) { run(core_.on(m, now())); },
      [this](const WindowClosed& m) { run(core_.on(m, now())); },
      [this](const HeadMoved& m) { run(core_.on(m, now())); },
      [this](const WindowWanted& m) { run(core_.on(m, now())); },
      [this](const ChildRestarted& m) { run(core_.on(m, now())); },
      [this](const TopicPaused& m) { run(core_.on(m, now())); },
    };
  }

private:
  void run(const TimerCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  void run(const PrepareWindow& e) {
    tell(fetcher_of(feed_), e);
    for (const auto& other : others_) tell(fetcher_of(other), e);
  }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const WindowWanted& e) { tell(watcher_role, e); }

  Inspection inspection() const { return shown(TimerView{core_.current(), core_.next(), core_.paused()}); }

  FeedId feed_;
  std::vector<FeedId> others_;
  TimerCore core_;
};

} // namespace

Timer spawn_timer(caf::actor_system& system, ActorContext& context, TimerPolicy policy) {
  return system.spawn<TimerActor>(context, std::move(policy));
}

} // namespace inferd
