// broadcast_tx_sync to the node in use and, when time is short, to a second one.

#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/comet/comet_requests.hpp"
#include "runtime/chain/comet/comet_calls.hpp"

#include <mutex>
#include <optional>

namespace inferd::chain {
namespace {

using Outcome = std::variant<BroadcastAnswered, AskFailed>;

struct Question {
  TopicId topic;
  Height nonce;
  TxHash hash;
  std::shared_ptr<ClockPort> clock;
};

Outcome read(const Question& q, const RpcPort::Answer& answer) {
  const auto failed = [&](Verdict verdict, std::string reason) {
    auto f = failure(Broadcast{q.topic, q.nonce, q.hash, {}});
    f.verdict = verdict;
    f.reason = std::move(reason);
    return f;
  };
  if (answer.verdict != Verdict::Accepted) return failed(answer.verdict, answer.reason);
  auto answered = decode_broadcast(answer.message);
  const auto prefix = answer.endpoint + ": Broadcast: ";
  if (const auto* refused = std::get_if<Refused>(&answered)) return failed(refused->verdict, prefix + refused->reason);
  auto& answer_ = std::get<BroadcastAnswered>(answered);
  if (!answer_.hash.hex.empty() && answer_.hash != q.hash)
    return failed(Verdict::NoAnswer, prefix + "the node answered about another transaction");
  answer_.topic = q.topic;
  answer_.nonce = q.nonce;
  answer_.hash = q.hash;
  answer_.endpoint = answer.endpoint;
  answer_.at = q.clock->now();
  return std::move(answer_);
}

bool accepted(const Outcome& outcome) {
  const auto* answer_ = std::get_if<BroadcastAnswered>(&outcome);
  return answer_ && (answer_->verdict == Verdict::Accepted || answer_->verdict == Verdict::AlreadyInMempool);
}

/// Combines two nodes' answers to the same bytes, from any threads. An acceptance is returned at once. A refusal counts only if
/// the second node answered: without an answer it may have accepted the bytes.
class FirstAcceptance {
public:
  explicit FirstAcceptance(Then<BroadcastAnswered> then) : then_(std::move(then)) {}

  void on_answer(bool first, std::optional<Outcome> outcome) {
    std::unique_lock lock(mutex_);
    if (!then_) return;
    if (outcome && accepted(*outcome)) return finish(lock, std::move(*outcome));
    (first ? first_ : second_) = std::move(outcome);
    if (--missing_ > 0) return;
    const bool second_unanswered = second_ && std::holds_alternative<AskFailed>(*second_);
    const bool first_refused = std::holds_alternative<BroadcastAnswered>(*first_);
    finish(lock, std::move(first_refused && second_unanswered ? *second_ : *first_));
  }

private:
  void finish(std::unique_lock<std::mutex>& lock, Outcome outcome) {
    const auto then = std::exchange(then_, nullptr);
    lock.unlock();
    then(std::move(outcome));
  }

  std::mutex mutex_;
  Then<BroadcastAnswered> then_;          ///< empty after the call
  std::optional<Outcome> first_, second_; ///< second: nothing if there is no second node
  int missing_ = 2;
};

} // namespace

void ask(RpcPort& rpc, const RequestContext& with, const Broadcast& a, Then<BroadcastAnswered> then) {
  const Question q{a.topic, a.nonce, a.hash, with.clock};
  auto call = broadcast_call(a.tx);
  if (!a.to_second_node)
    return rpc.call(std::move(call.method), std::move(call.params), with.deadline_ms,
                    [q, then = std::move(then)](const RpcPort::Answer& answer) { then(read(q, answer)); });
  const auto two = std::make_shared<FirstAcceptance>(std::move(then));
  rpc.call(std::move(call.method), std::move(call.params), with.deadline_ms,
           [q, two](const RpcPort::Answer& answer) { two->on_answer(true, read(q, answer)); });
  auto second_call = broadcast_call(a.tx); // after the first send, so as not to delay it
  rpc.call_other(std::move(second_call.method), std::move(second_call.params), with.deadline_ms,
                 [q, two](const std::optional<RpcPort::Answer>& answer) {
                   two->on_answer(false, answer ? std::optional(read(q, *answer)) : std::nullopt);
                 });
}

} // namespace inferd::chain
