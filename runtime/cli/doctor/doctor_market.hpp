#pragma once
// The doctor's check of the market: real candles, judged as the daemon would before it predicts from them.

#include "runtime/cli/doctor/doctor_checks.hpp"
#include "runtime/ports/clock_port.hpp"
#include "runtime/ports/http_port.hpp"

#include <memory>

namespace inferd::cli {

/// Requests the candles of every symbol from every source that a topic may use, concurrently, and reports each, then each topic
/// without a usable one. `offline`: files only. Blocks up to the market port's deadline. Writes no cache.
std::vector<Finding> check_markets(const Config&, std::shared_ptr<HttpPort>, std::shared_ptr<ClockPort>, bool offline);

} // namespace inferd::cli
