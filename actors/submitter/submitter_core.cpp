#include "actors/submitter/submitter_core.hpp"

#include "base/allo.hpp"
#include "base/wait.hpp"
#include "runtime/ports/possible_head.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace inferd {

SubmitterCore::SubmitterCore(SubmitterPolicy policy, std::shared_ptr<const SignerPort> signer)
  : policy_(std::move(policy)), signer_(std::move(signer)) {
  assert(signer_);
}

SubmitterCore::Effects SubmitterCore::start(Instant now) {
  resume_asked_ = now;
  return {ResumeSubmissions{policy_.wallet}};
}

SubmitterCore::Effects SubmitterCore::on(const Unresolved& books, Instant now) {
  Effects effects;
  if (std::exchange(resumed_, true)) return effects;
  for (const auto& memory : books.gas) gas_used_[memory.topic] = memory.gas_used;
  for (const auto& row : books.windows) {
    Submission submission{.prediction = row.prediction, .state = SubmissionState::Unsigned, .since = now};
    // Stored bytes count as sent: the process may have ended between the broadcast and its mark.
    for (const auto& tx : row.attempts) submission.attempts.push_back({tx, true, false, false, row.prediction.nonce});
    if (!submission.attempts.empty()) {
      submission.state = SubmissionState::Uncertain;
      submission.send_count = 1;
      submission.why = "inferd was restarted while it was under way";
    }
    // Stored state replaces a prediction that arrived before it.
    const auto key = submission.key();
    const auto& stored = submissions_.insert_or_assign(key, std::move(submission)).first->second;
    if (stored.state == SubmissionState::Uncertain && connected_)
      for (const auto& attempt : stored.attempts) effects.push_back(question(stored.prediction, attempt));
  }
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Predicted& prediction, Instant now) {
  const SubmissionKey key{prediction.nonce, prediction.topic};
  if (draining_ || submissions_.contains(key)) return {}; // after a restart an open row can still be claimed
  if (const auto blocked = blocked_.find(prediction.topic); blocked != blocked_.end() && now < blocked->second.until)
    return {WindowSkipped{prediction.topic, prediction.nonce, blocked->second.why}};
  submissions_.emplace(key, Submission{.prediction = prediction, .state = SubmissionState::Claiming, .since = now});
  Effects effects{ClaimNonce{policy_.wallet, prediction, now}};
  // Another process may have used the account: query the sequence before signing.
  if (!any_in_flight() && waited(account_asked_, now, policy_.request_timeout_ms)) {
    effects.push_back(AskAccount{policy_.wallet});
    account_asked_ = now;
  }
  if (waited(price_asked_, now, policy_.price_age_ms)) {
    effects.push_back(AskGasPrice{"uallo"});
    price_asked_ = now;
  }
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Granted& granted, Instant now) {
  auto* submission = find({granted.nonce, granted.topic});
  if (!submission || submission->state != SubmissionState::Claiming) return {};
  submission->state = SubmissionState::Unsigned;
  Effects effects;
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const ClaimRefused& refusal, Instant now) {
  auto* submission = find({refusal.nonce, refusal.topic});
  if (submission && submission->state == SubmissionState::Storing && refusal.status == Status::refused) { // the daily cap
    Effects effects;
    submission->attempts.pop_back(); // in no books and never sent
    finish(*submission, Status::refused, refusal.reason, effects, now);
    advance(effects, now);
    return effects;
  }
  if (!submission || submission->state != SubmissionState::Claiming) return {};
  if (refusal.books_failed) {
    submission->why = refusal.reason; // claimed again by the next Tick
    return {};
  }
  submissions_.erase(submission->key());
  return {};
}

