#include "runtime/live/endpoint_health.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace inferd {
namespace {

constexpr double strike_ms = 200;         // a failure weighs like this much latency
constexpr double half_life_ms = 60'000;   // of a strike
constexpr std::int64_t longest_wish_ms = 300'000; // a Retry-After beyond is not believed

} // namespace

EndpointHealth::EndpointHealth(std::size_t endpoints, BackoffPolicy policy) : policy_(policy), endpoints_(endpoints) {
  assert(endpoints > 0);
}

EndpointHealth::Choice EndpointHealth::choose(std::int64_t now) const {
  std::size_t best = 0;
  const auto better = [&](std::size_t a, std::size_t b) {
    const bool a_ready = endpoints_[a].not_before <= now, b_ready = endpoints_[b].not_before <= now;
    if (a_ready != b_ready) return a_ready;
    return a_ready ? score(a, now) < score(b, now) : endpoints_[a].not_before < endpoints_[b].not_before;
  };
  for (std::size_t i = 1; i < endpoints_.size(); ++i)
    if (better(i, best)) best = i;
  return {best, endpoints_[best].not_before <= now ? 0 : endpoints_[best].not_before - now};
}

void EndpointHealth::opened(std::size_t endpoint, std::int64_t now) { endpoints_[endpoint].opened = now; }

void EndpointHealth::answered(std::size_t endpoint, std::int64_t took_ms) {
  auto& latency = endpoints_[endpoint].latency_ms;
  const auto took = static_cast<double>(took_ms);
  latency = latency == 0 ? took : latency + (took - latency) / 8;
}

void EndpointHealth::failed(std::size_t endpoint, std::int64_t now, double jitter, std::int64_t at_least_ms) {
  auto& e = endpoints_[endpoint];
  e.strikes = strikes(e, now) + 1;
  e.struck = now;
  const bool settled = e.opened >= 0 && now - e.opened >= policy_.settled_ms;
  e.failures = settled ? 1 : e.failures + 1;
  e.opened = -1;
  const auto doubled = static_cast<double>(policy_.first_ms) * std::ldexp(1.0, std::min(e.failures - 1, 30));
  const auto wait = std::min(doubled, static_cast<double>(policy_.longest_ms));
  e.not_before = now + std::max(static_cast<std::int64_t>(wait * (0.5 + jitter / 2)),
                                std::clamp<std::int64_t>(at_least_ms, 0, longest_wish_ms));
}

double EndpointHealth::strikes(const Endpoint& e, std::int64_t now) const {
  return e.strikes * std::exp2(-static_cast<double>(now - e.struck) / half_life_ms);
}

double EndpointHealth::score(std::size_t endpoint, std::int64_t now) const {
  const auto& e = endpoints_[endpoint];
  return e.latency_ms + strike_ms * strikes(e, now);
}

} // namespace inferd
