// From granted to broadcast: sequences, signatures, the one round trip.

#include "actors/submitter/submitter_core.hpp"

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
    for (auto& [key, submission] : submissions_)
      if (submission.state == SubmissionState::Unsigned) submission.why = why;
    return;
  }
  struct Wanting {
    bool later;
    Height nonce;
    unsigned refusals;
    std::uint64_t held; ///< the sequence it is signed with
    Submission* submission;
  };
  std::vector<Wanting> wanting;
  std::set<Sequence> taken;
  for (auto& [key, submission] : submissions_) {
    if (submission.resend && !submission.attempts.empty()) taken.insert(submission.attempts.back().tx.sequence);
    if (!submission.wants_sequence() || submission.resend) continue;
    // What waits for its registration, or may still land in an older form, is not signed.
    if (submissions_.contains({Height{0}, key.topic}) && !submission.is_registration()) continue;
    if (submission.may_have_landed()) continue;
    if (head_ >= submission.prediction.closes) continue;
    if (!gas_for(submission)) {
      if (submission.open_at(head_)) simulate(submission, effects, now);
      continue;
    }
    const auto held = submission.state == SubmissionState::Unsigned ? UINT64_MAX : submission.attempts.back().tx.sequence.value;
    wanting.push_back({!submission.open_at(head_), key.nonce, submission.tries, held, &submission});
  }
  std::stable_sort(wanting.begin(), wanting.end(), [](const Wanting& a, const Wanting& b) {
    return std::tie(a.later, a.nonce, a.refusals, a.held) < std::tie(b.later, b.nonce, b.refusals, b.held);
  });
  auto sequence = *next_;
  for (const auto& w : wanting) {
    while (taken.contains(sequence)) ++sequence.value;
    sign(*w.submission, sequence, effects, now);
    ++sequence.value;
  }
}

std::optional<Gas> SubmitterCore::gas_for(const Submission& submission) const {
  if (submission.is_registration()) return policy_.fees.gas_guess;
  const auto it = gas_used_.find(submission.prediction.topic);
  if (it == gas_used_.end()) return std::nullopt;
  return gas_limit(policy_.fees, it->second);
}

SignOrder SubmitterCore::order(const Submission& submission, Sequence sequence, Gas gas, Uallo fee) const {
  return {policy_.chain_id,
          emissions_,
          account_->number,
          sequence,
          gas,
          fee,
          submission.prediction.closes,
          submission.prediction.topic,
          submission.prediction.nonce,
          submission.prediction.values};
}

void SubmitterCore::sign(Submission& submission, Sequence sequence, Effects& effects, Instant now) {
  const auto gas = *gas_for(submission);
  const auto least = least_fee(gas, *price_);
  const auto fee = offer(policy_.fees, gas, *price_);
  if (!fee && submission.state == SubmissionState::Preloaded) return cancel_preload(effects);
  if (!fee) {
    submission.why = "the fee of " + std::to_string(least.value) + " uallo is above the cap of " +
                     std::to_string(policy_.fees.fee_cap.value) + " uallo (chain.fee_cap_uallo)";
    submission.state = SubmissionState::Unsigned;
    return;
  }
  if (submission.state != SubmissionState::Unsigned) { // what is signed stays, while it still fits
    const auto& old = submission.attempts.back().tx;
    const bool fits = old.sequence == sequence && old.timeout == submission.prediction.closes && old.gas >= gas &&
                      old.fee >= least && old.fee.value <= 2 * fee->value;
    if (fits) return;
    if (submission.state == SubmissionState::Preloaded)
      return cancel_preload(effects); // signed anew once it cannot go out any more
  }
  const auto wanted = order(submission, sequence, gas, *fee);
  auto answer = submission.is_registration() ? signer_->sign_register(wanted) : signer_->sign_payload(wanted);
  if (const auto* problem = std::get_if<std::string>(&answer)) {
    finish(submission, Status::refused, "not signed: " + *problem, effects, now);
    return;
  }
  auto& tx = std::get<SignedTx>(answer);
  TxHash replaced;
  if (!submission.attempts.empty() &&
      !submission.attempts.back().sent) { // never left this process: gone without a trace on the chain
    replaced = submission.attempts.back().tx.hash;
    submission.attempts.pop_back();
  } else if (!submission.attempts.empty()) {
    replaced = submission.attempts.back().tx.hash;
  }
  std::erase_if(submission.attempts, [&](const Attempt& a) { return a.tx.hash == tx.hash; }); // the same bytes as before
  submission.attempts.push_back({tx, false, false});
  submission.sendings = 0;
  submission.state = SubmissionState::Storing;
  submission.since = now;
  effects.push_back(StoreSigned{policy_.wallet, submission.prediction.topic, submission.prediction.nonce, std::move(tx),
                                replaced, submission.why, now});
}

// Only an open window can be simulated; so the first answer of a topic costs one more round trip, the others know.
void SubmitterCore::simulate(Submission& submission, Effects& effects, Instant now) {
  if (submission.state != SubmissionState::Unsigned) return;
  const auto gas = policy_.fees.gas_cap;
  const auto fee = offer(policy_.fees, policy_.fees.gas_guess, *price_).value_or(policy_.fees.fee_cap);
  auto answer = signer_->sign_payload(order(submission, *next_, gas, fee));
  if (const auto* problem = std::get_if<std::string>(&answer)) {
    finish(submission, Status::refused, "not signed: " + *problem, effects, now);
    return;
  }
  submission.state = SubmissionState::Simulating;
  submission.since = now;
  effects.push_back(Simulate{submission.prediction.topic, submission.prediction.nonce, std::get<SignedTx>(answer).tx});
}

