#include "runtime/daemon/replay_tree.hpp"

#include "runtime/daemon/replay_store.hpp"

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

} // namespace

ReplayReport replay_tree(const Tape& tape, TreePlan plan) {
  plan.chain = std::make_shared<SilentChain>();
  for (auto& feed : plan.feeds) feed.market = std::make_shared<SilentMarket>();
  for (auto& topic : plan.topics) topic.model = std::make_shared<SilentModel>();
  plan.threads = false;
  plan.store = std::make_shared<ReplayStore>(tape, ledger_role.place);
  plan.ledger.queue = std::make_shared<LedgerQueue>(); // kept over the ledger's restarts, as in the recorded run
  plan.ledger.log_line = nullptr;
  return replay(tape, [&](caf::actor_system& system, ActorContext& context, const Place& place) -> caf::strong_actor_ptr {
    return start_alone(system, context, plan, place);
  });
}

} // namespace inferd
