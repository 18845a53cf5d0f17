#include "actors/submitter_core.hpp"

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
    Work work{.prediction = row.prediction, .step = Step::Unsigned, .since = now};
    // Whatever was stored may have been sent: the process can have died between the two.
    for (const auto& tx : row.attempts) work.attempts.push_back({tx, true, false});
    if (!work.attempts.empty()) {
      work.step = Step::Uncertain;
      work.sendings = 1;
      work.why = "inferd was restarted while it was under way";
    }
    // What the books hold outweighs a prediction that came before their answer.
    const auto key = work.key();
    const auto& stored = works_.insert_or_assign(key, std::move(work)).first->second;
    if (stored.step == Step::Uncertain && connected_)
      for (const auto& attempt : stored.attempts) effects.push_back(AskTx{attempt.tx.hash});
  }
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Predicted& prediction, Instant now) {
  const WorkKey key{prediction.nonce, prediction.topic};
  if (draining_ || works_.contains(key)) return {}; // the row stays open: after a restart it can still be answered
  if (const auto blocked = blocked_.find(prediction.topic); blocked != blocked_.end()) {
    if (now < blocked->second.first)
      return {WindowSkipped{prediction.topic, prediction.nonce, blocked->second.second}};
    blocked_.erase(blocked);
  }
  works_.emplace(key, Work{.prediction = prediction, .step = Step::Claiming, .since = now});
  Effects effects{ClaimNonce{policy_.wallet, prediction, now}};
  // Somebody else may have used the account since: look before signing, while there is time.
  if (!anything_out() && now.value - account_asked_.value > policy_.patience_ms) {
    effects.push_back(AskAccount{policy_.wallet});
    account_asked_ = now;
  }
  if (now.value - price_asked_.value > policy_.price_age_ms) {
    effects.push_back(AskGasPrice{"uallo"});
    price_asked_ = now;
  }
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Granted& granted, Instant now) {
  auto* work = find({granted.nonce, granted.topic});
  if (!work || work->step != Step::Claiming) return {};
  work->step = Step::Unsigned;
  Effects effects;
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const ClaimRefused& refusal, Instant) {
  auto* work = find({refusal.nonce, refusal.topic});
  if (!work || work->step != Step::Claiming) return {};
  if (refusal.books_failed) {
    work->why = refusal.reason; // asked again by the next tick, while the window lasts
    return {};
  }
  works_.erase(work->key());
  return {};
}

