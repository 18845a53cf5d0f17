#pragma once
// The requests of ChainPort: encodes, sends, decodes and classifies. Stateless.

#include "runtime/chain/comet/comet_chain.hpp"

namespace inferd::chain {

/// Context of a request; copied into its callback, because the port may be gone by then.
struct RequestContext {
  std::string endpoint, emissions;
  Wallet wallet;
  std::shared_ptr<ClockPort> clock;
  std::int64_t deadline_ms;
};

template <class Answer> using Then = ChainPort::Then<Answer>;

void ask(RpcPort&, const RequestContext&, const AskWindow&, Then<WindowStatusArrived>);
void ask(RpcPort&, const RequestContext&, const AskTopic&, Then<TopicArrived>);
void ask(RpcPort&, const RequestContext&, const AskAccount&, Then<AccountArrived>);
void ask(RpcPort&, const RequestContext&, const AskGasPrice&, Then<GasPriceArrived>);
void ask(RpcPort&, const RequestContext&, const Simulate&, Then<Simulated>);
void ask(RpcPort&, const RequestContext&, const Broadcast&, Then<BroadcastAnswered>);
void ask(RpcPort&, const RequestContext&, const AskTx&, Then<TxLookedUp>);
void ask(RpcPort&, const RequestContext&, const AskInference&, Then<InferenceArrived>);
void ask(RpcPort&, const RequestContext&, const AskBlock&, Then<BlockSeen>);

/// NoAnswer with the request's keys; the caller sets the reason.
AskFailed failure(const AskWindow&);
AskFailed failure(const AskTopic&);
AskFailed failure(const AskAccount&);
AskFailed failure(const AskGasPrice&);
AskFailed failure(const Simulate&);
AskFailed failure(const Broadcast&);
AskFailed failure(const AskTx&);
AskFailed failure(const AskInference&);
AskFailed failure(const AskBlock&);

} // namespace inferd::chain
