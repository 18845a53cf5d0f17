#pragma once

#include "messages/candles.hpp"
#include "runtime/ports/http_port.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd::market {

/// Why an answer gives no candles: one sentence without the source's name, and how long the source wants to be left alone.
struct Refusal {
  std::string reason;
  std::int64_t pause_ms{}; ///< 0: it did not ask for a pause
  bool operator==(const Refusal&) const = default;
};

/// What an answer says: rows as the source gave them, oldest first where its form says so, not yet validated.
using Parsed = std::variant<std::vector<Candle>, Refusal>;

/// A pause for "too many requests" that does not say how long, milliseconds.
inline constexpr std::int64_t usual_pause = 60'000;
/// The longest pause believed: the longest ban of those met, three days.
inline constexpr std::int64_t longest_pause = 3 * 86'400'000LL;

/// Retry-After as milliseconds from `now`: seconds or an HTTP date. Nothing when absent or not understood; never above
/// longest_pause.
std::optional<std::int64_t> retry_after(const HttpHeaders& headers, Instant now);

/// The refusal in a status other than 200, with what the body says about it where it says so in one of the usual ways
/// (a JSON object's msg, message, detail or error).
std::optional<Refusal> refuse_status(const HttpAnswer&, Instant now);

/// Foreign text fit for a log line: printable ASCII, at most 160 characters.
std::string printable(std::string_view foreign);

} // namespace inferd::market
