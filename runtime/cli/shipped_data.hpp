#pragma once

#include <string>

namespace inferd::cli {

/// The candles that come with inferd: in the clone that is the working directory or holds the program, or where
/// daemon_manager.sh installs them. Empty: there are none.
std::string shipped_candles();

/// A file of the clone, by its path there: in the working directory, or in the clone that holds the program. Empty: not there.
std::string shipped_file(const std::string& path);

/// The places that shipped_candles() searches, for messages.
std::string shipped_places();

} // namespace inferd::cli
