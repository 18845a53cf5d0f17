#pragma once
// Which of several nodes to speak to. Fast away, careful back: one failure is enough to go elsewhere, and a node that
// failed is tried again later and later. Pure: times are milliseconds of a steady clock given by the caller.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace inferd {

struct BackoffPolicy {
  std::int64_t first_ms = 250;      ///< after the first failure; doubled by each further one
  std::int64_t longest_ms = 30'000;
  std::int64_t settled_ms = 10'000; ///< a connection that lived this long was a good one: its failure counts as a first
};

class EndpointHealth {
public:
  /// Ranked in the order given until something is known.
  EndpointHealth(std::size_t endpoints, BackoffPolicy policy);

  struct Choice {
    std::size_t endpoint;
    std::int64_t wait_ms; ///< before it is tried
  };
  /// The one with the best score among those whose wait is over, or the one whose wait ends first.
  Choice choose(std::int64_t now) const;

  void opened(std::size_t endpoint, std::int64_t now);
  /// An answer came after `took_ms`.
  void answered(std::size_t endpoint, std::int64_t took_ms);
  /// The connection or the attempt failed. `jitter` in [0,1) spreads the clients of a node that came back.
  /// `at_least_ms`: the node's own wish (Retry-After).
  void failed(std::size_t endpoint, std::int64_t now, double jitter, std::int64_t at_least_ms = 0);

  /// Milliseconds: the smoothed latency, and a penalty for each recent failure that halves every minute.
  double score(std::size_t endpoint, std::int64_t now) const;

private:
  struct Endpoint {
    double latency_ms = 0; ///< exponential mean of the answers, weight 1/8 for the newest
    double strikes = 0;    ///< at the time of `struck`
    std::int64_t struck = 0;
    int failures = 0; ///< in a row
    std::int64_t opened = -1;
    std::int64_t not_before = INT64_MIN;
  };
  double strikes(const Endpoint&, std::int64_t now) const;

  BackoffPolicy policy_;
  std::vector<Endpoint> endpoints_;
};

} // namespace inferd
