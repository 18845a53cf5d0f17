// From granted to broadcast: sequences, signatures, sending.

#include "actors/submitter/submitter_core.hpp"

#include "base/allo.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

namespace inferd {

void SubmitterCore::advance(Effects& effects, Instant now) {
  assign(effects, now);
  flush(effects, now);
}

// Sequence assignment: sort by (not open yet, nonce, refusals, current sequence) and hand out next_, next_ + 1, …, skipping the
// sequences of bytes to be resent, which are fixed. Within a height, refused ones go last, so that another refusal invalidates
// none behind it. The current sequence comes last in the key: predictions arriving in any order cost one signature each.
void SubmitterCore::assign(Effects& effects, Instant now) {
  if (resync_ || !next_) return;
  if (const auto why = why_not_ready(); !why.empty()) {
    for (auto& [key, submission] : submissions_)
      if (submission.state == SubmissionState::Unsigned) submission.why = why;
    return;
  }
  struct Candidate {
    bool not_open;
    Height nonce;
    unsigned refusals;
    std::uint64_t current_sequence; ///< the sequence it is signed with
    Submission* submission;
  };
  std::vector<Candidate> candidates;
  std::set<Sequence> reserved;
  for (auto& [key, submission] : submissions_) {
    if (submission.resend && !submission.attempts.empty()) reserved.insert(submission.attempts.back().tx.sequence);
    if (!submission.needs_sequence() || submission.resend) continue;
    // Not signed: what waits for its registration, and what may still land with earlier bytes.
    if (submissions_.contains({Height{0}, key.topic}) && !submission.is_registration()) continue;
    if (submission.may_have_landed()) continue;
    if (head_ >= submission.prediction.closes) continue;
    if (!gas_for(submission)) {
      if (submission.open_at(head_)) simulate(submission, effects, now);
      continue;
    }
    const auto current_sequence =
      submission.state == SubmissionState::Unsigned ? UINT64_MAX : submission.attempts.back().tx.sequence.value;
    candidates.push_back({!submission.open_at(head_), key.nonce, submission.tries, current_sequence, &submission});
  }
  std::stable_sort(candidates.begin(), candidates.end(), [](const Candidate& a, const Candidate& b) {
    return std::tie(a.not_open, a.nonce, a.refusals, a.current_sequence) <
           std::tie(b.not_open, b.nonce, b.refusals, b.current_sequence);
  });
  auto sequence = *next_;
  for (const auto& w : candidates) {
    while (reserved.contains(sequence)) ++sequence.value;
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
    submission.why =
      "the fee of " + money_text(least) + " is above the cap of " + money_text(policy_.fees.fee_cap) + " (chain.fee_cap_allo)";
    submission.state = SubmissionState::Unsigned;
    return;
  }
  if (submission.state != SubmissionState::Unsigned) { // signed bytes are kept while they fit
    const auto& old = submission.attempts.back().tx;
    const bool fits = old.sequence == sequence && old.timeout == submission.prediction.closes && old.gas >= gas &&
                      old.fee >= least && old.fee <= *fee + *fee;
    if (fits) return;
    if (submission.state == SubmissionState::Preloaded) return cancel_preload(effects); // signed anew after PreloadCancelled
  }
  const auto wanted = order(submission, sequence, gas, *fee);
  auto answer = submission.is_registration() ? signer_->sign_register(wanted) : signer_->sign_payload(wanted);
  if (const auto* problem = std::get_if<std::string>(&answer)) {
    finish(submission, Status::refused, "not signed: " + *problem, effects, now);
    return;
  }
  auto& tx = std::get<SignedTx>(answer);
  TxHash replaced;
  if (!submission.attempts.empty() && !submission.attempts.back().sent) { // never sent
    replaced = submission.attempts.back().tx.hash;
    submission.attempts.pop_back();
  } else if (!submission.attempts.empty()) {
    replaced = submission.attempts.back().tx.hash;
  }
  std::erase_if(submission.attempts, [&](const Attempt& a) { return a.tx.hash == tx.hash; }); // same bytes again
  submission.attempts.push_back({tx, false, false});
  submission.send_count = 0;
  submission.state = SubmissionState::Storing;
  submission.since = now;
  effects.push_back(StoreSigned{policy_.wallet, submission.prediction.topic, submission.prediction.nonce, std::move(tx),
                                replaced, submission.why, now});
}

// Only open windows can be simulated: a topic's first submission takes one more round trip.
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
  else if (answer.verdict == Verdict::WrongSequence) // simulation ignores ours in the mempool
    gas_used_[answer.topic] = Gas{policy_.fees.gas_guess.value * 100 / policy_.fees.gas_percent};
  else refused(*submission, answer.verdict, "simulated: " + answer.log, {}, false, effects, now);
  advance(effects, now);
  return effects;
}

