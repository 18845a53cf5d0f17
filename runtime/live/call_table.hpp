#pragma once
// Pending calls of one socket by id. Pure; times are milliseconds of a steady clock that the caller passes.

#include "runtime/ports/rpc_port.hpp"

#include <optional>
#include <queue>
#include <unordered_map>
#include <utility>
#include <vector>

namespace inferd {

class CallTable {
public:
  using Done = std::function<void(RpcPort::Answer)>;
  struct Call {
    std::string method;
    std::int64_t sent{}, deadline{};
    Done done;
  };

  explicit CallTable(std::size_t bound) : bound_(bound) {}

  bool full() const { return calls_.size() >= bound_; }
  std::size_t size() const { return calls_.size(); }
  bool contains(std::uint64_t id) const { return calls_.contains(id); }
  void add(std::uint64_t id, Call call);

  /// Removes the call with this id. Nothing for an unknown, answered or expired id.
  std::optional<Call> take(std::uint64_t id);
  /// Removes and returns the calls past their deadline, earliest deadline first.
  std::vector<Call> expire(std::int64_t now);
  /// Removes and returns all calls, in the order of their ids.
  std::vector<Call> clear();

  /// The earliest pending deadline.
  std::optional<std::int64_t> next_deadline();

private:
  using Due = std::pair<std::int64_t, std::uint64_t>; // deadline, id
  std::size_t bound_;
  std::unordered_map<std::uint64_t, Call> calls_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_; ///< may contain answered calls
};

} // namespace inferd
