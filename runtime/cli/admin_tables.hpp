#pragma once
// The admin port's responses as text. Each function takes the body of the route of its name and throws std::exception for any
// other content.

#include "messages/units.hpp"

#include <string>

namespace inferd::cli {

std::string tree_text(const std::string& body, Instant now);
std::string ps_text(const std::string& body, Instant now);
std::string failures_text(const std::string& body, Instant now);
/// Of the watcher's inspection: a line a topic with its open, newest and next nonce.
std::string nonces_text(const std::string& body);
/// {"actor", "handled", "state"}: one `name: value` per line, nested values indented.
std::string inspect_text(const std::string& body);

/// "3 h 12 min", "45 s", "2 d 4 h"; "0 s" for a time in the future.
std::string age(Instant since, Instant now);

} // namespace inferd::cli
