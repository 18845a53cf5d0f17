#pragma once
// A node among several, as it is ranked and shown.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>

namespace inferd {

enum class EndpointUse {
  in_use,    ///< connected or connecting
  ready,     ///< healthy, a candidate
  probation, ///< failed, or behind: needs successful probes
  in_backoff ///< failed, in backoff
};
BOOST_DESCRIBE_ENUM(EndpointUse, in_use, ready, probation, in_backoff)

struct EndpointState {
  std::string endpoint;
  EndpointUse use{};
  std::int64_t height{};     ///< of the last probe; 0: unknown
  std::int64_t behind{};     ///< blocks behind the best of the other endpoints
  std::int64_t latency_ms{}; ///< probes' moving average, connecting included
  std::int64_t failures{};   ///< consecutive
  std::string trouble;       ///< the last failure, until the endpoint counts as healthy
  bool operator==(const EndpointState&) const = default;
};
BOOST_DESCRIBE_STRUCT(EndpointState, (), (endpoint, use, height, behind, latency_ms, failures, trouble))

} // namespace inferd
