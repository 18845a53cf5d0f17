#pragma once
// The calls under way on one socket, by id. Pure: times are milliseconds of a steady clock given by the caller.

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

  /// The call that an answer with this id belongs to. Nothing for ids never used, answered or expired.
  std::optional<Call> take(std::uint64_t id);
  /// The calls whose deadline has come, in the order of their deadlines.
  std::vector<Call> expire(std::int64_t now);
  /// All of them, in the order sent: the socket is gone.
  std::vector<Call> clear();

  /// When expire() next has something to do.
  std::optional<std::int64_t> next_deadline();

private:
  using Due = std::pair<std::int64_t, std::uint64_t>; // deadline, id
  std::size_t bound_;
  std::unordered_map<std::uint64_t, Call> calls_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_; ///< answered calls stay in until they come up
};

} // namespace inferd
