#include "actors/pipeline/fetcher.hpp"

#include <utility>

namespace inferd {
namespace {

class FetcherActor : public ActorBase<Fetcher::base> {
public:
  FetcherActor(caf::actor_config& config, ActorContext& context, FetcherPolicy policy, std::shared_ptr<MarketPort> market)
    : ActorBase(config, context, fetcher_of(policy.feed).place), feed_(policy.feed), core_(std::move(policy)),
      market_(std::move(market)) {}

  Fetcher::behavior_type make_behavior() override {
    run(core_.start());
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const PrepareWindow& m) { run(core_.on(m, now())); },
      [this](const WindowClosed& m) { run(core_.on(m, now())); },
      [this](const CandlesArrived& m) { run(core_.on(m, now())); },
      [this](const SourceFailed& m) { run(core_.on(m, now())); },
      [this](const ChildRestarted& m) { run(core_.on(m, now())); },
      [this](const Tick& m) { on(m); },
    };
  }

private:
  void on(const Tick& m) {
    ticking_ = false;
    run(core_.on(m, now()));
  }
  // A Tick is scheduled only while windows wait for candles.
  void run(const FetcherCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
    if (core_.searches() > 0 && !std::exchange(ticking_, true))
      delayed_send(this, std::chrono::seconds(1), Tick{Alarm::check_sources});
  }
  void run(const AskCandles& e) { market_->ask(e, receiver<Fetcher>()); }
  void run(const CandlesFetched& e) { tell(feature_of(feed_), e); }
  void run(const CandlesJoined& e) { tell(feature_of(e.feed), e.fetched); }
  void run(const WindowDelayed& e) { tell(ledger_role, e); }
  void run(const WindowSkipped& e) { tell(ledger_role, e); }
  void run(const WindowWanted& e) { tell(timer_of(e.topic), e); }

  Inspection inspection() const {
    FetcherView view{.searches = core_.searches(), .sources = {}};
    for (const auto& source : core_.sources()) {
      auto& entry = view.sources[source.rule.name] = {source.series.candles, source.failures, {}, {}};
      if (source.series.newest.value > 0) entry.newest_opens = source.series.newest;
      if (!source.last_failure.empty()) entry.last_failure = source.last_failure;
    }
    return shown(std::move(view));
  }

  FeedId feed_;
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
