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

/// What a message itself costs, beside the transaction's fee; in uallo.
inline constexpr Amount data_fee = 10, registration_fee = 200;

/// One worker's answer to a window.
struct Submitted {
  std::string worker;
  wire::InputInference input; ///< as it was sent
  std::vector<NormalValue> values;
};

/// A window that takes answers: in blocks nonce + 1 to closes, both included.
struct Window {
  std::int64_t nonce{}, closes{};
  Instant opened;
  std::vector<Submitted> answers; ///< in the order of arrival
};

/// A topic and all that hangs on it.
struct Topic {
  TopicSettings settings;
  bool active = true;
  std::int64_t last_opened = 0; ///< 0: not yet
  std::deque<Window> open;      ///< oldest first
  std::deque<Window> awaiting;  ///< closed with answers, not yet scored; oldest first
  std::set<std::string> registered, whitelist;
  std::optional<Window> concluded; ///< the last that closed with answers
  struct Ema {
    std::int64_t nonce{};
    double score{};
  };
  std::map<std::string, Ema> ema; ///< by worker

  std::int64_t next_opening() const;
  const Window* window(std::int64_t nonce) const; ///< null unless open
};

/// The chain's emissions module: topics, windows, answers, scores, rewards.
class Emissions {
public:
  explicit Emissions(const ChainSettings& settings);

  const Topic* find(std::uint64_t id) const;
  Topic* find(std::uint64_t id);
  void add(const TopicSettings& topic);
  void set_truth(decltype(ChainSettings::truth) truth) { settings_.truth = std::move(truth); }
  /// Ends the topic's open windows with the next block, whatever was said when they opened.
  void cut_short(std::uint64_t id);
  void whitelist_globally(const std::string& address) { globally_whitelisted_.insert(address); }
  bool may_submit(const Topic& topic, const std::string& address) const;
  const std::map<std::uint64_t, Topic>& topics() const { return topics_; }

  /// What executing the message would answer and cost; changes nothing. `tx_size` in bytes. `gas_used` as of the refusal
  /// or of success.
  Outcome check(const wire::InsertWorkerPayloadRequest& request, std::size_t tx_size) const;
  Outcome check(const wire::RegisterRequest& request, std::size_t tx_size) const;
  /// Only after an accepting check. Returns the message's own events.
  std::vector<Event> apply(const wire::InsertWorkerPayloadRequest& request);
  std::vector<Event> apply(const wire::RegisterRequest& request);

  struct Payout {
    std::string worker;
    Amount uallo;
  };
  /// What the end of block `height` does: windows open and close, answers are concluded, scored, rewarded.
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
