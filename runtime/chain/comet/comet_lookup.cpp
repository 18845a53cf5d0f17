// What became of a transaction: by the node's index, and where that does not have it, cannot be asked or reports a failure,
// by the account's sequence and the blocks themselves. A node may run without an index, and an index keeps the last inclusion
// of a hash: bytes that got into two blocks succeed once and then fail for their sequence. Bytes never will be in a block when
// their sequence is used at some height and no block up to it has them.
//
// A node that cannot tell (a method that it refuses, does not know or does not answer, blocks that it has pruned, results that
// it does not keep) is followed by another endpoint, which is asked the same from the start. Where both cannot, the chain's
// state decides: an answer that it holds from this wallet for this window, with the values that were sent, is this one.

#include "messages/limits.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/chain/comet/comet_requests.hpp"
#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/encoding/codec.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace inferd::chain {
namespace {

using Answers = std::vector<RpcPort::Answer>;

class Lookup : public std::enable_shared_from_this<Lookup> {
public:
  Lookup(std::weak_ptr<RpcPort> rpc, RequestContext with, AskTx a, Then<TxLookedUp> then)
    : rpc_(std::move(rpc)), with_(std::move(with)), a_(std::move(a)), then_(std::move(then)) {}

  void start() {
    // The node answers in order: a transaction not found is in no block up to this height.
    call({status_call(), tx_call(a_.hash)}, [this](const Answers& answers) {
      if (answers[0].verdict != Verdict::Accepted) return cannot_tell(answers[0].verdict, answers[0].reason);
      const auto status = decode_status(answers[0].message);
      if (const auto* refused = std::get_if<Refused>(&status)) return refuse(answers[0], *refused);
      head_ = std::get<NodeStatus>(status).height;
      if (!possible_head(head_, with_.known.head,
                         with_.clock->now())) // absence up to a head that is not the chain's proves nothing
        return cannot_tell(Verdict::NoAnswer,
                           answers[0].endpoint + ": its head " + std::to_string(head_.value) + " cannot be that of the chain");
      of_the_chain_[elsewhere_] = true;
      if (answers[1].verdict != Verdict::Accepted) { // silent on this method, maybe for ever
        no_index_ = answers[1].reason;
        return ask_sequence();
      }
      const auto indexed = decode_tx(answers[1].message);
      if (const auto* refused = std::get_if<Refused>(&indexed)) {
        no_index_ = answers[1].endpoint + ": tx: " + refused->reason;
        return ask_sequence();
      }
      const auto& found = std::get<TxLookedUp>(indexed);
      absent_ = !found.found;
      if (absent_) return ask_sequence(); // an index may be pruned, lie, or be a block behind
      head_ = std::max(head_, found.height);
      if (found.verdict == Verdict::Accepted) return finish(found);
      indexed_failure_ = found;
      read_blocks();
    });
  }

private:
  bool over() const { return a_.timeout.value != 0 && head_ > a_.timeout; }

  /// A sequence that is not used yet: its transaction is in no block.
  void ask_sequence() {
    call({query_call(account_query(with_.wallet))}, [this](const Answers& answers) {
      if (answers[0].verdict != Verdict::Accepted) return cannot_tell(answers[0].verdict, answers[0].reason);
      const auto answered = decode_query(answers[0].message);
      if (const auto* refused = std::get_if<Refused>(&answered)) return refuse(answers[0], *refused);
      const auto account = decode_account(std::get<QueryAnswer>(answered).value, with_.wallet);
      if (const auto* wrong = std::get_if<std::string>(&account))
        return cannot_tell(Verdict::NoAnswer, answers[0].endpoint + ": AccountInfo: " + *wrong);
      // Another node behind the same address may have answered: what this one says holds up to its own height.
      const auto height = std::get<QueryAnswer>(answered).height;
      if (std::get<AccountArrived>(account).sequence <= a_.sequence)
        return not_found(height.value > 0 ? std::min(head_, height) : head_);
      used_at_ = height;
      read_blocks();
    });
  }

  void read_blocks() {
    next_ = {std::max<std::int64_t>(a_.from.value, 1)};
    const auto last = a_.timeout.value > 0 ? std::min(head_, a_.timeout) : head_;
    last_ = {std::min(last.value, next_.value + static_cast<std::int64_t>(limits::gap_blocks) - 1)};
    complete_ = last_ == last;
    read_some();
  }

