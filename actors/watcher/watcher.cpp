#include "actors/watcher/watcher.hpp"

namespace inferd {
namespace {

class WatcherActor : public ActorBase<Watcher::base> {
public:
  WatcherActor(caf::actor_config& config, ActorContext& context, WatcherPolicy policy, std::multimap<TopicId, FeedId> feeds,
               std::shared_ptr<ChainPort> chain)
    : ActorBase(config, context, watcher_role.place), core_(policy), feeds_(std::move(feeds)),
      concluded_to_predictor_(std::move(policy.concluded_to_predictor)), chain_(std::move(chain)) {}

  Watcher::behavior_type make_behavior() override {
    chain_->listen(receiver<Watcher>());
    run(core_.start(now()));
    tick();
    return {
      [this](const Inspect&) { return inspection(); },
      [this](const ConnectionUp& m) { run(core_.on(m, now())); },
      [this](const ConnectionDown& m) { run(core_.on(m, now())); },
      [this](const BlockSeen& m) { run(core_.on(m, now())); },
      [this](const TxIncluded& m) { run(core_.on(m, now())); },
      [this](const WindowStatusArrived& m) { run(core_.on(m, now())); },
      [this](const TopicArrived& m) { run(core_.on(m, now())); },
      [this](const AskFailed& m) { run(core_.on(m, now())); },
      [this](const LastNonceKnown& m) { run(core_.on(m, now())); },
      [this](const WindowWanted& m) { run(core_.on(m, now())); },
      [this](const ChildRestarted& m) { run(core_.on(m, now())); },
      [this](const Tick& m) { on(m); },
    };
  }

private:
  void on(const Tick& m) {
    run(core_.on(m, now()));
    if (m.alarm == Alarm::poll) tick();
  }
  void tick() { delayed_send(this, std::chrono::milliseconds(core_.tick_ms(now())), Tick{Alarm::poll}); }
  void run(const WatcherCore::Effects& effects) {
    for (const auto& effect : effects) std::visit([this](const auto& e) { run(e); }, effect);
  }
  void run(const WatcherCore::Announce& e) { // the submitter first: its bytes may be ready
    if (e.submitter) tell(submitter_role, e.window);
    if (e.timer) tell(timer_of(e.window.topic), e.window);
  }
  void run(const WindowClosed& e) {
    tell(submitter_role, e);
    tell(timer_of(e.topic), e);
    for (auto [feed, end] = feeds_.equal_range(e.topic); feed != end; ++feed) tell(fetcher_of(feed->second), e);
    tell(ledger_role, e);
  }
  void run(const WatcherCore::ToTimer& e) { tell(timer_of(e.topic), e.head); }
  void run(const WatcherCore::ToSubmitter& e) {
    std::visit([this](const auto& m) { tell(submitter_role, m); }, e.message);
  }
  void run(const WindowScheduled& e) { tell(timer_of(e.topic), e); }
  void run(const TopicArrived& e) { tell(predictor_of(e.topic), e); }
  void run(const AskWindow& e) { ask(e); }
  void run(const AskTopic& e) { ask(e); }
  void run(const AskBlock& e) { ask(e); }
  void run(const WatcherCore::Reconnect& e) { chain_->reconnect(e.reason); }
  void run(const HeadWentBack& e) { tell(root_role, e); }
  void run(const WatcherCore::WakeAt& e) {
    delayed_send(this, std::chrono::milliseconds(e.at.value - now().value), Tick{Alarm::poll_height});
  }

  void run(const BookConclusion& e) {
    tell(ledger_role, e);
    if (concluded_to_predictor_.contains(e.event.topic)) tell(predictor_of(e.event.topic), e);
  }

  /// All other effects are messages to the ledger; its interface checks this.
  template <class Message> void run(const Message& e) { tell(ledger_role, e); }

  template <class Question> void ask(const Question& question) { chain_->ask(question, receiver<Watcher>()); }

  Inspection inspection() const {
    WatcherView view{core_.connected(), core_.head(), {}, chain_->endpoints()};
    for (auto& endpoint : view.endpoints) // a single one is not probed
      if (endpoint.use == EndpointUse::in_use && endpoint.height == 0) endpoint.height = core_.head().value;
    view.head_age_ms = core_.head_age_ms(now());
    view.went_back_from = core_.went_back_from();
    if (auto warning = core_.warning(); !warning.empty()) view.warning = std::move(warning);
    for (const auto& [id, topic] : core_.topics()) {
      auto& watched = view.topics[id] = {topic.announced, topic.open.has_value(), {}, {}};
      if (topic.next) watched.next = topic.next->nonce;
      if (!topic.trouble.empty()) watched.trouble = topic.trouble;
    }
    return shown(std::move(view), core_.trouble(now()));
  }

  WatcherCore core_;
  const std::multimap<TopicId, FeedId> feeds_;
  const std::set<TopicId> concluded_to_predictor_;
  std::shared_ptr<ChainPort> chain_;
};

} // namespace

Watcher spawn_watcher(caf::actor_system& system, ActorContext& context, WatcherPolicy policy,
                      std::multimap<TopicId, FeedId> feeds, std::shared_ptr<ChainPort> chain) {
  return system.spawn<WatcherActor>(context, std::move(policy), std::move(feeds), std::move(chain));
}

} // namespace inferd