SubmitterCore::Effects SubmitterCore::on(const SignedStored& stored, Instant now) {
  auto* submission = find({stored.nonce, stored.topic});
  if (!submission || submission->state != SubmissionState::Storing || submission->attempts.back().tx.hash != stored.hash)
    return {};
  submission->state = SubmissionState::Ready;
  Effects effects;
  flush(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const StoreFailed& failure, Instant now) {
  auto* submission = find({failure.nonce, failure.topic});
  if (!submission || submission->state != SubmissionState::Storing) return {};
  submission->why = failure.reason;
  submission->since = now; // stored again by a Tick
  return {};
}

SubmitterCore::Effects SubmitterCore::on(const OutcomeBooked& booked, Instant now) {
  auto* submission = find({booked.nonce, booked.topic});
  if (submission && submission->state == SubmissionState::Booking) submissions_.erase(submission->key());
  Effects effects;
  check_drained(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const WindowOpened& window, Instant now) {
  Effects effects;
  head_ = std::max(head_, window.nonce);
  if (auto* submission = find({window.nonce, window.topic})) submission->prediction.closes = window.closes;
  flush(effects, now);
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const WindowClosed& window, Instant now) {
  Effects effects;
  if (auto* submission = find({window.nonce, window.topic})) {
    submission->closed = true;
    expire(*submission, effects, now);
  }
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const HeadMoved& head, Instant now) {
  Effects effects;
  head_ = std::max(head_, head.height);
  std::vector<Submission*> expired;
  for (auto& [key, submission] : submissions_) {
    if (head_ > submission.prediction.closes) expired.push_back(&submission);
    // Events can be lost: look up what is in no block after three heights.
    else if (submission.state == SubmissionState::InMempool && head_.value >= submission.sent_at.value + 3)
      look_up(submission, effects, now);
    else if (submission.state == SubmissionState::Contested) effects.push_back(AskInference{key.topic, policy_.wallet});
  }
  for (auto* submission : expired) expire(*submission, effects, now);
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const RegistrationWanted& wanted, Instant now) {
  const SubmissionKey key{Height{0}, wanted.topic};
  if (!policy_.may_register || policy_.dry_run || draining_ || submissions_.contains(key)) return {};
  Submission submission{.state = SubmissionState::Unsigned, .since = now};
  submission.prediction.topic = wanted.topic;
  submission.prediction.closes = Height{head_.value + 20};
  submissions_.emplace(key, std::move(submission));
  Effects effects;
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const ConnectionUp& up, Instant now) {
  connected_ = true;
  reconnected_at_ = up.height;
  emissions_ = up.emissions;
  endpoint_ = up.endpoint;
  account_asked_ = price_asked_ = now;
  Effects effects{AskAccount{policy_.wallet}, AskGasPrice{"uallo"}};
  if (up.went_back && head_.value > up.height.value + reorganised_blocks) head_went_back(up.height, effects, now);
  head_ = std::max(head_, up.height);
  // Events may have been missed while disconnected.
  for (auto& [key, submission] : submissions_)
    if (submission.state == SubmissionState::InMempool || submission.state == SubmissionState::Uncertain)
      look_up(submission, effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const ConnectionDown& down, Instant) {
  connected_ = false;
  down_ = down.reason;
  return {};
}

SubmitterCore::Effects SubmitterCore::on(const AccountArrived& account, Instant now) {
  Effects effects;
  const bool first = !account_ || !account_->exists;
  if (!account_ || account_->balance != account.balance) effects.push_back(BalanceChanged{account.balance});
  account_ = account;
  balance_outdated_ = false;
  if (refused_fee_ && account.balance >= *refused_fee_) refused_fee_.reset();
  if (!account.exists) return effects;
  // The committed sequence excludes transactions in the mempool.
  if (!any_in_flight()) {
    if (!first && next_ && *next_ < account.sequence)
      clashed("the account's sequence moved from " + std::to_string(next_->value) + " to " +
                std::to_string(account.sequence.value) + " while nothing of ours was under way",
              effects, now);
    next_ = account.sequence;
  } else if (!next_) {
    next_ = next_behind_in_flight(account.sequence);
  }
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const GasPriceArrived& answer, Instant now) {
  Effects effects;
  price_ = answer.price;
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const ChildRestarted& child, Instant now) {
  // The failed ledger may have lost requests: repeat all unanswered ones.
  Effects effects;
  if (child.child.kind != PlaceKind::ledger) return effects;
  if (!resumed_) return start(now);
  for (auto& [key, submission] : submissions_) {
    if (submission.state == SubmissionState::Claiming)
      effects.push_back(ClaimNonce{policy_.wallet, submission.prediction, now});
    if (submission.state == SubmissionState::Booking) effects.push_back(submission.outcome);
    if (submission.state == SubmissionState::Storing) {
      const auto& tx = submission.attempts.back().tx;
      effects.push_back(StoreSigned{policy_.wallet, key.topic, key.nonce, tx, {}, submission.why, now});
    }
  }
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Drain& drain, Instant now) {
  draining_ = drain;
  Effects effects;
  cancel_preload(effects);
  check_drained(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Tick&, Instant now) {
  Effects effects;
  const auto overdue = [&](Instant since) { return waited(since, now, policy_.request_timeout_ms); };
  if (!resumed_ && overdue(resume_asked_)) return start(now);
  std::vector<Submission*> expired;
  for (auto& [key, submission] : submissions_) {
    if (!overdue(submission.since)) continue;
    if (head_ > submission.prediction.closes && submission.state != SubmissionState::Booking) {
      expired.push_back(&submission);
      continue;
    }
    switch (submission.state) {
      case SubmissionState::Claiming:
        submission.since = now;
        effects.push_back(ClaimNonce{policy_.wallet, submission.prediction, now});
        break;
      case SubmissionState::Storing:
        submission.since = now;
        effects.push_back(
          StoreSigned{policy_.wallet, key.topic, key.nonce, submission.attempts.back().tx, {}, submission.why, now});
        break;
      case SubmissionState::InMempool: // no blocks arrive
        if (waited(submission.since, now, 5 * policy_.request_timeout_ms)) look_up(submission, effects, now);
        break;
      case SubmissionState::Uncertain: look_up(submission, effects, now); break;
      case SubmissionState::Simulating: // unanswered: use the guess
        submission.state = SubmissionState::Unsigned;
        gas_used_.try_emplace(key.topic, Gas{policy_.fees.gas_guess.value * 100 / policy_.fees.gas_percent});
        break;
      case SubmissionState::Comparing:
      case SubmissionState::Contested:
        submission.since = now;
        effects.push_back(AskInference{key.topic, policy_.wallet});
        break;
      case SubmissionState::Booking:
        submission.since = now;
        effects.push_back(submission.outcome);
        break;
      default: break;
    }
  }
  for (auto* submission : expired) expire(*submission, effects, now);
  const bool waiting =
    std::any_of(submissions_.begin(), submissions_.end(), [](const auto& w) { return w.second.needs_sequence(); });
  if (connected_ && waiting) {
    if (waited(price_asked_, now, policy_.price_age_ms)) {
      price_asked_ = now;
      effects.push_back(AskGasPrice{"uallo"});
    }
    const bool not_ready = !account_ || !account_->exists || !next_ || !why_not_ready().empty();
    if (not_ready && overdue(account_asked_)) {
      account_asked_ = now;
      effects.push_back(AskAccount{policy_.wallet});
    }
  }
  advance(effects, now);
  check_drained(effects, now);
  return effects;
}

// The account shows the committed sequence. Bytes whose fate is unknown may be in a mempool, up to their timeout: they keep
// their sequences, and those behind them are signed. Where the bytes are in no mempool, the node names the sequence it expects.
Sequence SubmitterCore::next_behind_in_flight(Sequence committed) const {
  auto next = committed;
  for (const auto& [key, submission] : submissions_)
    for (const auto& attempt : submission.attempts)
      if (attempt.sent && !attempt.dead && attempt.tx.timeout >= head_ && submission.state != SubmissionState::Booking)
        next = std::max(next, Sequence{attempt.tx.sequence.value + 1});
  return next;
}

// Another node shows a chain that is far below: the earlier head was wrong, the chain was rolled back, or this node is the one
// that is behind. Heights begin from here. Windows that are out of reach now end, but not those whose bytes were sent: a block
// may hold them, and what became of them is looked up.
void SubmitterCore::head_went_back(Height head, Effects& effects, Instant now) {
  const auto before = std::exchange(head_, head);
  next_.reset();
  std::vector<Submission*> out_of_reach;
  for (auto& [key, submission] : submissions_)
    if (key.nonce.value > head.value + reorganised_blocks && submission.state != SubmissionState::Booking &&
        !submission.may_have_landed())
      out_of_reach.push_back(&submission);
  cancel_preload(effects);
  for (auto* submission : out_of_reach)
    if (submission->state != SubmissionState::Preloaded) // else it ends after PreloadCancelled
      finish(*submission, Status::missed,
             "the chain's head went back from " + std::to_string(before.value) + " to " + std::to_string(head.value), effects,
             now);
}

std::optional<Uallo> SubmitterCore::balance() const { return account_ ? std::optional(account_->balance) : std::nullopt; }

std::optional<Uallo> SubmitterCore::fee() const {
  return price_ ? std::optional(least_fee(policy_.fees.gas_guess, *price_)) : std::nullopt;
}

void SubmitterCore::clashed(std::string how, Effects& effects, Instant now) {
  ++clashes_;
  clash_ = std::move(how);
  clash_at_ = now;
  if (clash_reported_.value != 0 && now.value - clash_reported_.value < 60'000) return;
  clash_reported_ = now;
  effects.push_back(ClashNoticed{policy_.wallet, clash_, now});
}

std::string SubmitterCore::clash(Instant now) const {
  if (clash_.empty() || now.value - clash_at_.value >= policy_.clash_ms) return {};
  return "another process uses this key: " + clash_;
}

std::string SubmitterCore::why_not_ready() const {
  if (!resumed_) return "the books have not answered yet";
  if (!connected_) return "no connection to the chain";
  if (!account_) return "the account is not known yet";
  if (!account_->exists) return "account " + policy_.wallet.address + " does not exist on the chain: it was never funded";
  if (!price_) return "the gas price is not known yet";
  const auto least = least_fee(policy_.fees.gas_guess, *price_);
  if (least > policy_.fees.fee_cap)
    return "the fee market asks " + money_text(least) + ", above the cap of " + money_text(policy_.fees.fee_cap) +
           " (chain.fee_cap_allo)";
  return lacking_funds();
}

std::optional<Uallo> SubmitterCore::missing_funds() const {
  if (!account_ || !price_ || balance_outdated_) return {};
  const auto fee = std::max(least_fee(policy_.fees.gas_guess, *price_), refused_fee_.value_or(Uallo{}));
  return account_->balance < fee ? std::optional(Uallo{fee.value - account_->balance.value}) : std::nullopt;
}

std::string SubmitterCore::lacking_funds() const {
  if (!account_ || !account_->exists || !price_) return {};
  if (refused_fee_ && balance_outdated_)
    return "the chain refused the fee of " + money_text(*refused_fee_) + " for lack of funds";
  const auto missing = missing_funds();
  if (!missing) return {};
  return "balance of " + money_text(account_->balance) + " is below the fee of " +
         money_text(Uallo{account_->balance.value + missing->value}) + ": " + money_text(*missing) + " are missing";
}

void SubmitterCore::block(TopicId topic, const std::string& why, Instant now) {
  auto& block = blocked_[topic];
  block.ms = block.ms == 0 ? policy_.block_ms : std::min(2 * block.ms, policy_.longest_block_ms);
  block.until = Instant{now.value + block.ms};
  block.why = why;
}

Submission* SubmitterCore::find(const SubmissionKey& key) {
  const auto it = submissions_.find(key);
  return it == submissions_.end() ? nullptr : &it->second;
}

Submission* SubmitterCore::find(const TxHash& hash) {
  for (auto& [key, submission] : submissions_)
    if (submission.find(hash)) return &submission;
  return nullptr;
}

bool SubmitterCore::any_in_flight() const {
  return std::any_of(submissions_.begin(), submissions_.end(), [](const auto& w) { return w.second.in_flight(); });
}

} // namespace inferd
