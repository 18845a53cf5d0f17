#pragma once

#include "actors/base/actor_base.hpp"
#include "messages/all.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <mutex>
#include <string>
#include <vector>

namespace inferd {

/// Tracks windows by the messages delivered, for the demo's table and the benchmarks. Thread-safe.
class WindowTracker {
public:
  using Steady = std::chrono::steady_clock;
  struct Row {
    TopicId topic;
    Height nonce;
    std::vector<LabelledValue> values;
    std::string status, reason; ///< empty: no outcome yet
    TxHash hash;
    Uallo fee;
    std::optional<Steady::time_point> opened, accepted, confirmed;
    /// Milliseconds since the opening was delivered; negative: not reached.
    double to_mempool_ms() const { return since_opening(accepted); }
    double to_confirmed_ms() const { return since_opening(confirmed); }

  private:
    double since_opening(const std::optional<Steady::time_point>& t) const {
      return opened && t ? std::chrono::duration<double, std::milli>(*t - *opened).count() : -1;
    }
  };

  /// For RunOptions::on_delivery and on_outcome.
  void observe(const Delivery&);
  void observe(const BookOutcome&);
  /// Called with each window's outcome, from an actor's thread. Set before the first delivery.
  std::function<void(const Row&, std::size_t outcomes)> on_outcome;

  std::vector<Row> rows() const;
  std::size_t outcomes() const;

private:
  Row& row(TopicId, Height);

  mutable std::mutex mutex_;
  std::map<std::pair<Height, TopicId>, Row> rows_;
  std::map<std::string, std::pair<Height, TopicId>> hashes_;
  std::size_t outcomes_{};
};

} // namespace inferd
