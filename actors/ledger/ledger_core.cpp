#include "actors/ledger/ledger_core.hpp"

#include "base/allo.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

namespace inferd {
namespace {

using Entry = LedgerQueue::Entry;

template <class... F> struct Overloaded : F... {
  using F::operator()...;
};
template <class... F> Overloaded(F...) -> Overloaded<F...>;

bool is_question(const Entry& entry) {
  static const auto first = Entry(ClaimNonce{}).index();
  return entry.index() >= first;
}

/// May commit without waiting for the disk: after a power failure the next start repeats it (a conclusion excepted), and stored
/// bytes count as sent. Not the bytes, which are broadcast after the commit, nor outcomes, scores and rewards, nor the first
/// word about a topic, which a later start would say of a later height.
bool is_repeated_at_start(const Entry& entry) {
  if (const auto* m = std::get_if<BookWindows>(&entry)) return m->opened.nonce.value > 0 || !m->missed.empty();
  return !std::holds_alternative<StoreSigned>(entry) && !std::holds_alternative<BookOutcome>(entry) &&
         !std::holds_alternative<BookScore>(entry) && !std::holds_alternative<BookReward>(entry) &&
         !std::holds_alternative<BookSwap>(entry);
}

/// May wait for a group commit: no reply is urgent.
bool may_wait(const Entry& entry) { return !is_question(entry) && is_repeated_at_start(entry); }

} // namespace

LedgerCore::LedgerCore(LedgerPolicy policy, std::shared_ptr<StorePort> store)
  : policy_(std::move(policy)), store_(std::move(store)) {
  assert(store_ && policy_.queue);
}

void LedgerCore::on(Entry entry) {
  auto& entries = policy_.queue->entries;
  if (const auto* closed = std::get_if<WindowClosed>(&entry); closed && !trouble_.empty())
    on(WindowDelayed{closed->topic, closed->nonce, trouble_}); // the reason why it could not be claimed
  if (!is_question(entry)) {
    // Only while the disk fails: which messages share a burst is not on the tape.
    if (!trouble_.empty() && std::find(entries.begin(), entries.end(), entry) != entries.end()) return;
    if (auto* windows = std::get_if<BookWindows>(&entry); windows && !trouble_.empty() && already_queued(*windows)) return;
    if (entries.size() >= limits::pending_outcomes) {
      ++dropped_;
      return;
    }
  }
  entries.push_back(std::move(entry));
}

// Such a message repeats everything unacknowledged: on a full disk the queue would grow without bound. What is left follows the
// queued one, and is refused if that is lost.
bool LedgerCore::already_queued(BookWindows& windows) const {
  bool queued = false;
  for (const auto& entry : policy_.queue->entries)
    if (const auto* m = std::get_if<BookWindows>(&entry); m && m->topic == windows.topic && m->after <= windows.after) {
      queued = true;
      const auto newest = std::max(m->opened.nonce, m->missed.empty() ? Height{0} : m->missed.back().nonce);
      std::erase_if(windows.missed, [&](const MissedWindow& w) { return w.nonce <= newest; });
      if (windows.opened.nonce <= newest) windows.opened = {};
      windows.after = std::max(windows.after, newest);
    }
  return queued && windows.missed.empty() && windows.opened.nonce.value == 0;
}

LedgerCore::Effects LedgerCore::flush(Instant now, bool force) {
  Effects effects;
  auto& entries = policy_.queue->entries;
  if (entries.empty()) return effects;
  if (trouble_.empty() && !force && std::all_of(entries.begin(), entries.end(), may_wait)) {
    if (!deferred_since_) deferred_since_ = now;
    if (wait_ms(now) > 0 && entries.size() < limits::ledger_burst) return effects;
  }
  deferred_since_.reset();
  if (!trouble_.empty() && !force && now.value - last_try_.value < policy_.retry_ms && now >= last_try_) {
    refuse_questions(effects);
    return effects;
  }
  std::size_t at = 0;
  try {
    const auto all = [&] {
      for (at = 0; at < entries.size(); ++at) apply(entries[at], effects);
    };
    if (std::all_of(entries.begin(), entries.end(), is_repeated_at_start)) store_->deferred_transaction(all);
    else store_->transaction(all);
  } catch (const StoreFailure&) {
    effects.clear();
    write_individually(effects, now);
    return effects;
  } catch (...) { // a defect: drop the message, so that it ends the actor once
    entries.erase(entries.begin() + static_cast<std::ptrdiff_t>(std::min(at, entries.size() - 1)));
    throw;
  }
  if (!trouble_.empty())
    effects.push_back(
      LogLine{"the books can be written again, " + std::to_string(entries.size()) + " message(s) were written late"});
  trouble_.clear();
  entries.clear();
  return effects;
}

std::optional<std::int64_t> LedgerCore::wait_ms(Instant now) const {
  if (policy_.queue->entries.empty()) return {};
  if (!trouble_.empty()) return policy_.retry_ms;
  const auto held = deferred_since_ ? now.value - deferred_since_->value : 0;
  return held < 0 ? 0 : std::max<std::int64_t>(0, policy_.group_commit_ms - held); // a clock set back: due
}

// Finds the entries that fail. Facts keep their order: all after the first failed one wait. Questions after it are refused, as
// the books lack facts.
void LedgerCore::write_individually(Effects& effects, Instant now) {
  auto& entries = policy_.queue->entries;
  const bool known = !trouble_.empty();
  std::deque<Entry> left;
  std::string why;
  while (!entries.empty()) {
    Effects answers;
    try {
      const bool totals = std::holds_alternative<BooksWanted>(entries.front()); // also useful from a full disk
      if (!why.empty() && !totals) throw StoreFailure(why);
      apply(entries.front(), answers);
      for (auto& answer : answers) effects.push_back(std::move(answer));
    } catch (const StoreRejected& e) {
      refuse(entries.front(), e.what(), effects);
    } catch (const StoreFailure& e) {
      if (why.empty()) why = e.what();
      if (is_question(entries.front())) refuse(entries.front(), why, effects);
      else left.push_back(std::move(entries.front()));
    } catch (...) {
      entries.pop_front();
      entries.insert(entries.begin(), std::make_move_iterator(left.begin()), std::make_move_iterator(left.end()));
      throw;
    }
    entries.pop_front();
  }
  entries = std::move(left);
  last_try_ = now;
  if (!why.empty() && !known) effects.push_back(LogLine{why + "; nothing is sent, what is to be booked is kept in memory"});
  if (why.empty() && known) effects.push_back(LogLine{"the books can be written again"});
  trouble_ = std::move(why);
}

void LedgerCore::refuse_questions(Effects& effects) {
  auto& entries = policy_.queue->entries;
  for (const auto& entry : entries)
    if (is_question(entry)) refuse(entry, trouble_, effects);
  std::erase_if(entries, is_question);
}

void LedgerCore::apply(const Entry& entry, Effects& effects) {
  const auto& wallet = policy_.wallet;
  std::visit(
    Overloaded{
      [&](const BookWindows& m) { book(m, effects); },
      [&](const WindowDelayed& m) {
        early_delays_.insert_or_assign(m.topic, m);
        store_->write(wallet, m);
      },
      [&](const BookOutcome& m) {
        store_->write(wallet, m);
        effects.push_back(OutcomeBooked{m.topic, m.nonce});
      },
      [&](const ClaimNonce& m) { std::visit([&](auto answer) { effects.push_back(std::move(answer)); }, store_->claim(m)); },
      [&](const StoreSigned& m) {
        if (auto why = above_day_cap(m); !why.empty())
          return effects.push_back(ClaimRefused{m.topic, m.nonce, Status::refused, std::move(why)});
        store_->write(wallet, m);
        effects.push_back(SignedStored{m.topic, m.nonce, m.signed_tx.hash});
      },
      [&](const ResumeSubmissions& m) { effects.push_back(store_->unresolved(m.wallet)); },
      [&](const LastNonceWanted& m) {
        effects.push_back(LastNonceKnown{m.topic, store_->last_nonce(wallet, m.topic)});
      },
      [&](const BooksWanted& m) { effects.push_back(store_->summary(wallet, m.at)); },
      [&](const ScoresWanted& m) { effects.push_back(store_->scores(wallet, m)); },
      [&](const BookSwap& m) {
        store_->write(wallet, m);
        effects.push_back(SwapBooked{m.topic, m.to, {}});
      },
      [&](const auto& m) { store_->write(wallet, m); },
    },
    entry);
}

std::string LedgerCore::above_day_cap(const StoreSigned& m) {
  constexpr std::int64_t day_ms = 86'400'000;
  if (!policy_.day_cap) return {};
  const auto fees = store_->fees_with(m, Instant{m.at.value - day_ms});
  if (fees <= *policy_.day_cap) return {};
  return "its fee of " + money_text(m.signed_tx.fee) + " would make " + money_text(fees) + " in 24 hours, above the cap of " +
         money_text(*policy_.day_cap) + " (chain.day_cap_allo)";
}

void LedgerCore::book(const BookWindows& m, Effects& effects) {
  const auto& wallet = policy_.wallet;
  store_->transaction([&] { // atomic, also outside the burst's transaction
    if (m.after.value > 0) store_->write(wallet, WatchBegun{m.topic, m.after});
    if (store_->last_nonce(wallet, m.topic) < m.after) return; // an earlier message was lost: the answer says from where on
    for (const auto& window : m.missed) store_->write(wallet, window);
    if (m.opened.nonce.value == 0) return;
    store_->write(wallet, m.opened);
    if (const auto it = early_delays_.find(m.topic); it != early_delays_.end() && it->second.nonce == m.opened.nonce)
      store_->write(wallet, it->second);
  });
  effects.push_back(LastNonceKnown{m.topic, store_->last_nonce(wallet, m.topic)});
}

// Other questions are repeated by their sender: no reply is better than an outdated one.
void LedgerCore::refuse(const Entry& entry, const std::string& why, Effects& effects) {
  if (const auto* m = std::get_if<ClaimNonce>(&entry))
    effects.push_back(ClaimRefused{m->prediction.topic, m->prediction.nonce, Status::open, why, true});
  if (const auto* m = std::get_if<StoreSigned>(&entry))
    effects.push_back(StoreFailed{m->topic, m->nonce, m->signed_tx.hash, why});
  if (const auto* m = std::get_if<BookSwap>(&entry)) effects.push_back(SwapBooked{m->topic, m->to, why});
}

} // namespace inferd
