#include "runtime/endpoints/endpoint_health.hpp"

#include "runtime/ports/possible_head.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <numeric>

namespace inferd {
namespace {

constexpr double failure_ms = 200;                   // latency equivalent of one failure
constexpr double half_life_ms = 60'000;              // of a failure's penalty
constexpr std::int64_t max_retry_after_ms = 300'000; // upper limit of a Retry-After

} // namespace

EndpointHealth::EndpointHealth(std::size_t endpoints, EndpointPolicy policy) : policy_(policy), endpoints_(endpoints) {
  assert(endpoints > 0);
}

bool EndpointHealth::healthy(const Endpoint& e) const { return e.successes_due == 0 && e.behind <= policy_.behind; }

bool EndpointHealth::better(std::size_t a, std::size_t b, std::int64_t now) const {
  const auto &x = endpoints_[a], &y = endpoints_[b];
  const bool x_ready = x.not_before <= now, y_ready = y.not_before <= now;
  if (x_ready != y_ready) return x_ready;
  if (!x_ready) return x.not_before < y.not_before;
  return healthy(x) != healthy(y) ? healthy(x) : score(a, now) < score(b, now);
}

std::vector<std::size_t> EndpointHealth::ranked(std::int64_t now) const {
  std::vector<std::size_t> order(endpoints_.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) { return better(a, b, now); });
  return order;
}

EndpointHealth::Choice EndpointHealth::choose(std::int64_t now) const {
  const auto best = ranked(now).front();
  return {best, endpoints_[best].not_before <= now ? 0 : endpoints_[best].not_before - now};
}

std::optional<std::size_t> EndpointHealth::best_other(std::size_t present, std::int64_t now) const {
  for (const auto i : ranked(now))
    if (i != present && endpoints_[i].not_before <= now && healthy(endpoints_[i])) return i;
  return {};
}

std::vector<std::size_t> EndpointHealth::others(std::size_t present, std::int64_t now) const {
  auto order = ranked(now);
  std::erase_if(order,
                [&](std::size_t i) { return i == present || endpoints_[i].not_before > now || endpoints_[i].probe_failed; });
  return order;
}

void EndpointHealth::opened(std::size_t endpoint, std::int64_t now) {
  auto& e = endpoints_[endpoint];
  e.opened = now;
  e.probes_behind = e.probes_slow = 0;
}

bool EndpointHealth::settled(const Endpoint& e, std::int64_t now) const {
  return e.opened >= 0 && now - e.opened >= policy_.settled_ms;
}

void EndpointHealth::failed(std::size_t endpoint, std::int64_t now, double jitter, std::string why, std::int64_t at_least_ms) {
  auto& e = endpoints_[endpoint];
  e.penalty = penalty(e, now) + 1;
  e.penalised_at = now;
  e.failures = settled(e, now) ? 1 : e.failures + 1;
  e.opened = -1;
  e.successes_due = policy_.successes_needed;
  e.trouble = std::move(why);
  e.not_before = now + std::max(policy_.backoff.wait(static_cast<std::uint32_t>(e.failures), jitter),
                                std::clamp<std::int64_t>(at_least_ms, 0, max_retry_after_ms));
}

void EndpointHealth::released(std::size_t endpoint, std::int64_t now) {
  auto& e = endpoints_[endpoint];
  if (settled(e, now)) e.successes_due = e.failures = 0;
  e.opened = -1;
}

std::optional<EndpointHealth::Leave> EndpointHealth::probed(std::size_t endpoint, std::optional<std::size_t> present,
                                                            const EndpointProbe& probe, std::int64_t now, double jitter) {
  auto& e = endpoints_[endpoint];
  e.probe_failed = !probe.trouble.empty() && !probe.answered;
  if (!probe.trouble.empty()) {
    e.height = 0;
    if (endpoint != present) failed(endpoint, now, jitter, probe.trouble);
    else if (probe.answered) return Leave{probe.trouble, true};
    return {}; // only its socket, which has deadlines of its own, decides whether the endpoint in use answers
  }
  const auto took = static_cast<double>(probe.took_ms);
  e.latency_ms = e.height == 0 ? took : e.latency_ms + (took - e.latency_ms) / 4;
  e.height = probe.height;
  e.block_time = probe.block_time;
  e.behind = std::max<std::int64_t>(0, height_of_others(e) - e.height);
  if (e.behind > policy_.behind) {
    e.trouble = "it is " + std::to_string(e.behind) + " blocks behind other nodes";
    if (endpoint != present) e.successes_due = std::max(e.successes_due, 1);
  } else if (e.successes_due == 0 || --e.successes_due == 0) {
    e.trouble.clear();
    if (endpoint != present) e.failures = 0;
  }
  return endpoint == present ? evaluate(endpoint, now) : std::nullopt;
}

std::optional<EndpointHealth::Leave> EndpointHealth::evaluate(std::size_t present, std::int64_t now) {
  auto& e = endpoints_[present];
  auto other = best_other(present, now);
  if (other && endpoints_[*other].height == 0) other.reset(); // nothing to compare with yet
  e.probes_behind = other && e.behind > policy_.behind ? e.probes_behind + 1 : 0;
  if (e.probes_behind >= policy_.behind_threshold) return Leave{e.trouble, true};
  const bool slow = other && 2 * score(*other, now) <= score(present, now) &&
                    score(*other, now) + static_cast<double>(policy_.slow_by_ms) <= score(present, now);
  e.probes_slow = slow ? e.probes_slow + 1 : 0;
  if (e.probes_slow >= policy_.slow_threshold) return Leave{"another node has been much faster for minutes", false};
  return {};
}

// The highest of the others' earlier probes: a node is not blamed for a block it could not have yet. A node that is far behind
// has an old newest block. If it is as recent as a block far above it, the two are of different chains, and only a second
// endpoint up there shows which one is right.
std::int64_t EndpointHealth::height_of_others(const Endpoint& e) const {
  const auto near = [](std::int64_t a, std::int64_t b) { return std::abs(a - b) <= agreeing_blocks; };
  std::int64_t best = 0;
  for (const auto& other : endpoints_) {
    if (&other == &e || other.successes_due > 0 || other.height <= best) continue;
    const bool equally_recent = e.block_time.value > 0 && other.block_time.value - e.block_time.value <= recent_ms;
    const auto agreeing = std::ranges::count_if(
      endpoints_, [&](const Endpoint& w) { return &w != &e && w.successes_due == 0 && near(w.height, other.height); });
    if (near(other.height, e.height) || !equally_recent || agreeing >= 2) best = other.height;
  }
  return best;
}

double EndpointHealth::penalty(const Endpoint& e, std::int64_t now) const {
  return e.penalty * std::exp2(-static_cast<double>(now - e.penalised_at) / half_life_ms);
}

double EndpointHealth::score(std::size_t endpoint, std::int64_t now) const {
  const auto& e = endpoints_[endpoint];
  return e.latency_ms + failure_ms * penalty(e, now);
}

EndpointState EndpointHealth::state(std::size_t endpoint, std::optional<std::size_t> present, std::int64_t now) const {
  const auto& e = endpoints_[endpoint];
  const auto use = endpoint == present  ? EndpointUse::in_use
                   : e.not_before > now ? EndpointUse::in_backoff
                   : healthy(e)         ? EndpointUse::ready
                                        : EndpointUse::probation;
  return {{}, use, e.height, e.behind, std::llround(e.latency_ms), e.failures, e.trouble};
}

} // namespace inferd
