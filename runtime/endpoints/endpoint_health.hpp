#pragma once
// Which of several nodes to speak to, and when to change. Fast away, careful back: one failure is enough to go elsewhere; a
// node that failed is used again only after its wait and, while another one works, after good looks in a row. A connection
// that works is kept: only a node behind the others, or long much slower than another, is left without having failed.
// Pure: times are milliseconds of a steady clock given by the caller.

#include "runtime/ports/endpoint_state.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct BackoffPolicy {
  std::int64_t first_ms = 250; ///< after the first failure; doubled by each further one
  std::int64_t longest_ms = 30'000;
  std::int64_t settled_ms = 10'000; ///< a connection that lived this long was a good one: its failure counts as a first
};

struct EndpointPolicy {
  BackoffPolicy backoff;
  int successes_needed = 3;     ///< good looks in a row wanted after a failure
  std::int64_t behind = 3;      ///< blocks a node may stand behind the best of the others
  int patience = 2;             ///< looks in a row that find the present node further behind: it is left
  int slow_patience = 30;       ///< looks in a row that find another one twice as quick: it is changed to
  std::int64_t slow_by_ms = 20; ///< and at least so much quicker
};

class EndpointHealth {
public:
  /// Ranked in the order given until something is known.
  EndpointHealth(std::size_t endpoints, EndpointPolicy policy);

  struct Choice {
    std::size_t endpoint;
    std::int64_t wait_ms; ///< before it is tried
  };
  /// The best among those whose wait is over, proven ones first; or the one whose wait ends first.
  Choice choose(std::int64_t now) const;
  /// The best of the others, if one is proven and was well when last looked at.
  std::optional<std::size_t> best_other(std::size_t present, std::int64_t now) const;

  void opened(std::size_t endpoint, std::int64_t now);
  /// The connection or the attempt failed. `jitter` in [0,1) spreads the clients of a node that came back.
  /// `at_least_ms`: the node's own wish (Retry-After).
  void failed(std::size_t endpoint, std::int64_t now, double jitter, std::string why, std::int64_t at_least_ms = 0);
  /// Left without a fault of its own.
  void released(std::size_t endpoint, std::int64_t now);

  /// A node that rests is not looked at: its backoff bounds the looks, too.
  bool due_for_probe(std::size_t endpoint, std::int64_t now) const { return endpoints_[endpoint].not_before <= now; }
  struct Leave {
    std::string reason;
    bool fault; ///< counts against the node that is left
  };
  /// `present`: the node in use, if any. Its heights are compared with what others showed before, so it is looked at last
  /// in a round. Returned: the present node is to be left.
  std::optional<Leave> probed(std::size_t endpoint, std::optional<std::size_t> present, const EndpointProbe&, std::int64_t now,
                              double jitter);

  /// Milliseconds: the smoothed latency, and a penalty for each recent failure that halves every minute.
  double score(std::size_t endpoint, std::int64_t now) const;
  /// Without a name.
  EndpointState state(std::size_t endpoint, std::optional<std::size_t> present, std::int64_t now) const;
  /// All of them, the best first.
  std::vector<std::size_t> ranked(std::int64_t now) const;

private:
  struct Endpoint {
    double latency_ms = 0; ///< exponential mean of the looks, weight 1/4 for the newest
    double penalty = 0;    ///< at the time of `struck`
    std::int64_t penalised_at = 0;
    int failures = 0; ///< in a row
    int successes_due = 0;
    std::int64_t opened = -1;
    std::int64_t not_before = INT64_MIN;
    std::int64_t height = 0, behind = 0;
    int probes_behind = 0, probes_slow = 0; ///< in a row, while in use
    std::string trouble;
  };
  double penalty(const Endpoint&, std::int64_t now) const;
  bool settled(const Endpoint&, std::int64_t now) const;
  bool well(const Endpoint&) const;
  bool better(std::size_t a, std::size_t b, std::int64_t now) const;
  std::optional<Leave> judge(std::size_t present, std::int64_t now);

  EndpointPolicy policy_;
  std::vector<Endpoint> endpoints_;
};

} // namespace inferd
