// From broadcast to booked: results, missing results, the end of a window.

#include "actors/submitter/submitter_core.hpp"
#include "base/wait.hpp"

#include "base/allo.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <utility>

namespace inferd {
namespace {

constexpr std::size_t max_booked_hashes = 1'024; // payloads of 200 topics, several windows each
const std::string other_process = "another process uses this key";

std::string describe(Verdict verdict, const std::string& log) {
  const std::string name = boost::describe::enum_to_string(verdict, "?");
  return log.empty() ? name : name + ": " + log.substr(0, 300);
}

} // namespace

SubmitterCore::Effects SubmitterCore::on(const BroadcastAnswered& answer, Instant now) {
  Effects effects;
  auto* submission = find(answer.hash);
  if (!submission || submission->state != SubmissionState::Sending) return effects; // the block's event came first
  const auto mark = [&](Status status) {
    effects.push_back(MarkSent{policy_.wallet,
                               submission->prediction.topic,
                               submission->prediction.nonce,
                               answer.hash,
                               status,
                               answer.endpoint,
                               {},
                               now});
  };
  switch (answer.verdict) {
    case Verdict::Accepted:
      submission->state = SubmissionState::InMempool;
      submission->sent_at = head_;
      submission->since = now;
      mark(Status::sent);
      break;
    case Verdict::AlreadyInMempool: // or in a block: looked up at the next head
      submission->state = SubmissionState::InMempool;
      submission->sent_at = Height{head_.value - 2};
      submission->since = now;
      mark(Status::sent);
      break;
    case Verdict::WrongSequence: wrong_sequence(*submission, answer, effects, now); break;
    case Verdict::Busy:
      submission->why = answer.log;
      submission->since = now;
      if (submission->send_count > 1) { // an earlier sending may have been accepted
        submission->state = SubmissionState::Uncertain;
        mark(Status::uncertain);
        break;
      }
      // No mempool has the bytes, so their sequence is free. They are kept, and sent again after the backoff.
      submission->state = SubmissionState::Ready;
      submission->send_count = 0;
      submission->attempts.back().sent = false;
      if (next_ && next_->value == submission->attempts.back().tx.sequence.value + 1)
        next_ = submission->attempts.back().tx.sequence;
      break;
    default: {
      if (submission->send_count > 1) { // the earlier, unanswered sending may still land: not dead
        submission->state = SubmissionState::Uncertain;
        submission->since = now;
        submission->why = describe(answer.verdict, answer.log);
        break;
      }
      // Refused by CheckTx: its sequence is free. Those sent after it return WrongSequence with the expected one.
      const auto sequence = submission->find(answer.hash)->tx.sequence;
      if (next_ && next_->value == sequence.value + 1) next_ = sequence;
      if (answer.verdict == Verdict::FeeTooLow && answer.required.value > 0) {
        const auto gas = std::max<std::uint64_t>(1, submission->find(answer.hash)->tx.gas.value);
        const auto nano = saturating_add(saturating_multiply(answer.required.value, 1'000'000'000) / gas, 1);
        price_ = GasPrice{std::max(price_ ? price_->nano : Uint128{0}, nano)};
      }
      refused(*submission, answer.verdict, answer.log, answer.hash, false, effects, now);
    }
  }
  resync(effects, now);
  advance(effects, now);
  return effects;
}

void SubmitterCore::wrong_sequence(Submission& submission, const BroadcastAnswered& answer, Effects& effects, Instant now) {
  auto& attempt = *submission.find(answer.hash);
  const bool sequence_used = // by these bytes or by another process
    answer.expected_known && answer.expected > attempt.tx.sequence;
  const bool below_committed = answer.expected_known && account_ && answer.expected < account_->sequence;
  submission.why = describe(answer.verdict, answer.log);
  if (answer.expected_known && !below_committed) {
    resync_ = answer.expected;
  } else {
    next_.reset();
    account_asked_ = now;
    effects.push_back(AskAccount{policy_.wallet});
  }
  if (below_committed) { // a mempool's sequence is never below the committed one
    submission.why = answer.endpoint + " contradicts itself: the account's sequence is " +
                     std::to_string(account_->sequence.value) + ", its mempool expects " +
                     std::to_string(answer.expected.value);
    effects.push_back(LeaveEndpoint{submission.why});
  }
  if (submission.send_count > 1) { // the first sending may have landed: look it up before signing anew
    if (sequence_used) submission.sequence_used_at = head_;
    look_up(submission, effects, now);
    submission.state = SubmissionState::Uncertain;
    return;
  }
  attempt.dead = true;
  submission.state = SubmissionState::Unsigned;
  if (sequence_used) {
    ++submission.tries;
    clashed("sequence " + std::to_string(attempt.tx.sequence.value) + " was used by a transaction that is not ours", effects,
            now);
    contest(submission, head_, now);
  } else {
    ++submission.sequence_retries; // an earlier sequence was refused; bounded by everyone's tries
  }
  if (submission.tries >= policy_.tries || submission.sequence_retries > policy_.tries * (4 + submissions_.size()))
    finish(submission, Status::refused, submission.why, effects, now);
}

void SubmitterCore::contest(Submission& submission, Height seen_at, Instant now) {
  submission.fallback_status = Status::refused;
  if (!submission.why.starts_with(other_process))
    submission.why = other_process + (submission.why.empty() ? "" : ": " + submission.why);
  if (submission.is_registration()) return; // a second registration only costs a refusal
  submission.state = SubmissionState::Contested;
  submission.sent_at = seen_at;
  submission.since = now;
}

void SubmitterCore::resync(Effects& effects, Instant now) {
  if (!resync_) return;
  for (const auto& [key, submission] : submissions_)
    if (submission.state == SubmissionState::Sending) return; // those behind will return the same expected sequence
  next_ = std::exchange(resync_, std::nullopt);
  for (auto& [key, submission] : submissions_) {
    const bool lost_by_node =
      (submission.state == SubmissionState::InMempool || submission.state == SubmissionState::Uncertain) &&
      !submission.attempts.empty() && !submission.attempts.back().dead && submission.attempts.back().tx.sequence >= *next_;
    if (!lost_by_node) continue; // the node lost what it had accepted: resend
    submission.state = SubmissionState::Ready;
    submission.resend = true;
  }
  advance(effects, now);
}

void SubmitterCore::refused(Submission& submission, Verdict verdict, const std::string& log, const TxHash& hash, bool in_block,
                            Effects& effects, Instant now) {
  const auto topic = submission.prediction.topic;
  const auto why = describe(verdict, log);
  submission.why = why;
  submission.since = now;
  if (auto* attempt = submission.find(hash)) {
    attempt->dead = true;
    if (in_block && fee_taken(verdict)) submission.paid += attempt->tx.fee;
  }
  switch (verdict) {
    case Verdict::FeeTooLow:
    case Verdict::WrongSequence: // in a block: another transaction with this sequence came first
      sign_again(submission, why, effects, now);
      break;
    case Verdict::OutOfGas: {
      auto& used = gas_used_[topic];
      if (used.value * policy_.fees.gas_percent / 100 >= policy_.fees.gas_cap.value) {
        finish(submission, Status::refused, why + " (chain.gas_cap reached)", effects, now);
        break;
      }
      used.value = std::max(used.value, policy_.fees.gas_guess.value / 2) * 3 / 2;
      sign_again(submission, why, effects, now);
      break;
    }
    case Verdict::NoFunds: // retried: a top-up may come within the window
      submission.state = SubmissionState::Unsigned;
      submission.fallback_status = Status::refused;
      if (const auto* attempt = submission.find(hash)) refused_fee_ = attempt->tx.fee;
      else refused_fee_ = fee();
      balance_outdated_ = true;
      account_asked_ = now;
      effects.push_back(AskAccount{policy_.wallet});
      break;
    case Verdict::NotRegistered: {
      submission.fallback_status = Status::refused;
      if (policy_.dry_run) {
        const auto cost = price_ ? registration_cost(policy_.fees, *price_) : std::nullopt;
        finish(submission, Status::dry_run,
               "signed and simulated, not sent: --dry-run; it would register in the topic first" +
                 (cost ? ", for " + money_text(*cost) : std::string()),
               effects, now);
        break;
      }
      if (!policy_.may_register) {
        finish(submission, Status::refused, why + " (chain.register is off)", effects, now);
        break;
      }
      sign_again(submission, why, effects, now);
      if (submission.state == SubmissionState::Unsigned)
        for (auto& e : on(RegistrationWanted{topic}, now)) effects.push_back(std::move(e));
      break;
    }
    case Verdict::AlreadyRegistered: finish(submission, Status::confirmed, why, effects, now, {}, {}, hash); break;
    case Verdict::AlreadySubmitted:
      submission.state = SubmissionState::Comparing;
      effects.push_back(AskInference{topic, policy_.wallet});
      break;
    case Verdict::NonceNotOpen:
    case Verdict::TimeoutPassed: finish(submission, Status::missed, why, effects, now, {}, {}, hash); break;
    case Verdict::NotWhitelisted:
      block(topic, why, now);
      finish(submission, Status::refused, why, effects, now, {}, {}, hash);
      break;
    case Verdict::Busy:
    case Verdict::NoAnswer: // of a simulation: use the guess
      gas_used_.try_emplace(topic, Gas{policy_.fees.gas_guess.value * 100 / policy_.fees.gas_percent});
      break;
    default: finish(submission, Status::refused, why, effects, now, {}, {}, hash);
  }
}

void SubmitterCore::sign_again(Submission& submission, std::string why, Effects& effects, Instant now) {
  if (++submission.tries >= policy_.tries) {
    finish(submission, Status::refused, why + " (after " + std::to_string(submission.tries) + " tries)", effects, now);
    return;
  }
  submission.state = SubmissionState::Unsigned;
  submission.fallback_status = Status::refused;
  submission.sequence_used_at = {};
  submission.resend = false;
}

void SubmitterCore::look_up(Submission& submission, Effects& effects, Instant now) {
  submission.since = now;
  submission.sent_at = head_;
  for (const auto& attempt : submission.attempts)
    if (attempt.sent && !attempt.dead) effects.push_back(question(submission.prediction, attempt));
}

SubmitterCore::Effects SubmitterCore::on(const TxIncluded& tx, Instant now) {
  Effects effects;
  auto* submission = find(tx.hash);
  if (!submission) {
    if (std::find(booked_hashes_.begin(), booked_hashes_.end(), tx.hash) != booked_hashes_.end())
      return effects; // repeated event
    // Our wallet, not our transaction: another process has this key, used our sequence, and may have submitted for our windows.
    clashed("transaction " + tx.hash.hex + " in block " + std::to_string(tx.height.value) + " is not in these books", effects,
            now);
    for (auto& [key, open] : submissions_) {
      if (tx.verdict != Verdict::Accepted || !open.needs_sequence() || open.state == SubmissionState::Preloaded ||
          open.resend || !open.open_at(head_))
        continue;
      if (open.may_have_landed() || open.is_registration()) continue;
      contest(open, Height{head_.value - 2}, now);
      effects.push_back(AskInference{key.topic, policy_.wallet});
    }
    if (!any_in_flight()) {
      account_asked_ = now;
      effects.push_back(AskAccount{policy_.wallet});
    }
    return effects;
  }
  // Bytes that got into two blocks succeed in one and fail for their sequence in the other.
  if (tx.verdict == Verdict::WrongSequence && submission->state != SubmissionState::Booking &&
      !submission->find(tx.hash)->result_processed) {
    submission->state = SubmissionState::Uncertain;
    submission->why = describe(tx.verdict, tx.log);
    look_up(*submission, effects, now);
    resync(effects, now);
    return effects;
  }
  return included(tx, now);
}

SubmitterCore::Effects SubmitterCore::included(const TxIncluded& tx, Instant now) {
  Effects effects;
  auto* submission = find(tx.hash);
  if (!submission || submission->state == SubmissionState::Booking ||
      std::exchange(submission->find(tx.hash)->result_processed, true))
    return effects;
  const bool was_sending = submission->state == SubmissionState::Sending;
  const bool sequence_used = tx.verdict == Verdict::Accepted || fee_taken(tx.verdict);
  if (const auto used = submission->find(tx.hash)->tx.sequence; next_ && sequence_used)
    next_ = std::max(*next_, Sequence{used.value + 1});
  if (was_sending) // the block's event came before the answer, which names the node
    effects.push_back(MarkSent{
      policy_.wallet, submission->prediction.topic, submission->prediction.nonce, tx.hash, Status::sent, endpoint_, {}, now});
  if (tx.verdict == Verdict::Accepted) {
    if (!submission->is_registration() && tx.gas_used.value > 0) gas_used_[submission->prediction.topic] = tx.gas_used;
    blocked_.erase(submission->prediction.topic);
    finish(*submission, Status::confirmed, {}, effects, now, tx.height, tx.gas_used, tx.hash);
  } else {
    refused(*submission, tx.verdict, tx.log, tx.hash, true, effects, now);
    if (submission->state == SubmissionState::Booking) {
      auto& outcome = std::get<BookOutcome>(effects.back());
      outcome.height = submission->outcome.height = tx.height;
      outcome.gas_used = submission->outcome.gas_used = tx.gas_used;
    }
  }
  if (was_sending) resync(effects, now);
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const TxLookedUp& tx, Instant now) {
  auto* submission = find(tx.hash);
  if (submission && tx.found && tx.verdict != Verdict::Accepted && tx.code == 0) { // in a block, result not known
    Effects effects;
    submission->find(tx.hash)->in_block = tx.height;
    lookup_failed(*submission, tx.hash, tx.verdict, tx.log, effects, now);
    return effects;
  }
  if (submission) submission->failed_lookups = 0;
  if (tx.found)
    return included(TxIncluded{tx.hash, tx.height, tx.verdict, tx.code, tx.codespace, tx.log, tx.gas_used, now}, now);
  Effects effects;
  if (!submission || (submission->state != SubmissionState::Uncertain && submission->state != SubmissionState::InMempool))
    return effects;
  auto& attempt = *submission->find(tx.hash);
  attempt.sent_from = std::max(attempt.sent_from, Height{tx.read.value + 1});
  // The index may be one block behind the head.
  const bool past = attempt.tx.timeout.value != 0 && tx.head > attempt.tx.timeout;
  // What a node said of the sequence may be about its mempool, or about a block that the node which answers here does not have.
  const bool superseded = tx.verdict == Verdict::WrongSequence;
  const bool waits = submission->sequence_used_at.value != 0 && tx.head.value <= submission->sequence_used_at.value + 1;
  if (past || superseded) attempt.dead = true;
  if (!submission->may_have_landed()) {
    if (past || submission->closed) {
      finish(*submission, Status::missed, "sent, but not in a block before the window closed", effects, now, {}, {}, tx.hash);
      effects.push_back(LeaveEndpoint{"what it accepted got into no block"});
    } else {
      const auto spent = attempt.tx.sequence; // the next call may end the submission
      sign_again(*submission, submission->why, effects, now);
      if (superseded) {
        clashed("sequence " + std::to_string(spent.value) + " was used by a transaction that is not ours", effects, now);
        if (submission->state == SubmissionState::Unsigned) contest(*submission, head_, now);
      }
    }
  } else if (!past && !superseded && !waits && !submission->closed && head_ < submission->prediction.closes &&
             &attempt == &submission->attempts.back()) {
    submission->state = SubmissionState::Ready; // lost, or never sent before a crash: resend once open
    submission->resend = true;
    if (!next_) {
      account_asked_ = now;
      effects.push_back(AskAccount{policy_.wallet});
    }
  }
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const InferenceArrived& on_chain, Instant now) {
  Effects effects;
  for (auto& [key, submission] : submissions_) {
    if (key.topic != on_chain.topic) continue;
    const bool here = on_chain.found && on_chain.nonce == key.nonce;
    if (submission.state == SubmissionState::Contested) {
      if (here)
        finish(submission, Status::refused, "the chain holds an answer of this wallet that is not from here: " + submission.why,
               effects, now);
      else if (head_.value >= submission.sent_at.value + 2)
        submission.state = SubmissionState::Unsigned; // it would be in a block by now
      continue;
    }
    if (submission.state != SubmissionState::Comparing) continue;
    const auto& ours = submission.attempts.empty() ? submission.prediction.values : submission.attempts.back().tx.values;
    if (!here) finish(submission, Status::refused, submission.why + " (the chain no longer shows which)", effects, now);
    else {
      clashed("window " + std::to_string(key.nonce.value) + " of topic " + std::to_string(key.topic.value) +
                " holds an answer that is not in these books",
              effects, now);
      if (on_chain.values == ours) finish(submission, Status::confirmed, "the chain held this answer already", effects, now);
      else finish(submission, Status::refused, "the chain holds another answer of this wallet: " + other_process, effects, now);
    }
  }
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const AskFailed& failure, Instant now) {
  Effects effects;
  if (failure.request == Request::Broadcast) {
    auto* submission = find(failure.hash);
    if (!submission || submission->state != SubmissionState::Sending) return effects;
    submission->state = SubmissionState::Uncertain;
    submission->why = failure.reason;
    effects.push_back(MarkSent{policy_.wallet, submission->prediction.topic, submission->prediction.nonce, failure.hash,
                               Status::uncertain, endpoint_, failure.reason, now});
    look_up(*submission, effects, now);
    resync(effects, now);
  } else if (failure.request == Request::AskTx) {
    if (auto* submission = find(failure.hash))
      lookup_failed(*submission, failure.hash, failure.verdict, failure.reason, effects, now);
  } else if (failure.request == Request::Simulate) {
    return on(Simulated{failure.topic, failure.nonce, Verdict::NoAnswer, {}, failure.reason}, now);
  }
  return effects; // other requests are repeated by Ticks
}

void SubmitterCore::lookup_failed(Submission& submission, const TxHash& hash, Verdict verdict, const std::string& reason,
                                  Effects& effects, Instant now) {
  if (submission.state != SubmissionState::Uncertain && submission.state != SubmissionState::InMempool) return;
  if (reason != submission.lookup_failure) { // other nonsense: a trouble that may pass
    submission.lookup_failure = reason;
    submission.failed_lookups = 0;
  }
  if (submission.failed_lookups++ == 0) submission.lookups_fail_since = now;
  submission.why = reason;
  // No node can tell any more: an end of its own, so that nothing waits for ever.
  const bool pruned = verdict == Verdict::NotFound; // and no other node has it
  const bool silent = verdict == Verdict::NoAnswer || verdict == Verdict::Busy;
  const bool in_vain = submission.failed_lookups >= policy_.lookups &&
                       now.value - submission.lookups_fail_since.value >= (silent ? policy_.silence_ms : policy_.lookup_ms);
  if (head_ <= submission.prediction.closes || !(in_vain || (pruned && submission.failed_lookups > 1))) return;
  const auto block = submission.find(hash)->in_block;
  if (block.value > 0)
    finish(submission, Status::missed,
           "sent, and in block " + std::to_string(block.value) + ", but its result there cannot be known: " + reason, effects,
           now, block, {}, hash);
  else finish(submission, Status::missed, "sent, and whether it got into a block cannot be known: " + reason, effects, now);
}

void SubmitterCore::finish(Submission& submission, Status status, std::string reason, Effects& effects, Instant now,
                           Height height, Gas used, TxHash hash) {
  auto fee = submission.paid;
  if (const auto* attempt = submission.find(hash); attempt && status == Status::confirmed) fee += attempt->tx.fee;
  for (const auto& attempt : submission.attempts) // what is in a block has paid, unless its result says otherwise
    if (attempt.in_block.value > 0 && !attempt.result_processed) fee += attempt.tx.fee;
  submission.outcome = {policy_.wallet,
                        submission.prediction.topic,
                        submission.prediction.nonce,
                        status,
                        std::move(reason),
                        std::move(hash),
                        height,
                        used,
                        fee,
                        now};
  submission.state = SubmissionState::Booking;
  submission.since = now;
  for (const auto& attempt : submission.attempts)
    if (attempt.sent) booked_hashes_.push_back(attempt.tx.hash);
  while (booked_hashes_.size() > max_booked_hashes) booked_hashes_.pop_front();
  effects.push_back(submission.outcome);
}

void SubmitterCore::expire(Submission& submission, Effects& effects, Instant now) {
  if (submission.state == SubmissionState::Booking || submission.state == SubmissionState::Sending ||
      submission.state == SubmissionState::Comparing)
    return;
  if (submission.state == SubmissionState::Preloaded) return cancel_preload(effects);
  if (!resumed_) { // the books may hold sent bytes of this window: Unresolved decides
    submissions_.erase(submission.key());
    return;
  }
  if (submission.may_have_landed()) {
    if (submission.state != SubmissionState::InMempool) submission.state = SubmissionState::Uncertain;
    submission.resend = false;
    // A node that catches up reports hundreds of heads: one look-up per request_timeout_ms.
    if (connected_ && waited(submission.since, now, policy_.request_timeout_ms)) look_up(submission, effects, now);
    return;
  }
  const bool closed_while_disconnected =
    !down_.empty() && reconnected_at_ >= submission.prediction.closes; // it closed while disconnected
  const auto why = !submission.why.empty()     ? submission.why
                   : closed_while_disconnected ? "no connection to the chain: " + down_
                                               : why_not_ready();
  const bool unfunded = account_ && (!account_->exists || !lacking_funds().empty());
  const auto status = unfunded ? Status::refused : submission.fallback_status;
  finish(submission, status, why.empty() ? "the window closed before the answer was ready" : why, effects, now);
}

void SubmitterCore::check_drained(Effects& effects, Instant now) {
  if (!draining_ || drained_) return;
  std::uint32_t unresolved = 0;
  for (const auto& [key, submission] : submissions_)
    if (submission.in_flight() || submission.state == SubmissionState::Booking ||
        submission.state == SubmissionState::Comparing)
      ++unresolved;
  if (unresolved > 0 && now < draining_->deadline) return;
  drained_ = true;
  effects.push_back(Drained{unresolved});
}

} // namespace inferd