void SubmitterCore::flush(Effects& effects, Instant now) {
  if (!connected_ || resync_ || !next_ || preload_.cancelling()) return;
  std::vector<Submission*> ready;
  for (auto& [key, submission] : submissions_) {
    if (submission.state == SubmissionState::Preloaded && submission.open_at(head_))
      return cancel_preload(effects); // opening known from a poll, not from the stream
    if (submission.state == SubmissionState::Ready && submission.open_at(head_) &&
        submission.may_be_sent(submission.attempts.back().tx.sequence, head_, now))
      ready.push_back(&submission);
  }
  const auto sequence_of = [](const Submission* submission) { return submission->attempts.back().tx.sequence; };
  std::sort(ready.begin(), ready.end(), [&](auto* a, auto* b) { return sequence_of(a) < sequence_of(b); });
  for (auto* submission : ready) {
    const bool safe_resend =
      submission->resend && sequence_of(submission) < *next_; // a sequence is used once: identical bytes cannot land twice
    if (sequence_of(submission) == *next_ || safe_resend) send(*submission, effects, now);
  }
  preload_next(effects);
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
  ++submission.send_count;
  submission.resend = false;
  submission.state = SubmissionState::Sending;
  submission.since = now;
  submission.sent_at = head_;
  submission.sending(attempt.tx.sequence, head_, now, policy_.resend);
  if (submission.send_count == 1) attempt.sent_from = std::max(submission.prediction.nonce, Height{head_.value - 1});
  next_ = std::max(*next_, Sequence{attempt.tx.sequence.value + 1});
  return {submission.prediction.topic, submission.prediction.nonce, attempt.tx.hash, attempt.tx.tx};
}

// The chain port sends these bytes on the stream's thread, without waking the watcher and this actor first: that costs as
// much as the node's answer. They are in the books already, and after a crash count as sent.
void SubmitterCore::preload_next(Effects& effects) {
  if (!preload_.empty() || policy_.dry_run || draining_) return;
  for (auto& [key, submission] : submissions_) {
    if (submission.state != SubmissionState::Ready || submission.resend || submission.closed || head_ >= key.nonce) continue;
    const auto& tx = submission.attempts.back().tx;
    if (tx.sequence != *next_) continue;
    preload_.hold(submission);
    effects.push_back(Preload{{key.topic, key.nonce, tx.hash, tx.tx}});
    return;
  }
}

void SubmitterCore::cancel_preload(Effects& effects) {
  if (preload_.cancel()) effects.push_back(CancelPreload{});
}

SubmitterCore::Effects SubmitterCore::on(const PreloadSent& answer, Instant now) {
  Effects effects;
  auto* submission = find(answer.hash);
  if (!submission || !preload_.sent(submission->key())) return effects;
  head_ = std::max(head_, answer.nonce);
  sent(*submission, now);
  flush(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const PreloadCancelled&, Instant now) {
  Effects effects;
  if (const auto key = preload_.cancelled()) {
    auto& submission = submissions_.at(*key);
    submission.state = SubmissionState::Ready;
    if (submission.closed || head_ > submission.prediction.closes) expire(submission, effects, now);
  }
  advance(effects, now);
  return effects;
}

} // namespace inferd
