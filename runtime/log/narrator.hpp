#pragma once
// Log lines of delivered messages: "predicted topic=67 nonce=1290 value=0.0123 …". A message that several actors receive is
// logged for one of them, so no event is logged twice. A message without an overload is a debug line with its JSON. Called by
// ActorContext::on_delivery.

#include "messages/all.hpp"
#include "runtime/ports/log_settings.hpp"

#include <optional>
#include <string>

namespace inferd {

struct LogLine {
  LogLevel level{};
  std::string text; ///< one line; text from outside is quoted
  bool operator==(const LogLine&) const = default;
};

/// Empty: this receiver's delivery has no line.
#define INFERD_NARRATE(Message) std::optional<LogLine> narrate(const Place& receiver, const Message&);
INFERD_MESSAGES(INFERD_NARRATE)
#undef INFERD_NARRATE

/// The one line about a window's end, or a registration's: of what the books hold, not of a message, which may be repeated.
LogLine outcome_line(const BookOutcome&);

} // namespace inferd
