#pragma once
// A node among several, as it is ranked and shown.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>

namespace inferd {

enum class EndpointUse {
  in_use,   ///< connected, or being connected to
  ready,    ///< would be next
  on_trial, ///< failed; a few successful probes in a row are required first
  resting   ///< failed; its backoff is running
};
BOOST_DESCRIBE_ENUM(EndpointUse, in_use, ready, on_trial, resting)

/// For ctl. The best first when in a list.
struct EndpointState {
  std::string endpoint;
  EndpointUse use{};
  std::int64_t height{};     ///< at the last probe; 0: not probed yet
  std::int64_t behind{};     ///< blocks behind the best of the others, as far as known
  std::int64_t latency_ms{}; ///< of the probes, smoothed; includes the connection
  std::int64_t failures{};   ///< in a row
  std::string trouble;       ///< the last failure, until enough probes have succeeded
  bool operator==(const EndpointState&) const = default;
};
BOOST_DESCRIBE_STRUCT(EndpointState, (), (endpoint, use, height, behind, latency_ms, failures, trouble))

} // namespace inferd
