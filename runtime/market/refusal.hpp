#pragma once

#include "messages/candles.hpp"
#include "runtime/ports/http_port.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd::market {

/// Why a reply has no candles: one sentence without the source's name, and the pause the source demands.
struct Refusal {
  std::string reason;
  std::int64_t pause_ms{}; ///< 0: none demanded
  bool operator==(const Refusal&) const = default;
};

/// The content of a reply: rows in chronological order where the format defines one, not yet validated.
using Parsed = std::variant<std::vector<Candle>, Refusal>;

/// Pause in milliseconds after 429 or 418 without Retry-After.
inline constexpr std::int64_t usual_pause = 60'000;
/// Upper bound in milliseconds: three days, Binance's longest ban.
inline constexpr std::int64_t longest_pause = 3 * 86'400'000LL;

/// The Retry-After header in milliseconds from `now`, at most longest_pause. Empty when absent or malformed.
std::optional<std::int64_t> retry_after(const HttpHeaders& headers, Instant now);

/// The refusal for a status other than 200, with the body's msg, message, detail or error if it is a JSON object.
std::optional<Refusal> refuse_status(const HttpAnswer&, Instant now);

/// Untrusted text for a log line: printable ASCII, at most 160 characters.
std::string printable(std::string_view foreign);

} // namespace inferd::market