  void read_some() {
    if (next_ > last_) return all_read();
    std::vector<Call> calls;
    const auto first = next_;
    for (; next_ <= last_ && calls.size() < blocks_at_once; ++next_.value) calls.push_back(block_call(next_));
    call(std::move(calls), [this, first](const Answers& answers) {
      for (std::size_t i = 0; i < answers.size(); ++i) {
        const Height height{first.value + static_cast<std::int64_t>(i)};
        if (answers[i].verdict != Verdict::Accepted) return cannot_tell(answers[i].verdict, answers[i].reason);
        const auto block = decode_block_hashes(answers[i].message);
        if (const auto* refused = std::get_if<Refused>(&block))
          return cannot_tell(Verdict::NotFound, (no_index_.empty() ? "" : no_index_ + "; ") + answers[i].endpoint + ": block " +
                                                  std::to_string(height.value) + ": " + refused->reason);
        const auto& hashes = std::get<std::vector<TxHash>>(block);
        const auto ours = std::find(hashes.begin(), hashes.end(), a_.hash);
        if (ours == hashes.end()) continue;
        next_ = {height.value + 1};
        return read_result(height, static_cast<std::size_t>(ours - hashes.begin()));
      }
      read_some();
    });
  }

  void read_result(Height height, std::size_t index) {
    call({block_results_call(height)}, [this, height, index](const Answers& answers) {
      const auto unknown = [&](Verdict verdict, const std::string& reason) {
        in_block_ = height;
        cannot_tell(verdict, reason);
      };
      if (answers[0].verdict != Verdict::Accepted) return unknown(answers[0].verdict, answers[0].reason);
      const auto result = decode_block_result(answers[0].message, index);
      if (const auto* refused = std::get_if<Refused>(&result))
        return unknown(refused->verdict, answers[0].endpoint + ": block_results: " + refused->reason);
      const auto& found = std::get<TxLookedUp>(result);
      if (found.verdict == Verdict::Accepted) return finish(found);
      if (!failed_) failed_ = found; // another block may hold it with success
      read_some();
    });
  }

  void all_read() {
    if (failed_) return finish(*failed_);
    superseded_ = used_at_.value > 0 && last_ >= used_at_;
    if ((complete_ && over()) || superseded_) return ask_other();
    not_found(complete_ ? head_ : last_, last_);
  }

  /// Before an end is written that only one node reports.
  void ask_other() {
    if (elsewhere_) return not_found(head_, complete_ ? last_ : Height{}); // it is the other one
    const auto rpc = rpc_.lock();
    if (!rpc) return fail(Verdict::NoAnswer, "the program is ending");
    auto call = tx_call(a_.hash);
    rpc->call_other(std::move(call.method), std::move(call.params), with_.deadline_ms,
                    [self = shared_from_this()](const std::optional<RpcPort::Answer>& answer) { self->second_word(answer); });
  }
  void second_word(const std::optional<RpcPort::Answer>& answer) {
    if (answer && answer->verdict == Verdict::Accepted) {
      const auto indexed = decode_tx(answer->message);
      const auto* found = std::get_if<TxLookedUp>(&indexed);
      if (found && found->found && (found->verdict == Verdict::Accepted || indexed_failure_)) return finish(*found);
    }
    not_found(head_, complete_ ? last_ : Height{});
  }

  /// The node that was asked cannot tell: the other one may, then the state.
  void cannot_tell(Verdict verdict, const std::string& reason) {
    if (absent_ && !over() && in_block_.value == 0) return not_found(head_); // more was only to be known of its sequence
    if (!why_) why_ = {verdict, reason};
    if (std::exchange(elsewhere_, true)) return ask_state(false);
    head_ = used_at_ = {};
    absent_ = superseded_ = complete_ = false;
    no_index_.clear();
    start();
  }

