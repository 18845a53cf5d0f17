// What became of a transaction: by the node's index, and where that does not have it, cannot be asked or reports a failure,
// by the account's sequence and the blocks themselves. A node may run without an index, and an index keeps the last inclusion
// of a hash: bytes that got into two blocks succeed once and then fail for their sequence. Bytes never will be in a block when
// their sequence is used at some height and no block up to it has them.

#include "messages/limits.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/chain/comet/comet_requests.hpp"
#include "runtime/chain/comet/rpc_answers.hpp"
#include "runtime/chain/encoding/codec.hpp"

#include <algorithm>
#include <optional>

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
      if (answers[0].verdict != Verdict::Accepted) return fail(answers[0].verdict, answers[0].reason);
      const auto status = decode_status(answers[0].message);
      if (const auto* refused = std::get_if<Refused>(&status)) return refuse(answers[0], *refused);
      head_ = std::get<NodeStatus>(status).height;
      if (!possible_head(head_, with_.known.head,
                         with_.clock->now())) // absence up to a head that is not the chain's proves nothing
        return fail(Verdict::NoAnswer,
                    answers[0].endpoint + ": its head " + std::to_string(head_.value) + " cannot be that of the chain");
      if (answers[1].verdict != Verdict::Accepted) return fail(answers[1].verdict, answers[1].reason);
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
      if (answers[0].verdict != Verdict::Accepted) return fail(answers[0].verdict, answers[0].reason);
      const auto answered = decode_query(answers[0].message);
      if (const auto* refused = std::get_if<Refused>(&answered)) return refuse(answers[0], *refused);
      const auto account = decode_account(std::get<QueryAnswer>(answered).value, with_.wallet);
      if (const auto* wrong = std::get_if<std::string>(&account))
        return fail(Verdict::NoAnswer, answers[0].endpoint + ": AccountInfo: " + *wrong);
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
        if (answers[i].verdict != Verdict::Accepted) return fail(answers[i].verdict, answers[i].reason);
        const auto block = decode_block_hashes(answers[i].message);
        if (const auto* refused = std::get_if<Refused>(&block)) {
          no_block_ = answers[i].endpoint + ": block " + std::to_string(height.value) + ": " + refused->reason;
          return ask_other();
        }
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
    call({block_results_call(height)}, [this, index](const Answers& answers) {
      if (answers[0].verdict != Verdict::Accepted) return fail(answers[0].verdict, answers[0].reason);
      const auto result = decode_block_result(answers[0].message, index);
      if (const auto* refused = std::get_if<Refused>(&result)) return refuse(answers[0], *refused);
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
      if (found && found->found && (found->verdict == Verdict::Accepted || indexed_failure_ || !no_block_.empty()))
        return finish(*found);
    }
    if (indexed_failure_ && !no_block_.empty()) return finish(*indexed_failure_); // the only evidence
    if (!no_block_.empty()) return fail(Verdict::NotFound, (no_index_.empty() ? "" : no_index_ + "; ") + no_block_);
    not_found(head_, complete_ ? last_ : Height{});
  }

  void not_found(Height head, Height read = {}) {
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
    fail(refused.verdict, answer.endpoint + ": AskTx: " + refused.reason);
  }
  void fail(Verdict verdict, const std::string& reason) {
    if (absent_ && !over()) return not_found(head_); // more was only to be known of its sequence
    auto failed = failure(a_);
    failed.verdict = verdict;
    failed.reason = reason;
    then_(std::move(failed));
  }

  void call(std::vector<Call> calls, std::function<void(const Answers&)> then) {
    const auto rpc = rpc_.lock();
    if (!rpc) return fail(Verdict::NoAnswer, "the program is ending");
    call_all(*rpc, std::move(calls), with_.deadline_ms,
             [self = shared_from_this(), then = std::move(then)](const Answers& answers) { then(answers); });
  }

  static constexpr std::size_t blocks_at_once = 10;

  const std::weak_ptr<RpcPort> rpc_;
  const RequestContext with_;
  const AskTx a_;
  const Then<TxLookedUp> then_;
  Height head_;
  Height next_, last_;      ///< blocks still to be read
  Height used_at_;          ///< at which the account's sequence was above that of these bytes; 0: not known
  bool absent_ = false;     ///< the index does not have it
  bool superseded_ = false; ///< and never will
  bool complete_ = false;
  std::string no_index_, no_block_;
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
