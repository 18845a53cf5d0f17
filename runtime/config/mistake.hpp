#pragma once

#include <string>

namespace inferd {

/// One thing an operator has to mend.
struct ConfigMistake {
  std::string file;     ///< as given on the command line, or "environment"
  int line{};           ///< 0: of no line in particular
  std::string setting;  ///< "topic[2].id", "LOG_LEVEL"; empty: the file as a whole
  std::string sentence; ///< what is wrong; what is allowed (did you mean …)
  bool operator==(const ConfigMistake&) const = default;
};

/// "file:line: setting: sentence", one line whatever the file holds: control characters as \u001B.
std::string to_string(const ConfigMistake&);

} // namespace inferd
