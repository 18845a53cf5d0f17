// From granted to broadcast: sequences, signatures, the one round trip.

#include "actors/submitter_core.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace inferd {

void SubmitterCore::advance(Effects& effects, Instant now) {
  assign(effects, now);
  flush(effects, now);
}

// Sequences go first to what can be sent now, then in the order in which windows will open. Within one height what was never
// refused goes first, so that a refusal is not met twice by those behind it; then whoever holds a sequence keeps it: predictions
// of many topics arrive in any order, and each must cost one signature. Bytes that go out again keep theirs in any case.
void SubmitterCore::assign(Effects& effects, Instant now) {
  if (resync_ || !next_) return;
  if (const auto why = why_not_ready(); !why.empty()) {
    for (auto& [key, work] : works_)
      if (work.step == Step::Unsigned) work.why = why;
    return;
  }
  struct Wanting {
    bool later;
    Height nonce;
    unsigned refusals;
    std::uint64_t held; ///< the sequence it is signed with
    Work* work;
  };
  std::vector<Wanting> wanting;
  std::set<Sequence> taken;
  for (auto& [key, work] : works_) {
    if (work.resend && !work.attempts.empty()) taken.insert(work.attempts.back().tx.sequence);
    if (!work.wants_sequence() || work.resend) continue;
    // What waits for its registration, or may still land in an older form, is not signed.
    if (works_.contains({Height{0}, key.topic}) && !work.is_registration()) continue;
    if (work.may_have_landed()) continue;
    if (head_ >= work.prediction.closes) continue;
    if (!gas_for(work)) {
      if (work.open_at(head_)) simulate(work, effects, now);
      continue;
    }
    const auto held = work.step == Step::Unsigned ? UINT64_MAX : work.attempts.back().tx.sequence.value;
    wanting.push_back({!work.open_at(head_), key.nonce, work.tries, held, &work});
  }
  std::stable_sort(wanting.begin(), wanting.end(), [](const Wanting& a, const Wanting& b) {
    return std::tie(a.later, a.nonce, a.refusals, a.held) < std::tie(b.later, b.nonce, b.refusals, b.held);
  });
  auto sequence = *next_;
  for (const auto& w : wanting) {
    while (taken.contains(sequence)) ++sequence.value;
    sign(*w.work, sequence, effects, now);
    ++sequence.value;
  }
}

std::optional<Gas> SubmitterCore::gas_for(const Work& work) const {
  if (work.is_registration()) return policy_.fees.gas_guess;
  const auto it = gas_used_.find(work.prediction.topic);
  if (it == gas_used_.end()) return std::nullopt;
  return gas_limit(policy_.fees, it->second);
}

SignOrder SubmitterCore::order(const Work& work, Sequence sequence, Gas gas, Uallo fee) const {
  return {policy_.chain_id, emissions_, account_->number, sequence, gas, fee, work.prediction.closes,
          work.prediction.topic, work.prediction.nonce, work.prediction.values};
}

void SubmitterCore::sign(Work& work, Sequence sequence, Effects& effects, Instant now) {
  const auto gas = *gas_for(work);
  const auto least = least_fee(gas, *price_);
  const auto fee = offer(policy_.fees, gas, *price_);
  if (!fee && work.step == Step::Armed) return take_back(effects);
  if (!fee) {
    work.why = "the fee of " + std::to_string(least.value) + " uallo is above the cap of " +
               std::to_string(policy_.fees.fee_cap.value) + " uallo (chain.fee_cap_uallo)";
    work.step = Step::Unsigned;
    return;
  }
  if (work.step != Step::Unsigned) { // what is signed stays, while it still fits
    const auto& old = work.attempts.back().tx;
    const bool fits = old.sequence == sequence && old.timeout == work.prediction.closes && old.gas >= gas &&
                      old.fee >= least && old.fee.value <= 2 * fee->value;
    if (fits) return;
    if (work.step == Step::Armed) return take_back(effects); // signed anew once it cannot go out any more
  }
  const auto wanted = order(work, sequence, gas, *fee);
  auto answer = work.is_registration() ? signer_->sign_register(wanted) : signer_->sign_payload(wanted);
  if (const auto* problem = std::get_if<std::string>(&answer)) {
    finish(work, Status::refused, "not signed: " + *problem, effects, now);
    return;
  }
  auto& tx = std::get<SignedTx>(answer);
  TxHash replaced;
  if (!work.attempts.empty() && !work.attempts.back().sent) { // never left this process: gone without a trace on the chain
    replaced = work.attempts.back().tx.hash;
    work.attempts.pop_back();
  } else if (!work.attempts.empty()) {
    replaced = work.attempts.back().tx.hash;
  }
  std::erase_if(work.attempts, [&](const Attempt& a) { return a.tx.hash == tx.hash; }); // the same bytes as before
  work.attempts.push_back({tx, false, false});
  work.sendings = 0;
  work.step = Step::Storing;
  work.since = now;
  effects.push_back(
    StoreSigned{policy_.wallet, work.prediction.topic, work.prediction.nonce, std::move(tx), replaced, work.why, now});
}

