#include "runtime/live/call_table.hpp"

#include <algorithm>
#include <cassert>

namespace inferd {

void CallTable::add(std::uint64_t id, Call call) {
  assert(!full());
  if (due_.size() > 2 * bound_) { // drops the entries of answered calls
    std::vector<Due> open;
    for (const auto& [open_id, open_call] : calls_) open.emplace_back(open_call.deadline, open_id);
    due_ = decltype(due_)(std::greater<>(), std::move(open));
  }
  due_.emplace(call.deadline, id);
  const bool added = calls_.emplace(id, std::move(call)).second;
  assert(added);
  (void)added;
}

std::optional<CallTable::Call> CallTable::take(std::uint64_t id) {
  const auto found = calls_.find(id);
  if (found == calls_.end()) return std::nullopt;
  auto call = std::move(found->second);
  calls_.erase(found);
  return call;
}

std::vector<CallTable::Call> CallTable::expire(std::int64_t now) {
  std::vector<Call> expired;
  while (!due_.empty() && due_.top().first <= now) {
    if (auto call = take(due_.top().second)) expired.push_back(std::move(*call));
    due_.pop();
  }
  return expired;
}

std::vector<CallTable::Call> CallTable::clear() {
  std::vector<std::uint64_t> ids;
  for (const auto& [id, call] : calls_) ids.push_back(id);
  std::ranges::sort(ids);
  std::vector<Call> all;
  for (const auto id : ids) all.push_back(*take(id));
  due_ = {};
  return all;
}

std::optional<std::int64_t> CallTable::next_deadline() {
  while (!due_.empty() && !calls_.contains(due_.top().second)) due_.pop();
  return due_.empty() ? std::nullopt : std::optional(due_.top().first);
}

} // namespace inferd