SubmitterCore::Effects SubmitterCore::on(const SignedStored& stored, Instant now) {
  auto* work = find({stored.nonce, stored.topic});
  if (!work || work->step != Step::Storing || work->attempts.back().tx.hash != stored.hash) return {};
  work->step = Step::Ready;
  Effects effects;
  flush(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const StoreFailed& failure, Instant now) {
  auto* work = find({failure.nonce, failure.topic});
  if (!work || work->step != Step::Storing) return {};
  work->why = failure.reason;
  work->since = now; // stored again by a later tick: nothing goes out that is not in the books
  return {};
}

SubmitterCore::Effects SubmitterCore::on(const OutcomeBooked& booked, Instant now) {
  auto* work = find({booked.nonce, booked.topic});
  if (work && work->step == Step::Booking) works_.erase(work->key());
  Effects effects;
  check_drained(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const WindowOpened& window, Instant now) {
  Effects effects;
  head_ = std::max(head_, window.nonce);
  if (auto* work = find({window.nonce, window.topic})) work->prediction.closes = window.closes;
  flush(effects, now);
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const WindowClosed& window, Instant now) {
  Effects effects;
  if (auto* work = find({window.nonce, window.topic})) {
    work->closed = true;
    expire(*work, effects, now);
  }
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const HeadMoved& head, Instant now) {
  Effects effects;
  head_ = std::max(head_, head.height);
  std::vector<Work*> over;
  for (auto& [key, work] : works_) {
    if (head_ > work.prediction.closes) over.push_back(&work);
    // Events can be lost: what is not in a block two heights on is asked for.
    else if (work.step == Step::InMempool && head_.value >= work.sent_at.value + 3) look_up(work, effects, now);
    else if (work.step == Step::Contested) effects.push_back(AskInference{key.topic, policy_.wallet});
  }
  for (auto* work : over) expire(*work, effects, now);
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const RegistrationWanted& wanted, Instant now) {
  const WorkKey key{Height{0}, wanted.topic};
  if (!policy_.may_register || policy_.dry_run || draining_ || works_.contains(key)) return {};
  Work work{.step = Step::Unsigned, .since = now};
  work.prediction.topic = wanted.topic;
  work.prediction.closes = Height{head_.value + 20};
  works_.emplace(key, std::move(work));
  Effects effects;
  advance(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const ConnectionUp& up, Instant now) {
  connected_ = true;
  back_at_ = up.height;
  emissions_ = up.emissions;
  endpoint_ = up.endpoint;
  head_ = std::max(head_, up.height);
  account_asked_ = price_asked_ = now;
  Effects effects{AskAccount{policy_.wallet}, AskGasPrice{"uallo"}};
  // What happened while nobody listened?
  for (auto& [key, work] : works_)
    if (work.step == Step::InMempool || work.step == Step::Uncertain) look_up(work, effects, now);
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
  account_ = account;
  if (!account.exists) return effects;
  // The committed sequence says nothing while transactions of ours are under way.
  if (!anything_out()) {
    if (!first && next_ && *next_ < account.sequence)
      clashed("the account's sequence moved from " + std::to_string(next_->value) + " to " +
                std::to_string(account.sequence.value) + " while nothing of ours was under way",
              effects, now);
    next_ = account.sequence;
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
  // A new ledger has heard nothing: every question to it that is still open is asked again at once.
  Effects effects;
  if (child.child != "ledger") return effects;
  if (!resumed_) return start(now);
  for (auto& [key, work] : works_) {
    if (work.step == Step::Claiming) effects.push_back(ClaimNonce{policy_.wallet, work.prediction, now});
    if (work.step == Step::Booking) effects.push_back(work.outcome);
    if (work.step == Step::Storing) {
      const auto& tx = work.attempts.back().tx;
      effects.push_back(StoreSigned{policy_.wallet, key.topic, key.nonce, tx, {}, work.why, now});
    }
  }
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Drain& drain, Instant now) {
  draining_ = drain;
  Effects effects;
  take_back(effects);
  check_drained(effects, now);
  return effects;
}

SubmitterCore::Effects SubmitterCore::on(const Tick&, Instant now) {
  Effects effects;
  const auto late = [&](Instant since) { return now.value - since.value >= policy_.patience_ms; };
  if (!resumed_ && late(resume_asked_)) return start(now);
  std::vector<Work*> over;
  for (auto& [key, work] : works_) {
    if (!late(work.since)) continue;
    if (head_ > work.prediction.closes && work.step != Step::Booking) {
      over.push_back(&work);
      continue;
    }
    switch (work.step) {
      case Step::Claiming:
        work.since = now;
        effects.push_back(ClaimNonce{policy_.wallet, work.prediction, now});
        break;
      case Step::Storing:
        work.since = now;
        effects.push_back(StoreSigned{policy_.wallet, key.topic, key.nonce, work.attempts.back().tx, {}, work.why, now});
        break;
      case Step::InMempool: // blocks are not heard of: ask
        if (now.value - work.since.value >= 5 * policy_.patience_ms) look_up(work, effects, now);
        break;
      case Step::Uncertain: look_up(work, effects, now); break;
      case Step::Simulating: // the answer is lost: go on with a guess
        work.step = Step::Unsigned;
        gas_used_.try_emplace(key.topic, Gas{policy_.fees.gas_guess.value * 100 / policy_.fees.gas_percent});
        break;
      case Step::Comparing:
      case Step::Contested:
        work.since = now;
        effects.push_back(AskInference{key.topic, policy_.wallet});
        break;
      case Step::Booking:
        work.since = now;
        effects.push_back(work.outcome);
        break;
      default: break;
    }
  }
  for (auto* work : over) expire(*work, effects, now);
  const bool waiting = std::any_of(works_.begin(), works_.end(), [](const auto& w) { return w.second.wants_sequence(); });
  if (connected_ && waiting) {
    if (now.value - price_asked_.value >= policy_.price_age_ms) {
      price_asked_ = now;
      effects.push_back(AskGasPrice{"uallo"});
    }
    const bool blind = !account_ || !account_->exists || !next_ || !why_not_ready().empty();
    if (blind && late(account_asked_)) {
      account_asked_ = now;
      effects.push_back(AskAccount{policy_.wallet});
    }
  }
  advance(effects, now);
  check_drained(effects, now);
  return effects;
}

void SubmitterCore::clashed(std::string how, Effects& effects, Instant now) {
  ++clashes_;
  clash_ = std::move(how);
  clash_at_ = now;
  if (clash_told_.value != 0 && now.value - clash_told_.value < 60'000) return; // a line a minute is enough
  clash_told_ = now;
  effects.push_back(ClashNoticed{policy_.wallet, clash_, now});
}

std::string SubmitterCore::clash(Instant now) const {
  if (clash_.empty() || now.value - clash_at_.value >= policy_.clash_ms) return {};
  return "another process uses this key: " + clash_;
}

std::string SubmitterCore::why_not_ready() const {
  if (!resumed_) return "the books have not answered yet";
  if (!connected_) return "no connection to the chain";
  if (!account_) return "the chain has not told the account yet";
  if (!account_->exists) return "account " + policy_.wallet.address + " does not exist on the chain: it was never funded";
  if (!price_) return "the fee market has not told its price yet";
  const auto least = least_fee(policy_.fees.gas_guess, *price_);
  if (least > policy_.fees.fee_cap)
    return "the fee market asks " + std::to_string(least.value) + " uallo, above the cap of " +
           std::to_string(policy_.fees.fee_cap.value) + " uallo (chain.fee_cap_uallo)";
  if (account_->balance < least)
    return "balance of " + std::to_string(account_->balance.value) + " uallo is below the fee of " +
           std::to_string(least.value) + " uallo";
  return {};
}

Work* SubmitterCore::find(const WorkKey& key) {
  const auto it = works_.find(key);
  return it == works_.end() ? nullptr : &it->second;
}

Work* SubmitterCore::find(const TxHash& hash) {
  for (auto& [key, work] : works_)
    if (work.find(hash)) return &work;
  return nullptr;
}

bool SubmitterCore::anything_out() const {
  return std::any_of(works_.begin(), works_.end(), [](const auto& w) { return w.second.is_out(); });
}

} // namespace inferd