// Only an open window can be simulated; so the first answer of a topic costs one more round trip, the others know.
void SubmitterCore::simulate(Work& work, Effects& effects, Instant now) {
  if (work.step != Step::Unsigned) return;
  const auto gas = policy_.fees.gas_cap;
  const auto fee = offer(policy_.fees, policy_.fees.gas_guess, *price_).value_or(policy_.fees.fee_cap);
  auto answer = signer_->sign_payload(order(work, *next_, gas, fee));
  if (const auto* problem = std::get_if<std::string>(&answer)) {
    finish(work, Status::refused, "not signed: " + *problem, effects, now);
    return;
  }
  work.step = Step::Simulating;
  work.since = now;
  effects.push_back(Simulate{work.prediction.topic, work.prediction.nonce, std::get<SignedTx>(answer).tx});
}

SubmitterCore::Effects SubmitterCore::on(const Simulated& answer, Instant now) {
  Effects effects;
  auto* work = find(WorkKey{answer.nonce, answer.topic});
  if (!work || work->step != Step::Simulating) return effects;
  work->step = Step::Unsigned;
  if (answer.verdict == Verdict::Accepted)
    gas_used_[answer.topic] = answer.gas_used;
  else if (answer.verdict == Verdict::WrongSequence) // another of ours is in the mempool: its state is not simulated
    gas_used_[answer.topic] = Gas{policy_.fees.gas_guess.value * 100 / policy_.fees.gas_percent};
  else
    refused(*work, answer.verdict, "simulated: " + answer.log, {}, false, effects, now);
  advance(effects, now);
  return effects;
}

void SubmitterCore::flush(Effects& effects, Instant now) {
  if (!connected_ || resync_ || !next_ || disarming_) return;
  std::vector<Work*> ready;
  for (auto& [key, work] : works_) {
    if (work.step == Step::Armed && work.open_at(head_)) return take_back(effects); // a poll told of it, not the stream
    if (work.step == Step::Ready && work.open_at(head_)) ready.push_back(&work);
  }
  const auto sequence_of = [](const Work* work) { return work->attempts.back().tx.sequence; };
  std::sort(ready.begin(), ready.end(), [&](auto* a, auto* b) { return sequence_of(a) < sequence_of(b); });
  for (auto* work : ready) {
    const bool harmless = work->resend && sequence_of(work) < *next_; // known bytes again: accepted, known or refused, never twice
    if (sequence_of(work) == *next_ || harmless) send(*work, effects, now);
  }
  arm(effects);
}

void SubmitterCore::send(Work& work, Effects& effects, Instant now) {
  if (policy_.dry_run) {
    const auto tx = work.attempts.back().tx;
    next_ = std::max(*next_, Sequence{tx.sequence.value + 1});
    finish(work, Status::dry_run, "signed and simulated, not sent: --dry-run", effects, now, {}, {}, tx.hash);
    return;
  }
  effects.push_back(sent(work, now));
}

Broadcast SubmitterCore::sent(Work& work, Instant now) {
  auto& attempt = work.attempts.back();
  attempt.sent = true;
  ++work.sendings;
  work.resend = false;
  work.step = Step::Sending;
  work.since = now;
  work.sent_at = head_;
  next_ = std::max(*next_, Sequence{attempt.tx.sequence.value + 1});
  const bool widely = work.sendings > 1 || work.prediction.closes.value - head_.value <= policy_.short_blocks;
  return {work.prediction.topic, work.prediction.nonce, attempt.tx.hash, attempt.tx.tx, widely};
}

// The opening wakes the thread that reads the stream. Woken in turn, the watcher and this actor would take as long again as
// the node takes to answer; so the port has the bytes beforehand. They are in the books, and after a crash count as sent.
void SubmitterCore::arm(Effects& effects) {
  if (armed_ || policy_.dry_run || draining_) return;
  for (auto& [key, work] : works_) {
    if (work.step != Step::Ready || work.resend || work.closed || head_ >= key.nonce) continue;
    const auto& tx = work.attempts.back().tx;
    if (tx.sequence != *next_) continue;
    const bool widely = work.prediction.closes.value - key.nonce.value <= policy_.short_blocks;
    armed_ = true;
    work.step = Step::Armed;
    effects.push_back(Arm{{key.topic, key.nonce, tx.hash, tx.tx, widely}});
    return;
  }
}

void SubmitterCore::take_back(Effects& effects) {
  if (armed_ && !std::exchange(disarming_, true)) effects.push_back(Disarm{});
}

SubmitterCore::Effects SubmitterCore::on(const BroadcastFired& fired, Instant now) {
  Effects effects;
  auto* work = find(fired.hash);
  if (!work || work->step != Step::Armed) return effects; // of one that was here before
  armed_ = false;
  head_ = std::max(head_, fired.nonce);
  sent(*work, now);
  flush(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const BroadcastDisarmed&, Instant now) {
  Effects effects;
  armed_ = disarming_ = false;
  std::vector<Work*> over;
  for (auto& [key, work] : works_) {
    if (work.step != Step::Armed) continue;
    work.step = Step::Ready;
    if (work.closed || head_ > work.prediction.closes) over.push_back(&work);
  }
  for (auto* work : over) expire(*work, effects, now);
  advance(effects, now);
  return effects;
}

} // namespace inferd
