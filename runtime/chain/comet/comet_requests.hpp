#pragma once
// Each question of the chain port: encoded, sent, its answer decoded and classified. Holds nothing between two questions.

#include "runtime/chain/comet/comet_chain.hpp"

namespace inferd::chain {

/// What a question needs to know beyond itself. Copied into the answer's callback: the port may be gone by then.
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

/// NoAnswer, with the keys of its question; the reason is the caller's to fill.
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
