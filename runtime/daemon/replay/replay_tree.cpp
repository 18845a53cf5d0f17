#include "runtime/daemon/replay/replay_tree.hpp"

#include "messages/json.hpp"
#include "runtime/daemon/models/model_store.hpp"
#include "runtime/daemon/replay/replay_store.hpp"
#include "runtime/daemon/plan/shadow_plan.hpp"

#include <algorithm>
#include <boost/json/parse.hpp>
#include <numeric>

namespace inferd {
namespace {

struct SilentChain : ChainPort {
  void listen(Listener) override {}
  void reconnect(std::string) override {}
  void ask(const AskWindow&, Then<WindowStatusArrived>) override {}
  void ask(const AskTopic&, Then<TopicArrived>) override {}
  void ask(const AskAccount&, Then<AccountArrived>) override {}
  void ask(const AskGasPrice&, Then<GasPriceArrived>) override {}
  void ask(const Simulate&, Then<Simulated>) override {}
  void ask(const Broadcast&, Then<BroadcastAnswered>) override {}
  void ask(const AskTx&, Then<TxLookedUp>) override {}
  void ask(const AskInference&, Then<InferenceArrived>) override {}
  void preload(const Broadcast&, std::function<void(PreloadSent)>, Then<BroadcastAnswered>) override {}
  void cancel_preload(std::function<void(PreloadCancelled)>) override {}
  void ask(const AskBlock&, Then<BlockSeen>) override {}
};

struct SilentMarket : MarketPort {
  void ask(const AskCandles&, std::function<void(Answer)>) override {}
};

struct SilentModel : ModelPort {
  void ask(const AskModel&, std::function<void(Answer)>) override {}
};

/// The first message of this type from the topic's predictor: what it said of itself at its first start.
template <class Message> std::optional<Message> first_of(const Tape& tape, TopicId topic, std::string_view type) {
  for (const auto& e : tape.entries) {
    if (e.type != type || e.from != predictor_of(topic).place) continue;
    Message m;
    from_json(boost::json::parse(e.message), m, "message");
    return m;
  }
  return {};
}

/// An earlier run may have made another model live, and the books may have had versions whose features were computed too.
void as_recorded(const BookModels& m, TreePlan& plan, TopicPlan& topic, const ModelStore* versions) {
  for (const auto& l : m.models) {
    if (l.role == ModelRole::live) topic.live->live = l.model;
    const auto same = [&](const ModelEntry& e) { return e.id == l.model; };
    if ((topic.entry && same(*topic.entry)) || std::any_of(topic.shadows.begin(), topic.shadows.end(), same)) continue;
    if (const auto text = versions ? versions->text(l.model.version) : std::nullopt)
      topic.live->offered.push_back({topic.timer.topic, l.model, *text, l.by});
  }
  if (m.features.size() <= topic.features.size()) return;
  for (auto& feed : plan.feeds)
    for (auto& declared : feed.features) {
      if (declared.topic != topic.timer.topic) continue;
      if (topic.entry && !topic.entry->inputs) {
        topic.entry->inputs.emplace(declared.names.size());
        std::iota(topic.entry->inputs->begin(), topic.entry->inputs->end(), std::size_t{0});
      }
      declared.names = m.features;
    }
  topic.features = m.features;
}

} // namespace

ReplayReport replay_tree(const Tape& tape, TreePlan plan, const ModelStore* versions) {
  plan.chain = std::make_shared<SilentChain>();
  for (auto& feed : plan.feeds) feed.market = std::make_shared<SilentMarket>();
  for (auto& topic : plan.topics) {
    topic.model = std::make_shared<SilentModel>();
    topic.live = std::make_shared<LiveModel>(); // kept over the predictor's restarts, as in the recorded run
    for (auto& port : topic.shadow_ports) port = std::make_shared<SilentModel>();
    if (const auto m = first_of<BookModels>(tape, topic.timer.topic, "BookModels")) as_recorded(*m, plan, topic, versions);
    if (auto m = first_of<BookPredictorState>(tape, topic.timer.topic, "BookPredictorState"))
      restore_predictor(std::move(*m), *topic.live);
  }
  plan.threads = false;
  plan.store = std::make_shared<ReplayStore>(tape, ledger_role.place);
  plan.ledger.queue = std::make_shared<LedgerQueue>(); // kept over the ledger's restarts, as in the recorded run
  plan.ledger.log_line = nullptr;
  return replay(tape, [&](caf::actor_system& system, ActorContext& context, const Place& place) -> caf::strong_actor_ptr {
    return start_alone(system, context, plan, place);
  });
}

} // namespace inferd
