// From broadcast to booked: what an answer means, what a silence means, when a window is over.

#include "actors/submitter_core.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <utility>

namespace inferd {
namespace {

constexpr std::size_t settled_bound = 1'024; // payloads of 200 topics, and a few windows of them
const std::string other_process = "another process uses this key";

std::string describe(Verdict verdict, const std::string& log) {
  const std::string name = boost::describe::enum_to_string(verdict, "?");
  return log.empty() ? name : name + ": " + log.substr(0, 300);
}

} // namespace

SubmitterCore::Effects SubmitterCore::on(const BroadcastAnswered& answer, Instant now) {
  Effects effects;
  auto* work = find(answer.hash);
  if (!work || work->step != Step::Sending) return effects; // the block's event was faster
  const auto mark = [&](Status status) {
    effects.push_back(MarkSent{policy_.wallet, work->prediction.topic, work->prediction.nonce, answer.hash, status,
                               answer.endpoint, {}, now});
  };
  switch (answer.verdict) {
    case Verdict::Accepted:
      work->step = Step::InMempool;
      work->sent_at = head_;
      work->since = now;
      mark(Status::sent);
      break;
    case Verdict::AlreadyInMempool: // or in a block already: the next block's look will tell
      work->step = Step::InMempool;
      work->sent_at = Height{head_.value - 2};
      work->since = now;
      mark(Status::sent);
      break;
    case Verdict::WrongSequence: wrong_sequence(*work, answer, effects, now); break;
    case Verdict::Busy:
      work->step = Step::Uncertain;
      work->since = now;
      work->why = answer.log;
      mark(Status::uncertain);
      break;
    default: {
      if (work->sendings > 1) { // an earlier sending was not answered and may land yet: these bytes are not dead
        work->step = Step::Uncertain;
        work->since = now;
        work->why = describe(answer.verdict, answer.log);
        break;
      }
      // Refused by CheckTx: its sequence is free again. What was sent behind it comes back with the sequence to go on from.
      const auto sequence = work->find(answer.hash)->tx.sequence;
      if (next_ && next_->value == sequence.value + 1) next_ = sequence;
      if (answer.verdict == Verdict::FeeTooLow && answer.required.value > 0) {
        const auto gas = std::max<std::uint64_t>(1, work->find(answer.hash)->tx.gas.value);
        const auto nano = static_cast<unsigned __int128>(answer.required.value) * 1'000'000'000 / gas + 1;
        price_ = GasPrice{std::max(price_ ? price_->nano : 0, static_cast<std::uint64_t>(nano))};
      }
      refused(*work, answer.verdict, answer.log, answer.hash, false, effects, now);
    }
  }
  resync(effects, now);
  advance(effects, now);
  return effects;
}

void SubmitterCore::wrong_sequence(Work& work, const BroadcastAnswered& answer, Effects& effects, Instant now) {
  auto& attempt = *work.find(answer.hash);
  const bool behind = answer.expected > attempt.tx.sequence; // ours is used up: by these bytes, or by somebody else's
  work.why = describe(answer.verdict, answer.log);
  if (answer.expected.value == 0) {
    next_.reset();
    account_asked_ = now;
    effects.push_back(AskAccount{policy_.wallet});
  } else {
    resync_ = answer.expected;
  }
  if (work.sendings > 1) { // the first sending may have landed: ask for the hash before anything new is signed
    if (behind) work.spent_at = head_;
    look_up(work, effects, now);
    work.step = Step::Uncertain;
    return;
  }
  attempt.dead = true;
  work.step = Step::Unsigned;
  if (behind) {
    ++work.tries;
    clashed("sequence " + std::to_string(attempt.tx.sequence.value) + " was used by a transaction that is not ours", effects, now);
    contest(work, head_, now);
  } else {
    ++work.pushed_back; // not its own fault: one before it was refused, each of ours at most `tries` times
  }
  if (work.tries >= policy_.tries || work.pushed_back > policy_.tries * (4 + works_.size()))
    finish(work, Status::refused, work.why, effects, now);
}

void SubmitterCore::contest(Work& work, Height seen_at, Instant now) {
  work.blame = Status::refused;
  if (!work.why.starts_with(other_process)) work.why = other_process + (work.why.empty() ? "" : ": " + work.why);
  if (work.is_registration()) return; // done twice it costs a refusal
  work.step = Step::Contested;
  work.sent_at = seen_at;
  work.since = now;
}

void SubmitterCore::resync(Effects& effects, Instant now) {
  if (!resync_) return;
  for (const auto& [key, work] : works_)
    if (work.step == Step::Sending) return; // those behind are on their way back with the same answer
  next_ = std::exchange(resync_, std::nullopt);
  for (auto& [key, work] : works_) {
    const bool vanished = (work.step == Step::InMempool || work.step == Step::Uncertain) && !work.attempts.empty() &&
                          !work.attempts.back().dead && work.attempts.back().tx.sequence >= *next_;
    if (!vanished) continue; // the node no longer knows what it had accepted: the same bytes again
    work.step = Step::Ready;
    work.resend = true;
  }
  advance(effects, now);
}

void SubmitterCore::refused(Work& work, Verdict verdict, const std::string& log, const TxHash& hash, bool in_block,
                            Effects& effects, Instant now) {
  const auto topic = work.prediction.topic;
  const auto why = describe(verdict, log);
  work.why = why;
  work.since = now;
  if (auto* attempt = work.find(hash)) {
    attempt->dead = true;
    if (in_block && fee_taken(verdict)) work.paid.value += attempt->tx.fee.value;
  }
  switch (verdict) {
    case Verdict::FeeTooLow:
    case Verdict::WrongSequence: // in a block: another one of this sequence came before it
      again(work, why, effects, now);
      break;
    case Verdict::OutOfGas: {
      auto& used = gas_used_[topic];
      if (used.value * policy_.fees.gas_percent / 100 >= policy_.fees.gas_cap.value) {
        finish(work, Status::refused, why + " (chain.gas_cap reached)", effects, now);
        break;
      }
      used.value = std::max(used.value, policy_.fees.gas_guess.value / 2) * 3 / 2;
      again(work, why, effects, now);
      break;
    }
    case Verdict::NoFunds: // a top-up inside the window still helps
      work.step = Step::Unsigned;
      work.blame = Status::refused;
      if (account_) account_->balance = Uallo{0};
      break;
    case Verdict::NotRegistered: {
      work.blame = Status::refused;
      if (policy_.dry_run) {
        const auto cost = price_ ? registration_cost(policy_.fees, *price_) : std::nullopt;
        finish(work, Status::dry_run, "signed and simulated, not sent: --dry-run; it would register in the topic first" +
                                        (cost ? ", for " + std::to_string(cost->value) + " uallo" : std::string()), effects, now);
        break;
      }
      if (!policy_.may_register) {
        finish(work, Status::refused, why + " (chain.register is off)", effects, now);
        break;
      }
      again(work, why, effects, now);
      if (work.step == Step::Unsigned)
        for (auto& e : on(RegistrationWanted{topic}, now)) effects.push_back(std::move(e));
      break;
    }
    case Verdict::AlreadyRegistered: finish(work, Status::confirmed, why, effects, now, {}, {}, hash); break;
    case Verdict::AlreadySubmitted:
      work.step = Step::Comparing;
      effects.push_back(AskInference{topic, policy_.wallet});
      break;
    case Verdict::NonceNotOpen:
    case Verdict::TimeoutPassed: finish(work, Status::missed, why, effects, now, {}, {}, hash); break;
    case Verdict::NotWhitelisted:
      blocked_[topic] = {Instant{now.value + policy_.block_ms}, why};
      finish(work, Status::refused, why, effects, now, {}, {}, hash);
      break;
    case Verdict::Busy:
    case Verdict::NoAnswer: // of a simulation: go on with a guess
      gas_used_.try_emplace(topic, Gas{policy_.fees.gas_guess.value * 100 / policy_.fees.gas_percent});
      break;
    default: finish(work, Status::refused, why, effects, now, {}, {}, hash);
  }
}

void SubmitterCore::again(Work& work, std::string why, Effects& effects, Instant now) {
  if (++work.tries >= policy_.tries) {
    finish(work, Status::refused, why + " (after " + std::to_string(work.tries) + " tries)", effects, now);
    return;
  }
  work.step = Step::Unsigned;
  work.blame = Status::refused;
  work.spent_at = {};
  work.resend = false;
}

void SubmitterCore::look_up(Work& work, Effects& effects, Instant now) {
  work.since = now;
  work.sent_at = head_;
  for (const auto& attempt : work.attempts)
    if (attempt.sent && !attempt.dead) effects.push_back(AskTx{attempt.tx.hash});
}

SubmitterCore::Effects SubmitterCore::on(const TxIncluded& tx, Instant now) {
  Effects effects;
  auto* work = find(tx.hash);
  if (!work) {
    if (std::find(settled_.begin(), settled_.end(), tx.hash) != settled_.end()) return effects; // told twice
    // Our wallet, not our transaction: somebody else holds this key, has used our next sequence, and may have answered.
    clashed("transaction " + tx.hash.hex + " in block " + std::to_string(tx.height.value) + " is not in these books", effects, now);
    for (auto& [key, open] : works_) {
      if (tx.verdict != Verdict::Accepted || !open.wants_sequence() || open.step == Step::Armed || open.resend || !open.open_at(head_)) continue;
      if (open.may_have_landed() || open.is_registration()) continue;
      contest(open, Height{head_.value - 2}, now);
      effects.push_back(AskInference{key.topic, policy_.wallet});
    }
    if (!anything_out()) {
      account_asked_ = now;
      effects.push_back(AskAccount{policy_.wallet});
    }
    return effects;
  }
  if (work->step == Step::Booking || std::exchange(work->find(tx.hash)->judged, true)) return effects;
  const bool was_sending = work->step == Step::Sending;
  if (was_sending) // the block was faster than the answer, which would have named the node
    effects.push_back(MarkSent{policy_.wallet, work->prediction.topic, work->prediction.nonce, tx.hash, Status::sent, endpoint_, {}, now});
  if (tx.verdict == Verdict::Accepted) {
    if (!work->is_registration()) gas_used_[work->prediction.topic] = tx.gas_used;
    finish(*work, Status::confirmed, {}, effects, now, tx.height, tx.gas_used, tx.hash);
  } else {
    refused(*work, tx.verdict, tx.log, tx.hash, true, effects, now);
    if (work->step == Step::Booking) {
      auto& outcome = std::get<BookOutcome>(effects.back());
      outcome.height = work->outcome.height = tx.height;
      outcome.gas_used = work->outcome.gas_used = tx.gas_used;
    }
  }
  if (was_sending) resync(effects, now);
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const TxLookedUp& tx, Instant now) {
  if (tx.found)
    return on(TxIncluded{tx.hash, tx.height, tx.verdict, tx.code, tx.codespace, tx.log, tx.gas_used, now}, now);
  Effects effects;
  auto* work = find(tx.hash);
  if (!work || (work->step != Step::Uncertain && work->step != Step::InMempool)) return effects;
  auto& attempt = *work->find(tx.hash);
  // One height more than needed: a node's index trails its head.
  const bool past = attempt.tx.timeout.value != 0 && tx.head > attempt.tx.timeout;
  const bool superseded = work->spent_at.value != 0 && tx.head.value > work->spent_at.value + 1;
  if (past || superseded) attempt.dead = true;
  if (!work->may_have_landed()) {
    if (past || work->closed)
      finish(*work, Status::missed, "sent, but in no block before the window closed", effects, now, {}, {}, tx.hash);
    else {
      const auto spent = attempt.tx.sequence; // `again` may end the work
      again(*work, work->why, effects, now);
      if (superseded) {
        clashed("sequence " + std::to_string(spent.value) + " was used by a transaction that is not ours", effects, now);
        if (work->step == Step::Unsigned) contest(*work, head_, now);
      }
    }
  } else if (!past && !superseded && work->spent_at.value == 0 && !work->closed && head_ < work->prediction.closes &&
             &attempt == &work->attempts.back()) {
    work->step = Step::Ready; // lost on the way, or stored by a process that died before the opening: the same bytes, once it is open
    work->resend = true;
    if (!next_) {
      account_asked_ = now;
      effects.push_back(AskAccount{policy_.wallet});
    }
  }
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const InferenceArrived& held, Instant now) {
  Effects effects;
  for (auto& [key, work] : works_) {
    if (key.topic != held.topic) continue;
    const bool here = held.found && held.nonce == key.nonce;
    if (work.step == Step::Contested) {
      if (here) finish(work, Status::refused, "the chain holds an answer of this wallet that is not from here: " + work.why, effects, now);
      else if (head_.value >= work.sent_at.value + 2) work.step = Step::Unsigned; // it would be in a block by now
      continue;
    }
    if (work.step != Step::Comparing) continue;
    const auto& ours = work.attempts.empty() ? work.prediction.values : work.attempts.back().tx.values;
    if (!here)
      finish(work, Status::refused, work.why + " (the chain no longer shows which)", effects, now);
    else {
      clashed("window " + std::to_string(key.nonce.value) + " of topic " + std::to_string(key.topic.value) +
                " holds an answer that is not in these books", effects, now);
      if (held.values == ours) finish(work, Status::confirmed, "the chain held this answer already", effects, now);
      else finish(work, Status::refused, "the chain holds another answer of this wallet: " + other_process, effects, now);
    }
  }
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const AskFailed& failure, Instant now) {
  Effects effects;
  if (failure.ask == "Broadcast") {
    auto* work = find(failure.hash);
    if (!work || work->step != Step::Sending) return effects;
    work->step = Step::Uncertain;
    work->why = failure.reason;
    effects.push_back(MarkSent{policy_.wallet, work->prediction.topic, work->prediction.nonce, failure.hash,
                               Status::uncertain, endpoint_, failure.reason, now});
    look_up(*work, effects, now);
    resync(effects, now);
  } else if (failure.ask == "Simulate") {
    return on(Simulated{failure.topic, failure.nonce, Verdict::NoAnswer, {}, failure.reason}, now);
  }
  return effects; // the rest is asked again by a tick
}

void SubmitterCore::finish(Work& work, Status status, std::string reason, Effects& effects, Instant now, Height height,
                           Gas used, TxHash hash) {
  auto fee = work.paid;
  if (const auto* attempt = work.find(hash); attempt && status == Status::confirmed) fee.value += attempt->tx.fee.value;
  work.outcome = {policy_.wallet, work.prediction.topic, work.prediction.nonce, status, std::move(reason), std::move(hash),
                  height, used, fee, now};
  work.step = Step::Booking;
  work.since = now;
  for (const auto& attempt : work.attempts)
    if (attempt.sent) settled_.push_back(attempt.tx.hash);
  while (settled_.size() > settled_bound) settled_.pop_front();
  effects.push_back(work.outcome);
}

void SubmitterCore::expire(Work& work, Effects& effects, Instant now) {
  if (work.step == Step::Booking || work.step == Step::Sending || work.step == Step::Comparing) return;
  if (work.step == Step::Armed) return take_back(effects);
  if (!resumed_) { // the books may hold bytes of this window that were sent before a restart: they will say what became of it
    works_.erase(work.key());
    return;
  }
  if (work.may_have_landed()) {
    if (work.step != Step::InMempool) work.step = Step::Uncertain;
    work.resend = false;
    // Heads come in hundreds when a node catches up: once asked, the answer is waited for.
    if (connected_ && now.value - work.since.value >= policy_.patience_ms) look_up(work, effects, now);
    return;
  }
  const bool unheard = !down_.empty() && back_at_ >= work.prediction.closes; // it closed while nobody was connected
  const auto why = !work.why.empty() ? work.why : unheard ? "no connection to the chain: " + down_ : why_not_ready();
  const bool unfunded = account_ && (!account_->exists || (price_ && account_->balance < least_fee(policy_.fees.gas_guess, *price_)));
  const auto status = unfunded ? Status::refused : work.blame;
  finish(work, status, why.empty() ? "the window closed before the answer was ready" : why, effects, now);
}

void SubmitterCore::check_drained(Effects& effects, Instant now) {
  if (!draining_ || drained_) return;
  std::uint32_t unresolved = 0;
  for (const auto& [key, work] : works_)
    if (work.is_out() || work.step == Step::Booking || work.step == Step::Comparing) ++unresolved;
  if (unresolved > 0 && now < draining_->deadline) return;
  drained_ = true;
  effects.push_back(Drained{unresolved});
}

} // namespace inferd
