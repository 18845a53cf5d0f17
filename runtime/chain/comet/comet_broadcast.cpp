// broadcast_tx_sync to the node in use and to every other that is alive.

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

/// Combines the nodes' answers to the same bytes, from any threads. An acceptance is returned at once. A refusal counts only if
/// every node answered: one that did not may have accepted the bytes.
class FirstAcceptance {
public:
  FirstAcceptance(Then<BroadcastAnswered> then, OnContradiction contradicted)
    : then_(std::move(then)), contradicted_(std::move(contradicted)) {}

  void on_answer_in_use(Outcome outcome) {
    std::unique_lock lock(mutex_);
    in_use_ = outcome;
    on_answer(lock, std::move(outcome), others_over_);
  }
  void on_answer_of_other(std::optional<Outcome> outcome, std::size_t left) {
    std::unique_lock lock(mutex_);
    others_over_ = left == 0;
    if (outcome) on_answer(lock, std::move(*outcome), others_over_ && in_use_);
    else if (in_use_) finish(lock); // there is no other
  }

private:
  void on_answer(std::unique_lock<std::mutex>& lock, Outcome outcome, bool last) {
    if (accepted(outcome)) acceptance_ = acceptance_ ? acceptance_ : outcome;
    else if (std::holds_alternative<AskFailed>(outcome)) unanswered_ = outcome;
    report_contradiction(lock);
    if (acceptance_ || last) finish(lock);
  }
  /// The node in use refuses the sequence of bytes that another one accepted.
  void report_contradiction(std::unique_lock<std::mutex>& lock) {
    const auto* refusal = in_use_ ? std::get_if<BroadcastAnswered>(&*in_use_) : nullptr;
    if (!refusal || !acceptance_ || refusal->verdict != Verdict::WrongSequence || !contradicted_) return;
    const auto report = std::exchange(contradicted_, nullptr);
    const auto why = refusal->log.substr(0, 200) + ", though " + std::get<BroadcastAnswered>(*acceptance_).endpoint +
                     " accepted the same bytes";
    lock.unlock();
    report(why);
    lock.lock();
  }
  void finish(std::unique_lock<std::mutex>& lock) {
    if (!then_) return;
    const auto then = std::exchange(then_, nullptr);
    auto outcome = acceptance_                                                          ? *acceptance_
                   : std::holds_alternative<BroadcastAnswered>(*in_use_) && unanswered_ ? *unanswered_
                                                                                        : *in_use_;
    lock.unlock();
    then(std::move(outcome));
    lock.lock();
  }

  std::mutex mutex_;
  Then<BroadcastAnswered> then_; ///< empty after the call
  OnContradiction contradicted_;
  std::optional<Outcome> in_use_, acceptance_, unanswered_;
  bool others_over_ = false;
};

} // namespace

void broadcast(RpcPort& rpc, const RequestContext& with, const Broadcast& a, OnContradiction contradicted,
               Then<BroadcastAnswered> then) {
  const Question q{a.topic, a.nonce, a.hash, with.clock};
  const auto all = std::make_shared<FirstAcceptance>(std::move(then), std::move(contradicted));
  auto call = broadcast_call(a.tx);
  rpc.call(std::move(call.method), std::move(call.params), with.deadline_ms,
           [q, all](const RpcPort::Answer& answer) { all->on_answer_in_use(read(q, answer)); });
  auto others = broadcast_call(a.tx); // after the first send, so as not to delay it
  rpc.call_others(std::move(others.method), std::move(others.params), with.deadline_ms,
                  [q, all](const std::optional<RpcPort::Answer>& answer, std::size_t left) {
                    all->on_answer_of_other(answer ? std::optional(read(q, *answer)) : std::nullopt, left);
                  });
}

} // namespace inferd::chain
