#pragma once
// Turns delivered messages into the lines an operator reads: "predicted topic=67 nonce=1290 value=0.0123 …". A message that
// several actors receive is told at one of them, so that no event appears twice; the rest of the messages become a debug
// line from their JSON. Knows no actor: whoever sees deliveries (the tape's hook) calls it.

#include "messages/all.hpp"
#include "runtime/ports/log_settings.hpp"

#include <optional>
#include <string>

namespace inferd {

struct LogLine {
  LogLevel level{};
  std::string text; ///< one line; words from outside are quoted
  bool operator==(const LogLine&) const = default;
};

/// `receiver`: its place in the tree ("ledger", "timer/67"). Nothing: told elsewhere, or not worth a line (Tick, Inspect).
#define INFERD_NARRATE(Message) std::optional<LogLine> narrate(const std::string& receiver, const Message&);
INFERD_MESSAGES(INFERD_NARRATE)
#undef INFERD_NARRATE

} // namespace inferd
