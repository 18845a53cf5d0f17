#pragma once

#include <string>

namespace inferd::cli {

/// A file that comes with inferd, by its path in the clone: in the working directory, in the clone that holds the program, or
/// where it is installed (share/inferd). Empty: it is in none of them.
std::string shipped_file(const std::string& path);

/// The hourly candles that come with inferd. Empty: there are none.
std::string shipped_candles();

/// The places that shipped_candles() searches, for messages.
std::string shipped_places();

} // namespace inferd::cli
