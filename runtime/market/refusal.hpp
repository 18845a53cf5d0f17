#pragma once

#include "messages/candles.hpp"
#include "runtime/ports/http_port.hpp"

#include <boost/json/object.hpp>
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

/// The content of a reply: rows in chronological order where the format defines one, not yet validated. A volume that cannot be
/// read is NaN.
struct Rows {
  std::vector<Candle> candles;
  std::string warnings; ///< how many rows could not be read, and the first; empty: none
};
using Parsed = std::variant<Rows, Refusal>;

/// Pause in milliseconds after 429 or 418 without Retry-After.
inline constexpr std::int64_t usual_pause = 60'000;
/// Upper bound in milliseconds: three days, Binance's longest ban.
inline constexpr std::int64_t longest_pause = 3 * 86'400'000LL;

/// The Retry-After header in milliseconds from `now`, at most longest_pause. Empty when absent or malformed.
std::optional<std::int64_t> retry_after(const HttpHeaders& headers, Instant now);

/// The refusal for a status other than 200, with the body's words: msg, message, detail or error of a JSON object, or a plain
/// text. Of HTML only the status is used.
std::optional<Refusal> refuse_status(const HttpAnswer&, Instant now);

/// The refusal that stands in the place of the data, e.g. {"code":-1003,"msg":"Too many requests."}; empty: no such words.
std::optional<Refusal> refuse_object(const boost::json::object&, Instant now);

/// The refusal of a body that is a plain sentence instead of JSON; empty: it is not.
std::optional<Refusal> refuse_text(std::string_view body);

/// Untrusted text for a log line: printable ASCII, at most 160 characters.
std::string printable(std::string_view foreign);

} // namespace inferd::market
