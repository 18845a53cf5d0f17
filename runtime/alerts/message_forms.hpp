#pragma once
// Messages in the forms of services. Pure.

#include "runtime/alerts/alert_core.hpp"

#include <boost/json/object.hpp>
#include <string>

namespace inferd::alerts {

/// Who speaks.
struct Sender {
  std::string wallet, chain, host;
};

/// "FIRING InferdNotEarning (critical) on HOST: summary".
std::string text_of(const Notification&, const Sender&);

/// {"source", "host", "wallet", "chain", "alert", "state", "severity", "subject", "summary", "since", "at", "text"}.
boost::json::object json_of(const Notification&, const Sender&);

/// The body of a POST. `text` is cut to what the service takes: of slack 40,000 bytes, discord 2,000, telegram 4,096.
std::string body_of(NotifyForm, const std::string& chat, const boost::json::object& json, const std::string& text);

} // namespace inferd::alerts
