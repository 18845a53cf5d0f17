#include "runtime/log/narrator.hpp"

#include "messages/json.hpp"
#include "runtime/log/logger.hpp"
#include "runtime/log/narrator_lines.hpp"

namespace inferd {
namespace {

constexpr std::size_t debug_line = 500;

/// By the overload in narrator_lines.hpp; without one, a debug line with the message's JSON.
template <class Message> std::optional<LogLine> narrate_line(const Place& receiver, const char* name, const Message& m) {
  if constexpr (requires { lines::narrate_line(receiver, m); }) {
    return lines::narrate_line(receiver, m);
  } else {
    auto text = to_string(receiver) + " <- " + name + ' ';
    append_json(text, m);
    return LogLine{LogLevel::debug, one_line(text, debug_line)};
  }
}

} // namespace

#define INFERD_NARRATE(Message)                                                                                                \
  std::optional<LogLine> narrate(const Place& receiver, const Message& m) { return narrate_line(receiver, #Message, m); }
INFERD_MESSAGES(INFERD_NARRATE)
#undef INFERD_NARRATE

} // namespace inferd
