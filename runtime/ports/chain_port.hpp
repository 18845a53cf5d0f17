#pragma once

#include "messages/chain.hpp"
#include "runtime/ports/endpoint_state.hpp"

#include <functional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// The chain, decoded: protobuf, JSON-RPC and error codes end here.
/// Every ask returns at once; its `then` is called exactly once, from any thread, within the port's deadline.
class ChainPort {
public:
  template <class Answer> using Then = std::function<void(std::variant<Answer, AskFailed>)>;
  /// What comes unasked. Called from one thread at a time.
  using Listener = std::function<void(std::variant<ConnectionUp, ConnectionDown, BlockSeen, TxIncluded>)>;
  virtual ~ChainPort() = default;

  /// Connects and goes on for ever: subscribes to blocks and to the wallet's transactions, changes endpoints when one
  /// fails. A second call replaces the listener (its actor was restarted) and, while connected, tells it ConnectionUp.
  virtual void listen(Listener) = 0;
  /// The endpoint is not to be trusted (silent, behind): leave it for another.
  virtual void reconnect(std::string reason) = 0;
  /// The nodes, the best first, for an operator's eyes. From any thread.
  virtual std::vector<EndpointState> endpoints() const { return {}; }

  virtual void ask(const AskWindow&, Then<WindowStatusArrived>) = 0;
  virtual void ask(const AskTopic&, Then<TopicArrived>) = 0;
  virtual void ask(const AskAccount&, Then<AccountArrived>) = 0;
  virtual void ask(const AskGasPrice&, Then<GasPriceArrived>) = 0;
  virtual void ask(const Simulate&, Then<Simulated>) = 0;
  virtual void ask(const Broadcast&, Then<BroadcastAnswered>) = 0;
  /// Holds these bytes and sends them in the moment the stream tells that their window has opened, before anybody is told:
  /// `fired` comes first, then the answer as for ask(Broadcast). One at a time; a new one takes the place of the old.
  virtual void preload(const Broadcast&, std::function<void(PreloadSent)> fired, Then<BroadcastAnswered>) = 0;
  /// Takes them back. `then` is called at once, when nothing goes out by itself any more; after `fired`, if it did.
  virtual void cancel_preload(std::function<void(PreloadCancelled)> then) = 0;
  virtual void ask(const AskTx&, Then<TxLookedUp>) = 0;
  virtual void ask(const AskInference&, Then<InferenceArrived>) = 0;
  virtual void ask(const AskBlock&, Then<BlockSeen>) = 0;
};

} // namespace inferd
