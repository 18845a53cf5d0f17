#include "runtime/books/running_totals.hpp"

#include <utility>

namespace inferd {

RunningTotals::RunningTotals(BookStorage& storage, Wallet wallet)
  : storage_(storage), wallet_(std::move(wallet)), sums_(storage_.sums(wallet_)) {
  for (const auto topic : storage_.topics(wallet_)) topics_.try_emplace(topic);
}

bool RunningTotals::follow(const std::optional<WindowRow>& before, const WindowRow& after) {
  const auto old = before.value_or(WindowRow{});
  if (old.fee > Uallo{} && old.fee != after.fee) return false;
  if (!old.reward.text.empty() && old.reward != after.reward) return false;
  if (before) --sums_.windows[old.status];
  ++sums_.windows[after.status];
  sums_.last_nonce = std::max(sums_.last_nonce, after.nonce);
  if (old.reward != after.reward) sums_.rewards.add(after.reward);
  if (old.fee != after.fee) sums_.fees += after.fee;
  auto& topic = topics_[after.topic];
  if (is_final(after.status)) topic = {};
  return true;
}

bool RunningTotals::follow(const std::optional<TransactionRow>& before, const TransactionRow& after) {
  if (after.nonce.value != 0) return true; // what a window has paid is in its row
  const auto old = before.value_or(TransactionRow{});
  if (old.paid > Uallo{} && old.paid != after.paid) return false;
  if (old.paid != after.paid) sums_.fees += after.paid;
  return true;
}

BooksSummary RunningTotals::summary(Instant now) {
  BooksSummary s{.fees = sums_.fees, .rewards = sums_.rewards.total(), .last_nonce = sums_.last_nonce};
  for (const auto& [status, n] : sums_.windows) {
    s.windows += n;
    if (status == Status::confirmed) s.confirmed += n;
    else if (status == Status::refused) s.refused += n;
    else if (status == Status::missed) s.missed += n;
    else if (status == Status::skipped) s.skipped += n;
    else if (!is_final(status)) s.unfinished += n;
  }
  for (auto& [id, topic] : topics_) {
    if (now < topic.from || now > topic.until) {
      TopicResultsReader reader(id, now);
      storage_.read_results(wallet_, reader);
      topic = {reader.results(), now, reader.valid_until()};
    }
    s.topics.push_back(topic.results);
  }
  return s;
}

} // namespace inferd
