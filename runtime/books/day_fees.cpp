#include "runtime/books/day_fees.hpp"

namespace inferd {

namespace {
constexpr std::int64_t minute = 60'000;
}

Instant DayFees::begin_of(Instant at) { return {at.value / minute * minute}; }

void DayFees::paid(Instant at, Uallo fee) {
  if (fee > Uallo{} && at >= since_) minutes_[at.value / minute] += fee;
}

void DayFees::follow(const TransactionRow& tx) {
  auto& window = under_way_[{tx.topic, tx.nonce}];
  if (is_under_way(tx.status)) window[tx.hash] = {tx.fee, tx.status == TxStatus::stored};
  else window.erase(tx.hash);
  if (window.empty()) under_way_.erase({tx.topic, tx.nonce});
  if (tx.nonce.value == 0 && !is_under_way(tx.status)) paid(tx.done_at, tx.paid);
}

void DayFees::finished(const WindowRow& row) {
  under_way_.erase({row.topic, row.nonce});
  paid(row.done_at, row.fee);
}

Uallo DayFees::paid_since(Instant since) {
  since_ = begin_of(since);
  minutes_.erase(minutes_.begin(), minutes_.lower_bound(since.value / minute));
  Uallo sum;
  for (const auto& [at, fee] : minutes_) sum += fee;
  return sum;
}

Uallo DayFees::with(const StoreSigned& m, Instant since) {
  auto sum = m.signed_tx.fee + paid_since(since);
  for (const auto& [key, window] : under_way_)
    for (const auto& [hash, tx] : window) {
      const bool replaced = key == std::pair(m.topic, m.nonce) && hash == m.replaces && tx.may_be_withdrawn;
      if (hash != m.signed_tx.hash && !replaced) sum += tx.fee;
    }
  return sum;
}

} // namespace inferd
