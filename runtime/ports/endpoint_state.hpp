#pragma once
// A node among several, as it is ranked and shown.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <cstdint>
#include <string>

namespace inferd {

/// What one look at a node told: its `status`, asked from the outside.
struct EndpointProbe {
  bool answered = false;
  std::int64_t height = 0, took_ms = 0;
  std::string trouble; ///< why it is not to be used (another chain, catching up, no answer); empty: it is well
};

enum class EndpointUse {
  in_use,   ///< connected, or being connected to
  ready,    ///< would be next
  on_trial, ///< failed; a few good looks in a row are wanted first
  resting   ///< failed; its wait is not over
};
BOOST_DESCRIBE_ENUM(EndpointUse, in_use, ready, on_trial, resting)

/// For ctl. The best first when in a list.
struct EndpointState {
  std::string endpoint;
  EndpointUse use{};
  std::int64_t height{};     ///< when last looked at; 0: not yet
  std::int64_t behind{};     ///< blocks behind the best of the others, as far as known
  std::int64_t latency_ms{}; ///< smoothed, of the looks: connection included
  std::int64_t failures{};   ///< in a row
  std::string trouble;       ///< the last failure, until it has proven itself
  bool operator==(const EndpointState&) const = default;
};
BOOST_DESCRIBE_STRUCT(EndpointState, (), (endpoint, use, height, behind, latency_ms, failures, trouble))

} // namespace inferd
