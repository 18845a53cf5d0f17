#include "runtime/books/books.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <cassert>
#include <utility>

namespace inferd {
namespace {

constexpr const char* unanswered = "the window closed without an answer";

int stage(Status s) {
  if (is_final(s)) return 3;
  return s == Status::open ? 0 : s == Status::claimed ? 1 : 2;
}

std::string name(Status s) { return boost::describe::enum_to_string(s, "?"); }

/// The same prediction; `closes` may have become known since the claim.
bool same(const WindowRow& row, const Predicted& p) {
  return row.values == p.values && row.source == p.source && row.model == p.model && row.candle == p.candle;
}

TxStatus as_tx(Status s) {
  switch (s) {
    case Status::confirmed: return TxStatus::confirmed;
    case Status::missed: return TxStatus::missed;
    case Status::dry_run: return TxStatus::dry_run;
    case Status::skipped: return TxStatus::withdrawn;
    default: return TxStatus::refused;
  }
}

WindowRow blank(const WindowKey& key) { return {.wallet = key.wallet, .topic = key.topic, .nonce = key.nonce}; }

} // namespace

Books::Books(std::unique_ptr<BookStorage> storage) : storage_(std::move(storage)) { assert(storage_); }
Books::~Books() = default;

void Books::transaction(const std::function<void()>& calls) { transaction(calls, false); }
void Books::deferred_transaction(const std::function<void()>& calls) { transaction(calls, true); }

void Books::transaction(const std::function<void()>& calls, bool deferred) {
  if (in_transaction_) return calls();
  finished_.clear();
  registered_.clear();
  deferred ? storage_->begin_deferred() : storage_->begin();
  in_transaction_ = true;
  try {
    calls();
    storage_->commit();
  } catch (...) {
    in_transaction_ = false;
    storage_->rollback();
    forget();
    throw;
  }
  in_transaction_ = false;
  if (!finished_.empty()) finished(finished_);
  if (!ended_) return;
  for (const auto& r : finished_)
    ended_({{r.wallet, r.topic, r.nonce, r.status, r.reason, r.tx_hash, r.height, r.gas_used, r.fee, r.done_at}, r.closes});
  for (const auto& registration : registered_) ended_(registration);
}

void Books::put(const WindowRow& row) {
  assert((row.done_at.value != 0) == is_final(row.status));
  if (const auto it = totals_.find(row.wallet); it != totals_.end() && !it->second.follow(storage_->window(row.key()), row))
    totals_.erase(it);
  storage_->put(row);
}

void Books::put(const TransactionRow& row) {
  if (const auto it = totals_.find(row.wallet); it != totals_.end() && row.nonce.value == 0) { // a registration
    std::optional<TransactionRow> before;
    for (auto& tx : storage_->transactions(row.key()))
      if (tx.hash == row.hash) before = std::move(tx);
    if (!it->second.follow(before, row)) totals_.erase(it);
  }
  storage_->put(row);
  if (const auto it = day_fees_.find(row.wallet); it != day_fees_.end()) it->second.follow(row);
}

template <class Change> void Books::change(const WindowKey& key, Change change) {
  transaction([&] {
    auto row = storage_->window(key);
    if (!row) return;
    const auto before = *row;
    change(*row);
    if (*row != before) put(*row);
  });
}

void Books::finish(WindowRow row, Status status, const std::string& reason, Instant at) {
  row.status = status;
  row.reason = reason;
  row.done_at = at;
  put(row);
  if (const auto it = day_fees_.find(row.wallet); it != day_fees_.end()) it->second.finished(row);
  finished_.push_back(std::move(row));
}

template <> void Books::apply(const Wallet& wallet, const WatchBegun& m) {
  transaction([&] { storage_->begin_watch(wallet, m.topic, m.since); });
}

template <> void Books::apply(const Wallet& wallet, const WindowOpened& m) {
  transaction([&] {
    // Rows still open below this height belong to windows whose closing was never reported. Once per height, as many topics
    // open in one block.
    if (auto& swept = swept_[wallet]; swept < m.nonce) {
      swept = m.nonce;
      for (auto& row : storage_->unfinished(wallet))
        if (row.status == Status::open && row.closes.value > 0 && row.closes < m.nonce)
          finish(row, Status::missed, row.reason.empty() ? unanswered : row.reason, m.at);
    }
    auto row = storage_->window({wallet, m.topic, m.nonce});
    if (row && row->opened_at.value != 0) return;
    if (!row) row = blank({wallet, m.topic, m.nonce});
    row->closes = m.closes;
    row->opened_at = m.at;
    put(*row);
  });
}

std::variant<Granted, ClaimRefused> Books::claim(const ClaimNonce& m) {
  const auto& p = m.prediction;
  std::variant<Granted, ClaimRefused> answer = Granted{p.topic, p.nonce};
  transaction([&] {
    auto row = storage_->window({m.wallet, p.topic, p.nonce});
    if (row && row->status != Status::open) {
      if (row->status == Status::claimed && same(*row, p)) return; // repeated claim: the requester or the reply was lost
      answer =
        ClaimRefused{p.topic, p.nonce, row->status,
                     "this window is " + name(row->status) + " already" + (row->reason.empty() ? "" : ": " + row->reason)};
      return;
    }
    if (!row) row = blank({m.wallet, p.topic, p.nonce});
    row->status = Status::claimed;
    row->reason.clear();
    if (p.closes.value != 0) row->closes = p.closes;
    row->values = p.values;
    row->source = p.source;
    row->model = p.model;
    row->candle = p.candle;
    row->claimed_at = m.at;
    put(*row);
  });
  return answer;
}

template <> void Books::apply(const Wallet&, const StoreSigned& m) {
  transaction([&] {
    const WindowKey key{m.wallet, m.topic, m.nonce};
    auto row = m.nonce.value == 0 ? std::nullopt : storage_->window(key);
    if (m.nonce.value != 0 && (!row || row->status == Status::open))
      throw StoreRejected("the window was never claimed: nothing may be signed for it");
    auto signed_so_far = storage_->transactions(key);
    // Signatures are deterministic: withdrawn bytes may be signed again and are then under way again.
    const auto known =
      std::find_if(signed_so_far.begin(), signed_so_far.end(), [&](const auto& tx) { return tx.hash == m.signed_tx.hash; });
    if (known != signed_so_far.end() && known->status != TxStatus::withdrawn) return; // repeated call
    if (row && is_final(row->status))
      throw StoreRejected("this window is " + name(row->status) + " already: nothing may be sent for it");
    for (auto& tx : signed_so_far)
      if (tx.hash == m.replaces && tx.status == TxStatus::stored) {
        tx.status = TxStatus::withdrawn;
        tx.done_at = m.at;
        put(tx);
      }
    const auto& s = m.signed_tx;
    const auto number = signed_so_far.empty() ? 1 : signed_so_far.back().number + 1;
    put(TransactionRow{.hash = s.hash,
                       .wallet = m.wallet,
                       .topic = m.topic,
                       .nonce = m.nonce,
                       .number = number,
                       .sequence = s.sequence,
                       .gas = s.gas,
                       .fee = s.fee,
                       .timeout = s.timeout,
                       .bytes = s.tx,
                       .values = s.values,
                       .signature = s.signature,
                       .replaces = m.replaces,
                       .why = m.why,
                       .status = TxStatus::stored,
                       .stored_at = m.at});
    if (!row) return;
    row->status = Status::stored;
    row->reason = m.why;
    if (!s.values.empty()) row->values = s.values;
    row->tx_hash = s.hash;
    row->signature = s.signature;
    row->stored_at = m.at;
    put(*row);
  });
}

template <> void Books::apply(const Wallet&, const MarkSent& m) {
  assert(m.status == Status::sent || m.status == Status::uncertain);
  transaction([&] {
    const WindowKey key{m.wallet, m.topic, m.nonce};
    for (auto& tx : storage_->transactions(key)) {
      if (tx.hash != m.hash || !is_under_way(tx.status)) continue;
      const auto before = tx;
      tx.status = m.status == Status::sent ? TxStatus::sent : TxStatus::uncertain;
      if (!m.endpoint.empty()) tx.endpoint = m.endpoint;
      if (tx.sent_at.value == 0) tx.sent_at = m.at;
      if (tx != before) put(tx);
    }
    if (m.nonce.value != 0)
      change(key, [&](WindowRow& row) {
        if (stage(row.status) != 2 || row.tx_hash != m.hash) return;
        row.status = m.status;
        row.reason = m.reason;
        if (!m.endpoint.empty()) row.endpoint = m.endpoint;
        if (row.sent_at.value == 0) row.sent_at = m.at;
      });
  });
}

template <> void Books::apply(const Wallet&, const BookOutcome& m) {
  assert(is_final(m.status));
  transaction([&] {
    const WindowKey key{m.wallet, m.topic, m.nonce};
    auto row = m.nonce.value == 0 ? std::nullopt : storage_->window(key);
    if (row && is_final(row->status)) return;
    const bool changed = close_outcome(m);
    if (m.nonce.value == 0) {
      if (changed || m.hash.hex.empty()) registered_.push_back({m, {}});
      return;
    }
    if (!row) row = blank(key);
    if (!m.hash.hex.empty()) row->tx_hash = m.hash;
    row->height = m.height;
    row->gas_used = m.gas_used;
    row->fee = m.fee;
    finish(*row, m.status, m.reason, m.at);
  });
}

// One transaction decided the window; the others can no longer be included. When the chain confirms the answer without naming
// the transaction, they keep their status.
bool Books::close_outcome(const BookOutcome& m) {
  if (m.status == Status::confirmed && m.hash.hex.empty()) return false;
  bool changed = false;
  for (auto& tx : storage_->transactions({m.wallet, m.topic, m.nonce})) {
    if (!is_under_way(tx.status)) continue;
    // Nonce 0 is shared by all registrations of the topic: only the named transaction is closed.
    if (m.nonce.value == 0 && tx.hash != m.hash) continue;
    tx.status = tx.hash == m.hash ? as_tx(m.status) : TxStatus::withdrawn;
    tx.done_at = m.at;
    if (tx.hash == m.hash) {
      tx.height = m.height;
      if (m.nonce.value == 0) tx.paid = m.fee;
    }
    put(tx);
    changed = true;
  }
  return changed;
}

template <> void Books::apply(const Wallet& wallet, const WindowDelayed& m) {
  change({wallet, m.topic, m.nonce}, [&](WindowRow& row) {
    if (row.status == Status::open) row.reason = m.reason;
  });
}

template <> void Books::apply(const Wallet& wallet, const SkippedWindow& skipped) {
  const auto& m = skipped.message;
  transaction([&] {
    const WindowKey key{wallet, m.topic, m.nonce};
    auto row = storage_->window(key);
    if (!row) row = blank(key);
    if (row->status == Status::open) finish(*row, Status::skipped, m.reason, skipped.at);
  });
}

template <> void Books::apply(const Wallet& wallet, const WindowClosed& m) {
  transaction([&] {
    auto row = storage_->window({wallet, m.topic, m.nonce});
    if (row && row->status == Status::open) finish(*row, Status::missed, row->reason.empty() ? unanswered : row->reason, m.at);
  });
}

template <> void Books::apply(const Wallet& wallet, const MissedWindow& m) {
  transaction([&] {
    const WindowKey key{wallet, m.topic, m.nonce};
    if (auto row = storage_->window(key)) {
      if (row->closes.value > 0) return;
      row->closes = m.closes; // made by an outcome alone; now it also proves that no earlier window lacks a row
      return put(*row);
    }
    auto row = blank(key);
    row.closes = m.closes;
    finish(row, Status::missed, m.reason, m.at);
  });
}

template <> void Books::apply(const Wallet&, const BookScore& m) {
  change({m.event.wallet, m.event.topic, m.event.nonce}, [&](WindowRow& row) { row.score = m.event.score; });
}

template <> void Books::apply(const Wallet&, const BookReward& m) {
  change({m.event.wallet, m.event.topic, m.event.nonce}, [&](WindowRow& row) { row.reward = m.event.reward; });
}

template <> void Books::apply(const Wallet& wallet, const BookConclusion& m) {
  change({wallet, m.event.topic, m.event.nonce}, [&](WindowRow& row) {
    if (row.combined != m.event.combined || row.combined_at.value == 0) row.combined_at = m.at; // a block may come twice
    row.combined = m.event.combined;
    row.held = m.event.ours;
  });
}

// In score_rules.cpp.
template <> void Books::apply(const Wallet&, const BookModels&);
template <> void Books::apply(const Wallet&, const BookPrediction&);
template <> void Books::apply(const Wallet&, const BookTruth&);
template <> void Books::apply(const Wallet&, const BookSwap&);
template <> void Books::apply(const Wallet&, const BookPredictorState&);

// Behind the specializations that it calls.
void Books::write(const Wallet& wallet, const BookEntry& entry) {
  std::visit([&](const auto& m) { apply(wallet, m); }, entry);
}

Unresolved Books::unresolved(const Wallet& wallet) {
  Unresolved answer{.wallet = wallet};
  for (const auto& row : storage_->unfinished(wallet)) {
    if (row.status == Status::open) continue;
    Unfinished window{{row.topic, row.nonce, row.closes, row.source, row.model, row.candle, row.values}, row.status, {}};
    for (const auto& tx : storage_->transactions(row.key()))
      if (tx.status != TxStatus::withdrawn) window.attempts.push_back(tx.signed_tx());
    answer.windows.push_back(std::move(window));
  }
  for (const auto& tx : storage_->registrations(wallet)) {
    const auto same_topic = std::find_if(answer.windows.begin(), answer.windows.end(), [&](const Unfinished& w) {
      return w.prediction.nonce.value == 0 && w.prediction.topic == tx.topic;
    });
    auto& window = same_topic != answer.windows.end()
                     ? *same_topic
                     : answer.windows.emplace_back(Unfinished{{.topic = tx.topic}, Status::stored, {}});
    window.prediction.closes = std::max(window.prediction.closes, tx.timeout);
    window.attempts.push_back(tx.signed_tx());
  }
  answer.gas = storage_->gas(wallet);
  return answer;
}

Height Books::last_nonce(const Wallet& wallet, TopicId topic) { return storage_->last_nonce(wallet, topic); }

BooksSummary Books::summary(const Wallet& wallet, Instant now) {
  auto it = totals_.find(wallet);
  if (it == totals_.end()) it = totals_.try_emplace(wallet, *storage_, wallet).first;
  auto summary = it->second.summary(now);
  const Instant day_ago{now.value - TopicResultsReader::day_ms};
  summary.fees_24h = day_fees(wallet, day_ago).paid_since(day_ago);
  return summary;
}

Uallo Books::fees_with(const StoreSigned& m, Instant since) { return day_fees(m.wallet, since).with(m, since); }

DayFees& Books::day_fees(const Wallet& wallet, Instant since) {
  auto it = day_fees_.find(wallet);
  if (it != day_fees_.end() && !it->second.covers(since)) it = day_fees_.erase(it), it = day_fees_.end(); // a clock set back
  if (it == day_fees_.end()) {
    DayFees fees(since);
    for (const auto& [at, fee] : storage_->paid_since(wallet, DayFees::begin_of(since))) fees.paid(at, fee);
    for (const auto& row : storage_->unfinished(wallet))
      for (const auto& tx : storage_->transactions(row.key())) fees.follow(tx);
    for (const auto& tx : storage_->registrations(wallet)) fees.follow(tx);
    it = day_fees_.emplace(wallet, std::move(fees)).first;
  }
  return it->second;
}

} // namespace inferd
