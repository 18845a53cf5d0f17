#pragma once
// Ranks RPC endpoints and decides when to change. One failure is enough to change. A failed endpoint is used again after its
// backoff and, while another one is healthy, after consecutive successful probes. An endpoint in use that works is left only
// when it is behind the others or much slower for long.
// Pure; times are milliseconds of a steady clock that the caller passes.

#include "messages/backoff.hpp"
#include "runtime/ports/endpoint_state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct EndpointPolicy {
  Backoff backoff{.first_ms = 250, .longest_ms = 30'000, .below_percent = 50};
  std::int64_t settled_ms = 10'000; ///< a failure after a connection this long counts as a first one
  int successes_needed = 3;         ///< consecutive successful probes required after a failure
  std::int64_t behind = 3;          ///< tolerated blocks behind the best of the others
  int behind_threshold = 2;         ///< consecutive probes that find the endpoint in use behind before it is left
  int slow_threshold = 30;          ///< consecutive probes with another endpoint's score at most half before it is left
  std::int64_t slow_by_ms = 20;     ///< least difference of the two scores
};

class EndpointHealth {
public:
  /// Ranked in the given order until something is known.
  EndpointHealth(std::size_t endpoints, EndpointPolicy policy);

  struct Choice {
    std::size_t endpoint;
    std::int64_t wait_ms; ///< before connecting
  };
  /// The best endpoint out of backoff, healthy ones first; otherwise the one whose backoff ends first.
  Choice choose(std::int64_t now) const;
  /// The best of the others that is out of backoff and healthy.
  std::optional<std::size_t> best_other(std::size_t present, std::int64_t now) const;

  /// All others that are out of backoff and answered their last probe, the best first.
  std::vector<std::size_t> others(std::size_t present, std::int64_t now) const;

  void opened(std::size_t endpoint, std::int64_t now);
  /// The connection or the attempt failed. `jitter` in [0,1) spreads the reconnects of many clients. `at_least_ms`:
  /// Retry-After.
  void failed(std::size_t endpoint, std::int64_t now, double jitter, std::string why, std::int64_t at_least_ms = 0);
  /// Closed without a failure.
  void released(std::size_t endpoint, std::int64_t now);

  /// False during backoff: it limits probes, too.
  bool due_for_probe(std::size_t endpoint, std::int64_t now) const { return endpoints_[endpoint].not_before <= now; }
  struct Leave {
    std::string reason;
    bool fault; ///< counts as a failure of the endpoint
  };
  /// `present`: the endpoint in use, if any; probe it last in a round, because its height is compared with the others' earlier
  /// ones. Returns a value when the endpoint in use is to be left.
  std::optional<Leave> probed(std::size_t endpoint, std::optional<std::size_t> present, const EndpointProbe&, std::int64_t now,
                              double jitter);

  /// Milliseconds: smoothed latency plus a penalty for each failure that halves every minute. Lower is better.
  double score(std::size_t endpoint, std::int64_t now) const;
  /// `endpoint` is left empty.
  EndpointState state(std::size_t endpoint, std::optional<std::size_t> present, std::int64_t now) const;
  /// Best first.
  std::vector<std::size_t> ranked(std::int64_t now) const;

private:
  struct Endpoint {
    double latency_ms = 0; ///< exponential moving average, alpha 1/4
    double penalty = 0;    ///< at `penalised_at`
    std::int64_t penalised_at = 0;
    int failures = 0; ///< consecutive
    int successes_due = 0;
    std::int64_t opened = -1;
    std::int64_t not_before = INT64_MIN;
    std::int64_t height = 0, behind = 0;
    Instant block_time;                     ///< of that height; 0: unknown
    bool probe_failed = false;              ///< without an answer
    int probes_behind = 0, probes_slow = 0; ///< consecutive, while in use
    std::string trouble;
  };
  double penalty(const Endpoint&, std::int64_t now) const;
  bool settled(const Endpoint&, std::int64_t now) const;
  bool healthy(const Endpoint&) const;
  std::int64_t height_of_others(const Endpoint&) const;
  bool better(std::size_t a, std::size_t b, std::int64_t now) const;
  std::optional<Leave> evaluate(std::size_t present, std::int64_t now);

  EndpointPolicy policy_;
  std::vector<Endpoint> endpoints_;
};

} // namespace inferd
