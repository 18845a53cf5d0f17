#include "actors/pipeline/scorer.hpp"

#include "base/decimal_text.hpp"

namespace inferd {
namespace {

class ScorerActor : public ActorBase<Scorer::base> {
public:
  ScorerActor(caf::actor_config& config, ActorContext& context, ScorerPolicy policy,
              std::map<FeedId, std::shared_ptr<MarketPort>> markets)
    : ActorBase(config, context, scorer_role.place), core_(std::move(policy)), markets_(std::move(markets)) {}

  Scorer::behavior_type make_behavior() override {
    run(core_.start(now()));
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const BookModels& m) { run(core_.on(m, now())); },
      [this](const BookPrediction& m) { run(core_.on(m, now())); },
      [this](const ScoresKnown& m) { run(core_.on(m, now())); },
      [this](const TruthArrived& m) { run(core_.on(m, now())); },
      [this](const Tick& m) { run(core_.on(m, now())); },
    };
  }

private:
  void run(const ScorerCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  // The truth is computed where the candles arrive, so that neither mailbox nor tape holds them.
  void run(const ScorerCore::AskTruth& e) {
    const auto* topic = core_.topic(e.topic);
    const auto market = topic ? markets_.find(topic->feed) : markets_.end();
    if (market == markets_.end() || !market->second) return;
    auto span = realised_span(topic->target, e.candle);
    if (e.with_past) span.since = past_since(topic->target, e.candle);
    market->second->ask({e.source, e.ask, span.since, span.until},
                        [e, target = topic->target, send = receiver<Scorer>()](MarketPort::Answer answer) {
                          TruthArrived arrived{e.ask, {}, {}};
                          if (const auto* failed = std::get_if<SourceFailed>(&answer)) arrived.failure = failed->reason;
                          else {
                            const auto& candles = std::get<CandlesArrived>(answer).candles;
                            const auto truth = realised(target, e.candle, e.close, candles);
                            if (const auto* value = std::get_if<double>(&truth)) arrived.truth = {shortest_text(*value)};
                            else arrived.failure = std::get<std::string>(truth);
                            if (const auto past = realised_past(target, e.candle, candles))
                              arrived.past = {shortest_text(*past)};
                          }
                          send(std::variant<TruthArrived>(std::move(arrived)));
                        });
  }
  void run(const ScorerCore::AskModels& e) { tell(predictor_of(e.topic), ChildRestarted{scorer_role.place}); }
  void run(const ScorerCore::WakeIn& e) { delayed_send(this, std::chrono::milliseconds(e.ms), Tick{Alarm::check_truths}); }
  void run(const BookModels& e) { tell(ledger_role, e); }
  void run(const BookPrediction& e) { tell(ledger_role, e); }
  void run(const BookTruth& e) {
    tell(ledger_role, e); // first: what a predictor has learnt is booked behind it
    if (const auto* topic = core_.topic(e.topic); topic && topic->guarded) tell(predictor_of(e.topic), e);
  }
  void run(const ScoresWanted& e) { tell(ledger_role, e); }
  void run(const SwapModel& e) { tell(predictor_of(e.topic), e); }

  Inspection inspection() const {
    ScorerView view{core_.waiting(), core_.scored(), core_.given_up(), {}};
    if (!core_.last_failure().empty()) view.failure = core_.last_failure();
    return shown(std::move(view));
  }

  ScorerCore core_;
  std::map<FeedId, std::shared_ptr<MarketPort>> markets_;
};

} // namespace

Scorer spawn_scorer(caf::actor_system& system, ActorContext& context, ScorerPolicy policy,
                    std::map<FeedId, std::shared_ptr<MarketPort>> markets) {
  return system.spawn<ScorerActor>(context, std::move(policy), std::move(markets));
}

} // namespace inferd
