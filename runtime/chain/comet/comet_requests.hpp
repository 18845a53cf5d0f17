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

void ask(RpcPort&, const RequestContext&, const AskTopic&, Then<TopicArrived>);
void ask(RpcPort&, const RequestContext&, const AskGasPrice&, Then<GasPriceArrived>);
void ask(RpcPort&, const RequestContext&, const Simulate&, Then<Simulated>);
void ask(RpcPort&, const RequestContext&, const AskInference&, Then<InferenceArrived>);
void ask(RpcPort&, const RequestContext&, const AskBlock&, Then<BlockSeen>);

/// Called when the endpoint in use contradicts another one or itself, with what it says and what contradicts it.
using OnContradiction = std::function<void(const std::string& what)>;

/// To every endpoint that is alive.
void broadcast(RpcPort&, const RequestContext&, const Broadcast&, OnContradiction, Then<BroadcastAnswered>);

// Several steps: they do not keep the port alive.

/// A status that would stop the work (not active, not registered, not whitelisted), or an account that does not exist, is asked
/// of a second endpoint. If that one says otherwise, its word counts and the contradiction is reported.
void ask_window(const std::shared_ptr<RpcPort>&, const RequestContext&, const AskWindow&, OnContradiction,
                Then<WindowStatusArrived>);
void ask_account(const std::shared_ptr<RpcPort>&, const RequestContext&, const AskAccount&, OnContradiction,
                 Then<AccountArrived>);
/// See AskTx. At most `limits::gap_blocks` blocks are read; TxLookedUp::head is then the last of them.
void look_up(const std::shared_ptr<RpcPort>&, const RequestContext&, const AskTx&, Then<TxLookedUp>);

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
