#pragma once

#include <boost/describe/enum.hpp>

namespace inferd {

/// The alerts of etc/prometheus/inferd.rules.yml that a running daemon can see itself (InferdDown it cannot). Their conditions
/// are in runtime/alerts/alert_core.cpp; the test alerts.rules compares both.
enum class AlertName {
  InferdNotHealthy,
  InferdNotEarning,
  InferdWindowLost,
  InferdBalanceLow,
  InferdNoEndpoint,
  InferdStaleData,
  InferdRestartStorm,
  InferdModelStale,
  InferdSameAnswer,
  InferdClash
};
BOOST_DESCRIBE_ENUM(AlertName, InferdNotHealthy, InferdNotEarning, InferdWindowLost, InferdBalanceLow, InferdNoEndpoint,
                    InferdStaleData, InferdRestartStorm, InferdModelStale, InferdSameAnswer, InferdClash)

/// What a webhook's service reads.
enum class NotifyForm {
  json,    ///< all that there is to say
  slack,   ///< {"text"}; also Mattermost
  discord, ///< {"content"}
  telegram ///< {"chat_id", "text"} for sendMessage
};
BOOST_DESCRIBE_ENUM(NotifyForm, json, slack, discord, telegram)

} // namespace inferd
