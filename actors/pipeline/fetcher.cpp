#include "actors/pipeline/fetcher.hpp"

#include <utility>

namespace inferd {
namespace {

class FetcherActor : public ActorBase<Fetcher::base> {
public:
  FetcherActor(caf::actor_config& config, ActorContext& context, FetcherPolicy policy, std::shared_ptr<MarketPort> market)
    : ActorBase(config, context, fetcher_of(policy.topic).place), topic_(policy.topic), core_(std::move(policy)),
      market_(std::move(market)) {}

  Fetcher::behavior_type make_behavior() override {
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const PrepareWindow& m) { run(core_.on(m, now())); },
      [this](const WindowClosed& m) { run(core_.on(m, now())); },
      [this](const CandlesArrived& m) { run(core_.on(m, now())); },
      [this](const SourceFailed& m) { run(core_.on(m, now())); },
      [this](const Tick& m) { on(m); },
    };
  }

private:
  void on(const Tick& m) {
    ticking_ = false;
    run(core_.on(m, now()));
  }
  // The alarm rings only while candles are wanted: an idle topic costs nothing.
  void run(const FetcherCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
    if (core_.searching() && !std::exchange(ticking_, true))
      delayed_send(this, std::chrono::seconds(1), Tick{Alarm::check_sources});
  }
  void run(const AskCandles& e) { market_->ask(e, receiver<Fetcher>()); }
  void run(const CandlesFetched& e) { tell(feature_of(topic_), e); }
  void run(const WindowDelayed& e) { tell(ledger_role, e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }

  Inspection inspection() const {
    FetcherView view;
    for (const auto& [name, source] : core_.sources()) {
      auto& entry = view.sources[name] = {source.candles.size(), source.failures, {}, {}};
      if (!source.candles.empty()) entry.newest_opens = source.candles.back().opens;
      if (!source.last_failure.empty()) entry.last_failure = source.last_failure;
    }
    return shown(std::move(view));
  }

  TopicId topic_;
  FetcherCore core_;
  std::shared_ptr<MarketPort> market_;
  bool ticking_ = false;
};

} // namespace

Fetcher spawn_fetcher(caf::actor_system& system, ActorContext& context, FetcherPolicy policy,
                      std::shared_ptr<MarketPort> market) {
  return system.spawn<FetcherActor>(context, std::move(policy), std::move(market));
}

} // namespace inferd
