#pragma once

#include "messages/chain.hpp"
#include "runtime/ports/endpoint_state.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// The chain's client. Hides protobuf, JSON-RPC and error codes.
/// Every ask returns at once; `then` is called exactly once, from any thread, within the port's deadline.
class ChainPort {
public:
  template <class Answer> using Then = std::function<void(std::variant<Answer, AskFailed>)>;
  /// Events of the subscription. Called from one thread at a time.
  using Listener = std::function<void(std::variant<ConnectionUp, ConnectionDown, BlockSeen, TxIncluded>)>;
  virtual ~ChainPort() = default;

  /// Connects and reconnects without end: subscribes to blocks and to the wallet's transactions, changes the endpoint when one
  /// fails. A second call replaces the listener (its actor was restarted) and, while connected, sends it ConnectionUp.
  virtual void listen(Listener) = 0;
  /// Drops the present endpoint (silent or behind) and connects to another.
  virtual void reconnect(std::string reason) = 0;
  /// The endpoints, best first. From any thread.
  virtual std::vector<EndpointState> endpoints() const { return {}; }

  virtual void ask(const AskWindow&, Then<WindowStatusArrived>) = 0;
  virtual void ask(const AskTopic&, Then<TopicArrived>) = 0;
  virtual void ask(const AskAccount&, Then<AccountArrived>) = 0;
  virtual void ask(const AskGasPrice&, Then<GasPriceArrived>) = 0;
  virtual void ask(const Simulate&, Then<Simulated>) = 0;
  virtual void ask(const Broadcast&, Then<BroadcastAnswered>) = 0;
  /// Stores a broadcast and sends it as soon as the event stream reports that its window has opened, before the listener
  /// receives that block. Calls `fired`, then `then` as ask(Broadcast) does. Holds one broadcast: a new one replaces it.
  virtual void preload(const Broadcast&, std::function<void(PreloadSent)> fired, Then<BroadcastAnswered>) = 0;
  /// Cancels the preload. Calls `then` before it returns; if the preload was sent, `fired` has been called before.
  virtual void cancel_preload(std::function<void(PreloadCancelled)> then) = 0;
  virtual void ask(const AskTx&, Then<TxLookedUp>) = 0;
  virtual void ask(const AskInference&, Then<InferenceArrived>) = 0;
  virtual void ask(const AskBlock&, Then<BlockSeen>) = 0;
};

} // namespace inferd
