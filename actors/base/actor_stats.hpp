#pragma once
// What an actor publishes about itself without being asked. Written by its senders and its own thread, readable from any.

#include "messages/inspection.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

namespace inferd {

inline constexpr std::size_t most_message_types =
  80; ///< of messages/all.hpp; the message census has one element more, for CAF's own

/// Upper bounds of the histogram of handler times, in seconds; the last bucket has none.
inline constexpr std::array<double, 6> handler_bounds{1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0};

/// A snapshot of an actor's state that is published while the actor blocks on the disk, so that readers do not block too. The
/// actor publishes it, then checks its mailbox, then blocks; a reader sends Inspect, then reads the snapshot: one of the two
/// sees the other. Thread-safe.
class StateSnapshot {
public:
  struct Published {
    Inspection state;
    std::int64_t since_ns{}; ///< on the clock of ActorContext::monotonic_ns
  };
  /// Publishes a state for its own lifetime.
  class Scope {
  public:
    Scope(StateSnapshot& at, Published state) : at_(at) { at_.put(std::move(state)); }
    ~Scope() { at_.put({}); }
    Scope(const Scope&) = delete;
    Scope& operator=(const Scope&) = delete;

  private:
    StateSnapshot& at_;
  };

  /// Empty: the actor does not block.
  std::optional<Published> get() const {
    std::atomic_thread_fence(std::memory_order_seq_cst);
    const std::lock_guard lock(mutex_);
    return published_;
  }

private:
  void put(std::optional<Published> state) {
    {
      const std::lock_guard lock(mutex_);
      published_.swap(state);
    }
    std::atomic_thread_fence(std::memory_order_seq_cst);
  }

  mutable std::mutex mutex_;
  std::optional<Published> published_;
};

struct ActorStats {
  explicit ActorStats(Place place) : actor_place(std::move(place)), place_name(to_string(actor_place)) {}
  virtual ~ActorStats() = default;
  const Place actor_place;
  const std::string place_name;             ///< the text form of actor_place
  std::atomic<std::int64_t> mailbox_size{}; ///< messages in its mailbox
  std::atomic<std::uint64_t> started{};     ///< messages it has taken from there
  std::atomic<bool> in_handler{};           ///< it is handling one of them
  StateSnapshot snapshot;

  // Measured only while ActorContext::monotonic_ns is set.
  std::atomic<std::int64_t> busy_ns{}, longest_ns{}; ///< in handlers since its start: all together, and the longest one
  std::atomic<std::int64_t> since_ns{};              ///< begin of the handler that runs; 0: none
  std::atomic<std::uint16_t> in_hand{};              ///< index of its message, as in `waiting`
  std::array<std::atomic<std::uint32_t>, handler_bounds.size() + 1> took{}; ///< handlers by their time, not cumulated

  /// Messages in the mailbox by type: 0 is CAF's own, 1 the first of messages/all.hpp.
  std::array<std::atomic<std::uint32_t>, most_message_types + 1> waiting{};
};

/// Sets ActorStats::in_handler for its own lifetime; may be nested.
class HandlerScope {
public:
  explicit HandlerScope(ActorStats& stats)
    : stats_(stats), outer_(stats.in_handler.exchange(true, std::memory_order_relaxed)) {}
  ~HandlerScope() { stats_.in_handler.store(outer_, std::memory_order_relaxed); }
  HandlerScope(const HandlerScope&) = delete;
  HandlerScope& operator=(const HandlerScope&) = delete;

private:
  ActorStats& stats_;
  const bool outer_;
};

/// Measures one handler. `monotonic_ns` null: measures nothing.
class HandlerTime {
public:
  HandlerTime(ActorStats& stats, std::int64_t (*monotonic_ns)(), std::uint16_t message) : stats_(stats), clock_(monotonic_ns) {
    if (!clock_) return;
    begin_ = clock_();
    stats_.in_hand.store(message, std::memory_order_relaxed);
    stats_.since_ns.store(begin_, std::memory_order_relaxed);
  }
  ~HandlerTime() {
    if (!clock_) return;
    const auto took = clock_() - begin_;
    stats_.since_ns.store(0, std::memory_order_relaxed);
    stats_.busy_ns.fetch_add(took, std::memory_order_relaxed);
    if (took > stats_.longest_ns.load(std::memory_order_relaxed)) stats_.longest_ns.store(took, std::memory_order_relaxed);
    std::size_t bucket = 0;
    while (bucket < handler_bounds.size() && static_cast<double>(took) > handler_bounds[bucket] * 1e9) ++bucket;
    stats_.took[bucket].fetch_add(1, std::memory_order_relaxed);
  }
  HandlerTime(const HandlerTime&) = delete;
  HandlerTime& operator=(const HandlerTime&) = delete;

private:
  ActorStats& stats_;
  std::int64_t (*clock_)();
  std::int64_t begin_{};
};

} // namespace inferd
