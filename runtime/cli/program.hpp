#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace inferd::cli {

/// Exit codes. Verbs may use others through Failure; their help documents them.
enum Exit : int {
  exit_ok = 0,
  exit_failed = 1, ///< failed; one sentence on stderr gives the reason
  exit_usage = 2,  ///< invalid command line or configuration; nothing was attempted
  exit_defect = 70 ///< a bug in inferd
};

using AddVerb = void (*)(CLI::App&);

/// Runs one command line. Does not throw; any error is one sentence on `err`.
int run_program(const std::vector<AddVerb>& verbs, const std::string& version, const std::vector<std::string>& arguments,
                std::ostream& out, std::ostream& err);

} // namespace inferd::cli
