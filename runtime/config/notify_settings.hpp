#pragma once

#include "runtime/config/header_source.hpp"
#include "runtime/ports/alert_name.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// `[notify]`. Off without webhook and command.
struct NotifySettings {
  std::string webhook;         ///< http or https; may hold a key, so it is shown without path. Empty: webhook_secret, or none
  SecretSource webhook_secret; ///< where the address lies instead
  NotifyForm form{};
  std::string chat;                 ///< telegram only
  std::vector<std::string> command; ///< program and arguments; gets the JSON on standard input. Empty: none
  std::vector<AlertName> alerts;    ///< of these; empty: all
  std::int64_t check_s = 15;        ///< between two evaluations of the alerts' conditions
  std::int64_t repeat_s = 3'600;    ///< least time between two messages that one alert fires
  std::int64_t per_hour = 20;       ///< messages, at most
  bool resolved = true;             ///< also when an alert has ended

  bool on() const { return !webhook.empty() || webhook_secret || !command.empty(); }
};

} // namespace inferd
