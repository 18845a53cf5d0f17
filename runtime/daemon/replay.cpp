#include "runtime/daemon/replay.hpp"

#include "messages/json.hpp"
#include "runtime/books/memory_books.hpp"

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
  void ask(const AskBlock&, Then<BlockSeen>) override {}
};

struct SilentMarket : MarketPort {
  void ask(const AskCandles&, std::function<void(Answer)>) override {}
};

/// What the ledger said of its books tells whether they were empty.
bool began_empty(const Tape& tape) {
  for (const auto& entry : tape.entries) {
    if (entry.type != "LastNonceKnown" && entry.type != "Unresolved") continue;
    const auto message = boost::json::parse(entry.message);
    if (entry.type == "Unresolved") {
      Unresolved books;
      from_json(message, books);
      return books.windows.empty() && books.gas.empty();
    }
    LastNonceKnown last;
    from_json(message, last);
    if (last.nonce.value != 0) return false;
  }
  return true;
}

} // namespace

ReplayReport replay_tree(const Tape& tape, TreePlan plan) {
  plan.chain = std::make_shared<SilentChain>();
  for (auto& topic : plan.topics) topic.market = std::make_shared<SilentMarket>();
  plan.threads = false;
  plan.store = std::make_shared<MemoryBooks>();
  plan.ledger.queue = std::make_shared<LedgerQueue>(); // it outlives the ledger's restarts, here as there
  plan.ledger.say = nullptr;
  const bool with_ledger = began_empty(tape);
  return replay(tape, [&](caf::actor_system& system, Surroundings& around, const std::string& place) -> caf::strong_actor_ptr {
    if (place == ledger_role.name && !with_ledger) return nullptr;
    return start_alone(system, around, plan, place);
  });
}

} // namespace inferd