  void ask_state(bool elsewhere) {
    elsewhere_ = elsewhere;
    if (a_.topic.value == 0) return conclude();
    if (!of_the_chain_[elsewhere_]) return elsewhere_ ? conclude() : ask_state(true);
    std::vector<Call> calls;
    if (a_.nonce.value == 0) {
      calls = {query_call(window_query(with_.emissions, a_.topic, with_.wallet))};
    } else {
      // The window's inferences are there until it closes, the network's conclusion from then on until the next one. A node
      // that has pruned those states has the newest.
      const auto inference = inference_query(with_.emissions, a_.topic, with_.wallet);
      const auto conclusion = network_inference_query(with_.emissions, a_.topic);
      const auto before_closing = in_block_.value > 0 ? in_block_ : Height{a_.timeout.value - 1};
      calls = {query_call(inference, before_closing), query_call(inference), query_call(conclusion, a_.timeout),
               query_call(conclusion)};
    }
    call(std::move(calls), [this](const Answers& answers) {
      for (std::size_t i = 0; i < answers.size(); ++i) {
        const auto answered = answers[i].verdict == Verdict::Accepted ? decode_query(answers[i].message) : Refused{};
        const auto* query = std::get_if<QueryAnswer>(&answered);
        if (query && (a_.nonce.value == 0 ? registered(query->value)
                      : i < 2             ? holds(decode_inference(query->value, a_.topic))
                                          : concluded(decode_network_inference(query->value, with_.wallet))))
          return finish({.found = true, .height = in_block_, .verdict = Verdict::Accepted});
      }
      if (elsewhere_) return conclude();
      ask_state(true);
    });
  }
  bool registered(const std::string& bytes) const {
    const auto answer = decode_window(bytes, a_.topic, {});
    const auto* window = std::get_if<WindowStatusArrived>(&answer);
    return window && window->is_registered;
  }
  bool holds(const Result<InferenceArrived>& answer) const {
    const auto* inference = std::get_if<InferenceArrived>(&answer);
    return inference && inference->nonce == a_.nonce && inference->values == a_.values;
  }
  bool concluded(const Result<BundleEvent>& answer) const {
    const auto* network = std::get_if<BundleEvent>(&answer);
    return network && network->topic == a_.topic && network->nonce == a_.nonce && network->ours == a_.values;
  }

  void conclude() {
    const bool silent = why_->verdict == Verdict::NoAnswer || why_->verdict == Verdict::Busy;
    if (indexed_failure_ && !silent) return finish(*indexed_failure_); // the only evidence
    if (in_block_.value == 0) return fail(why_->verdict, why_->reason);
    finish({.found = true, .height = in_block_, .verdict = why_->verdict, .log = why_->reason});
  }

  void not_found(Height head, Height read = {}) {
    if (in_block_.value > 0) return ask_state(false); // another node's block has it
    TxLookedUp none{.hash = a_.hash};
    none.verdict = superseded_ ? Verdict::WrongSequence : Verdict::NotFound;
    none.head = head;
    none.read = read;
    then_(std::move(none));
  }
  void finish(TxLookedUp found) {
    found.hash = a_.hash;
    found.head = std::max(head_, found.height);
    then_(std::move(found));
  }
  void refuse(const RpcPort::Answer& answer, const Refused& refused) {
    cannot_tell(refused.verdict, answer.endpoint + ": AskTx: " + refused.reason);
  }
  void fail(Verdict verdict, const std::string& reason) {
    auto failed = failure(a_);
    failed.verdict = verdict;
    failed.reason = reason;
    then_(std::move(failed));
  }

  void call(std::vector<Call> calls, std::function<void(const Answers&)> then) {
    const auto rpc = rpc_.lock();
    if (!rpc) return fail(Verdict::NoAnswer, "the program is ending");
    const auto send = elsewhere_ ? call_all_other : call_all;
    send(*rpc, std::move(calls), with_.deadline_ms,
         [self = shared_from_this(), then = std::move(then)](const Answers& answers) { then(answers); });
  }

  static constexpr std::size_t blocks_at_once = 10;

  struct Why {
    Verdict verdict;
    std::string reason;
  };

  const std::weak_ptr<RpcPort> rpc_;
  const RequestContext with_;
  const AskTx a_;
  const Then<TxLookedUp> then_;
  bool elsewhere_ = false;             ///< the other endpoint is asked
  std::array<bool, 2> of_the_chain_{}; ///< the node in use, the other one: it has a head that can be the chain's
  std::optional<Why> why_;             ///< why the first node cannot tell
  Height in_block_;                    ///< a block that has it, without a result; 0: none
  Height head_;
  Height next_, last_;      ///< blocks still to be read
  Height used_at_;          ///< at which the account's sequence was above that of these bytes; 0: not known
  bool absent_ = false;     ///< the index does not have it
  bool superseded_ = false; ///< and never will
  bool complete_ = false;
  std::string no_index_;
  std::optional<TxLookedUp> indexed_failure_; ///< a failure that the index reports
  std::optional<TxLookedUp> failed_;          ///< a failure read in a block
};

} // namespace

void look_up(const std::shared_ptr<RpcPort>& rpc, const RequestContext& with, const AskTx& a, Then<TxLookedUp> then) {
  if (a.hash.hex.size() == 64 && from_hex(a.hash.hex)) return std::make_shared<Lookup>(rpc, with, a, std::move(then))->start();
  auto failed = failure(a);
  failed.verdict = Verdict::Defect;
  failed.reason = with.endpoint + ": AskTx: the hash is not 64 hex digits";
  then(std::move(failed));
}

} // namespace inferd::chain
