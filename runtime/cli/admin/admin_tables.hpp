#pragma once
// The admin port's responses as text. Each function takes the body of the route of its name and throws std::exception for any
// other content.

#include "messages/units.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace inferd::cli {

std::string tree_text(const std::string& body, Instant now);
std::string ps_text(const std::string& body, Instant now);
std::string failures_text(const std::string& body, Instant now);
/// Of the watcher's inspection: a line a topic with its open, newest and next nonce.
std::string nonces_text(const std::string& body);
/// {"actor", "handled", "state"}: one `name: value` per line, nested values indented.
std::string inspect_text(const std::string& body);

std::string mailbox_text(const std::string& body);
/// Of /windows: newest first, with the time from opening to mempool and to the outcome.
std::string windows_text(const std::string& body);
std::string overview_text(const std::string& body, Instant now);
std::string dry_run_text(const std::string& body); ///< of /submit/ID?dry_run=true
std::string reload_text(const std::string& body);
/// One event of /trace, as one line.
std::string trace_line(const std::string& data);

/// Rows of equal length, the first a heading; column widths fit the content.
std::string text_table(const std::vector<std::vector<std::string>>& rows);
/// Without control characters: the text may come from the daemon's peers.
std::string plain_text(std::string text);
/// Of UTF-8, as a terminal shows it: a character a column.
std::size_t columns_of(const std::string& text);
/// "830 us", "12.4 ms", "3.1 s"
std::string span_text(std::int64_t us);

/// "3 h 12 min", "45 s", "2 d 4 h"; "0 s" for a time in the future.
std::string age(Instant since, Instant now);

} // namespace inferd::cli
