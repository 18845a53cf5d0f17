#pragma once

#include "runtime/sim/chain/sim_events.hpp"
#include "runtime/sim/chain/sim_payload.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace inferd::sim {

/// Charged for the message in addition to the fee; uallo.
inline constexpr Amount data_fee = 10, registration_fee = 200;

/// A worker's submission to a window.
struct Submitted {
  std::string worker;
  wire::InputInference input; ///< as sent
  std::vector<NormalValue> values;
  std::int64_t height{}; ///< of its block
};

/// Accepts submissions in blocks nonce + 1 to closes, both included.
struct Window {
  std::int64_t nonce{}, closes{};
  Instant opened;
  std::vector<Submitted> answers; ///< in order of arrival
  std::int64_t closed{};          ///< at the end of this block; 0: open
};

inline constexpr std::size_t kept_windows = 16;

/// A topic and its state.
struct Topic {
  TopicSettings settings;
  bool active = true;
  std::int64_t last_opened = 0; ///< 0: never
  std::deque<Window> open;      ///< oldest first
  std::deque<Window> awaiting;  ///< closed with submissions, not yet scored; oldest first
  std::deque<Window> scored;    ///< the last kept_windows of them, for queries as of an earlier block; oldest first
  std::set<std::string> registered, whitelist;
  std::optional<Window> concluded; ///< the last window closed with submissions
  struct Ema {
    std::int64_t nonce{};
    double score{};
  };
  std::map<std::string, Ema> ema; ///< by worker

  std::int64_t next_opening() const;
  const Window* window(std::int64_t nonce) const; ///< null unless open
};

/// The emissions module: topics, windows, submissions, scores, rewards.
class Emissions {
public:
  explicit Emissions(const ChainSettings& settings);

  const Topic* find(std::uint64_t id) const;
  Topic* find(std::uint64_t id);
  void add(const TopicSettings& topic);
  void upgrade(const std::string& version) { settings_.emissions = version; }
  void set_truth(decltype(ChainSettings::truth) truth) { settings_.truth = std::move(truth); }
  /// Closes the topic's open windows in the next block, regardless of their announced end.
  void close_windows(std::uint64_t id);
  void whitelist_globally(const std::string& address) { globally_whitelisted_.insert(address); }
  bool may_submit(const Topic& topic, const std::string& address) const;
  const std::map<std::uint64_t, Topic>& topics() const { return topics_; }

  /// The result of executing the message, without side effects. `tx_size` in bytes; `gas_used` up to the refusal or in total.
  Outcome check(const wire::InsertWorkerPayloadRequest& request, std::size_t tx_size) const;
  Outcome check(const wire::RegisterRequest& request, std::size_t tx_size) const;
  /// Requires a successful check. Returns the message's events.
  std::vector<Event> apply(const wire::InsertWorkerPayloadRequest& request, std::int64_t height);
  std::vector<Event> apply(const wire::RegisterRequest& request, std::int64_t height);

  struct Payout {
    std::string worker;
    Amount uallo;
  };
  /// End block: opens and closes windows, concludes, scores and rewards submissions.
  std::vector<Payout> end_block(std::int64_t height, Instant now, std::vector<Event>& events);

private:
  void open(Topic& topic, std::int64_t height, Instant now, std::vector<Event>& events);
  void close(Topic& topic, Window window, std::vector<Event>& events);
  std::vector<Payout> settle(Topic& topic, const Window& window, std::int64_t height, std::vector<Event>& events);
  std::string named(const char* event) const { return "emissions." + settings_.emissions + '.' + event; }

  ChainSettings settings_;
  std::map<std::uint64_t, Topic> topics_;
  std::set<std::string> globally_whitelisted_;
};

} // namespace inferd::sim
