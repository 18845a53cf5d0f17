#pragma once
// The admin port's answers for human eyes. Each takes the body of the route of its name and throws std::exception when it is
// something else.

#include "messages/units.hpp"

#include <string>

namespace inferd::cli {

std::string tree_text(const std::string& body, Instant now);
std::string ps_text(const std::string& body, Instant now);
std::string failures_text(const std::string& body, Instant now);
/// {"actor", "handled", "state"}: one `name: value` a line, nested values indented.
std::string inspect_text(const std::string& body);

/// "3 h 12 min", "45 s", "2 d 4 h"; for a time to come, "0 s".
std::string age(Instant since, Instant now);

} // namespace inferd::cli
