#include "runtime/chain/comet/comet_requests.hpp"

#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/chain/comet/block_events.hpp"

#include <algorithm>

namespace inferd::chain {
namespace {

using Answers = std::vector<RpcPort::Answer>;

template <class Ask> AskFailed failed(const Ask& ask, Verdict verdict, const std::string& endpoint, const std::string& reason) {
  auto f = failure(ask);
  f.verdict = verdict;
  f.reason = endpoint + ": " + boost::describe::enum_to_string(f.request, "?") + ": " + reason;
  return f;
}

template <class Ask> AskFailed failed(const Ask& ask, const RpcPort::Answer& none) {
  auto f = failure(ask);
  f.verdict = none.verdict;
  f.reason = none.reason;
  return f;
}

template <class Ask, class Answer> bool unanswered(const Answers& answers, const Ask& ask, const Then<Answer>& then) {
  const auto none = std::ranges::find_if(answers, [](const auto& a) { return a.verdict != Verdict::Accepted; });
  if (none == answers.end()) return false;
  then(failed(ask, *none));
  return true;
}

/// A request of a single abci_query.
template <class Ask, class Answer, class Decode>
void query(RpcPort& rpc, const RequestContext& with, const Ask& ask, const Query& query, Then<Answer> then, Decode decode) {
  call_all(rpc, {query_call(query)}, with.deadline_ms,
           [with, ask, then = std::move(then), decode = std::move(decode)](const Answers& answers) {
             if (unanswered(answers, ask, then)) return;
             const auto& endpoint = answers[0].endpoint;
             const auto answered = decode_query(answers[0].message);
             if (const auto* refused = std::get_if<Refused>(&answered))
               return then(failed(ask, refused->verdict, endpoint, refused->reason));
             auto decoded = decode(std::get<QueryAnswer>(answered));
             if (const auto* wrong = std::get_if<std::string>(&decoded))
               return then(failed(ask, Verdict::NoAnswer, endpoint, *wrong));
             then(std::get<Answer>(std::move(decoded)));
           });
}

bool inconclusive(Verdict v) { return v == Verdict::NoAnswer || v == Verdict::Busy; }

} // namespace

void ask(RpcPort& rpc, const RequestContext& with, const AskTopic& a, Then<TopicArrived> then) {
  query(rpc, with, a, topic_query(with.emissions, a.topic), std::move(then),
        [a](const QueryAnswer& answer) { return decode_topic(answer.value, a.topic); });
}

void ask(RpcPort& rpc, const RequestContext& with, const AskGasPrice& a, Then<GasPriceArrived> then) {
  query(rpc, with, a, gas_price_query(a.denom), std::move(then),
        [a](const QueryAnswer& answer) { return decode_gas_price(answer.value, a.denom); });
}

void ask(RpcPort& rpc, const RequestContext& with, const AskInference& a, Then<InferenceArrived> then) {
  query(rpc, with, a, inference_query(with.emissions, a.topic, a.wallet),
        Then<InferenceArrived>([a, then = std::move(then)](std::variant<InferenceArrived, AskFailed> answer) {
          const auto* refused = std::get_if<AskFailed>(&answer);
          if (refused && refused->verdict == Verdict::NotFound) return then(InferenceArrived{a.topic});
          then(std::move(answer));
        }),
        [a](const QueryAnswer& answer) { return decode_inference(answer.value, a.topic); });
}

void ask(RpcPort& rpc, const RequestContext& with, const Simulate& a, Then<Simulated> then) {
  const auto raw = from_base64(a.tx.base64);
  if (!raw) return then(failed(a, Verdict::Defect, with.endpoint, "the transaction is not base64"));
  call_all(rpc, {query_call(simulate_query(*raw))}, with.deadline_ms,
           [topic = a.topic, nonce = a.nonce, then = std::move(then)](const Answers& answers) {
             const Simulate a{topic, nonce, {}}; // without the bytes, which are not needed here
             if (unanswered(answers, a, then)) return;
             const auto& endpoint = answers[0].endpoint;
             const auto answered = decode_simulate(answers[0].message);
             if (const auto* refused = std::get_if<Refused>(&answered)) {
               if (inconclusive(refused->verdict)) return then(failed(a, refused->verdict, endpoint, refused->reason));
               return then(Simulated{a.topic, a.nonce, refused->verdict, {}, refused->refusal.log});
             }
             const auto gas = decode_simulation(std::get<QueryAnswer>(answered).value);
             if (const auto* wrong = std::get_if<std::string>(&gas))
               return then(failed(a, Verdict::NoAnswer, endpoint, *wrong));
             then(Simulated{a.topic, a.nonce, Verdict::Accepted, std::get<Gas>(gas), {}});
           });
}

void ask(RpcPort& rpc, const RequestContext& with, const AskBlock& a, Then<BlockSeen> then) {
  call_all(rpc, {block_results_call(a.height)}, with.deadline_ms,
           [a, wallet = with.wallet, clock = with.clock, then = std::move(then)](const Answers& answers) {
             if (unanswered(answers, a, then)) return;
             const auto& endpoint = answers[0].endpoint;
             auto decoded = decode_block_results(answers[0].message, {wallet, endpoint, clock->now()});
             if (const auto* wrong = std::get_if<std::string>(&decoded))
               return then(failed(a, Verdict::NoAnswer, endpoint, *wrong));
             auto& block = std::get<DecodedBlock>(decoded).block;
             if (block.height != a.height)
               return then(failed(a, Verdict::NoAnswer, endpoint, "the node answered about another block"));
             then(std::move(block));
           });
}

AskFailed failure(const AskWindow& a) { return {Request::AskWindow, a.topic, {}, {}, Verdict::NoAnswer, {}}; }
AskFailed failure(const AskTopic& a) { return {Request::AskTopic, a.topic, {}, {}, Verdict::NoAnswer, {}}; }
AskFailed failure(const AskAccount&) { return {Request::AskAccount, {}, {}, {}, Verdict::NoAnswer, {}}; }
AskFailed failure(const AskGasPrice&) { return {Request::AskGasPrice, {}, {}, {}, Verdict::NoAnswer, {}}; }
AskFailed failure(const Simulate& a) { return {Request::Simulate, a.topic, a.nonce, {}, Verdict::NoAnswer, {}}; }
AskFailed failure(const Broadcast& a) { return {Request::Broadcast, a.topic, a.nonce, a.hash, Verdict::NoAnswer, {}}; }
AskFailed failure(const AskTx& a) { return {Request::AskTx, {}, {}, a.hash, Verdict::NoAnswer, {}}; }
AskFailed failure(const AskInference& a) { return {Request::AskInference, a.topic, {}, {}, Verdict::NoAnswer, {}}; }
AskFailed failure(const AskBlock& a) { return {Request::AskBlock, {}, a.height, {}, Verdict::NoAnswer, {}}; }

} // namespace inferd::chain
