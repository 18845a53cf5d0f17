#pragma once

#include <string>

namespace inferd {

/// A configuration error.
struct ConfigMistake {
  std::string file;     ///< as given on the command line, or "environment"
  int line{};           ///< 0: not specific to a line
  std::string setting;  ///< "topic[2].id", "LOG_LEVEL"; empty: the whole file
  std::string sentence; ///< what is wrong; what is allowed (did you mean …)
  bool operator==(const ConfigMistake&) const = default;
};

/// "file:line: setting: sentence" on one line; control characters are escaped as \u001B.
std::string to_string(const ConfigMistake&);

} // namespace inferd
