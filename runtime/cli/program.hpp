#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace inferd::cli {

/// What the program's end says. Verbs may end with others of their own through Failure, and say so in their help.
enum Exit : int {
  exit_ok = 0,
  exit_failed = 1, ///< it was tried and did not succeed; one sentence on stderr says why
  exit_usage = 2,  ///< the command line or the configuration is wrong; nothing was tried
  exit_defect = 70 ///< something happened that never should: a bug in inferd
};

using AddVerb = void (*)(CLI::App&);

/// Runs one command line. Never throws; whatever went wrong is one sentence on `err`.
int run_program(const std::vector<AddVerb>& verbs, const std::string& version, const std::vector<std::string>& arguments,
                std::ostream& out, std::ostream& err);

} // namespace inferd::cli