SubmitterCore::Effects SubmitterCore::on(const Simulated& answer, Instant now) {
  Effects effects;
  auto* submission = find(SubmissionKey{answer.nonce, answer.topic});
  if (!submission || submission->state != SubmissionState::Simulating) return effects;
  submission->state = SubmissionState::Unsigned;
  if (answer.verdict == Verdict::Accepted) gas_used_[answer.topic] = answer.gas_used;
  else if (answer.verdict == Verdict::WrongSequence) // another of ours is in the mempool: its state is not simulated
    gas_used_[answer.topic] = Gas{policy_.fees.gas_guess.value * 100 / policy_.fees.gas_percent};
  else refused(*submission, answer.verdict, "simulated: " + answer.log, {}, false, effects, now);
  advance(effects, now);
  return effects;
}

void SubmitterCore::flush(Effects& effects, Instant now) {
  if (!connected_ || resync_ || !next_ || cancelling_) return;
  std::vector<Submission*> ready;
  for (auto& [key, submission] : submissions_) {
    if (submission.state == SubmissionState::Preloaded && submission.open_at(head_))
      return cancel_preload(effects); // a poll told of it, not the stream
    if (submission.state == SubmissionState::Ready && submission.open_at(head_)) ready.push_back(&submission);
  }
  const auto sequence_of = [](const Submission* submission) { return submission->attempts.back().tx.sequence; };
  std::sort(ready.begin(), ready.end(), [&](auto* a, auto* b) { return sequence_of(a) < sequence_of(b); });
  for (auto* submission : ready) {
    const bool harmless =
      submission->resend && sequence_of(submission) < *next_; // known bytes again: accepted, known or refused, never twice
    if (sequence_of(submission) == *next_ || harmless) send(*submission, effects, now);
  }
  preload(effects);
}

void SubmitterCore::send(Submission& submission, Effects& effects, Instant now) {
  if (policy_.dry_run) {
    const auto tx = submission.attempts.back().tx;
    next_ = std::max(*next_, Sequence{tx.sequence.value + 1});
    finish(submission, Status::dry_run, "signed and simulated, not sent: --dry-run", effects, now, {}, {}, tx.hash);
    return;
  }
  effects.push_back(sent(submission, now));
}

Broadcast SubmitterCore::sent(Submission& submission, Instant now) {
  auto& attempt = submission.attempts.back();
  attempt.sent = true;
  ++submission.sendings;
  submission.resend = false;
  submission.state = SubmissionState::Sending;
  submission.since = now;
  submission.sent_at = head_;
  next_ = std::max(*next_, Sequence{attempt.tx.sequence.value + 1});
  const bool to_second_node =
    submission.sendings > 1 || submission.prediction.closes.value - head_.value <= policy_.short_blocks;
  return {submission.prediction.topic, submission.prediction.nonce, attempt.tx.hash, attempt.tx.tx, to_second_node};
}

// The opening wakes the thread that reads the stream. Woken in turn, the watcher and this actor would take as long again as
// the node takes to answer; so the port has the bytes beforehand. They are in the books, and after a crash count as sent.
void SubmitterCore::preload(Effects& effects) {
  if (preloaded_ || policy_.dry_run || draining_) return;
  for (auto& [key, submission] : submissions_) {
    if (submission.state != SubmissionState::Ready || submission.resend || submission.closed || head_ >= key.nonce) continue;
    const auto& tx = submission.attempts.back().tx;
    if (tx.sequence != *next_) continue;
    const bool to_second_node = submission.prediction.closes.value - key.nonce.value <= policy_.short_blocks;
    preloaded_ = true;
    submission.state = SubmissionState::Preloaded;
    effects.push_back(Preload{{key.topic, key.nonce, tx.hash, tx.tx, to_second_node}});
    return;
  }
}

void SubmitterCore::cancel_preload(Effects& effects) {
  if (preloaded_ && !std::exchange(cancelling_, true)) effects.push_back(CancelPreload{});
}

SubmitterCore::Effects SubmitterCore::on(const PreloadSent& fired, Instant now) {
  Effects effects;
  auto* submission = find(fired.hash);
  if (!submission || submission->state != SubmissionState::Preloaded) return effects; // of one that was here before
  preloaded_ = false;
  head_ = std::max(head_, fired.nonce);
  sent(*submission, now);
  flush(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const PreloadCancelled&, Instant now) {
  Effects effects;
  preloaded_ = cancelling_ = false;
  std::vector<Submission*> over;
  for (auto& [key, submission] : submissions_) {
    if (submission.state != SubmissionState::Preloaded) continue;
    submission.state = SubmissionState::Ready;
    if (submission.closed || head_ > submission.prediction.closes) over.push_back(&submission);
  }
  for (auto* submission : over) expire(*submission, effects, now);
  advance(effects, now);
  return effects;
}

} // namespace inferd
