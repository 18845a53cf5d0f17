#pragma once
// Shared by the verbs: from --config to a Config.

#include "runtime/config/load.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace inferd::cli {

/// Adds `--config FILE` to a verb. The text is set before the verb's callback runs; empty: not given.
std::shared_ptr<std::string> add_config_option(CLI::App& verb);

/// `given`, or the result of find_config; empty: none.
std::string config_path(const std::string& given);

/// The configuration of this host. Throws Failure (exit_usage) that lists every mistake, one per line.
Config load_or_fail(const std::string& given, ConfigFor);

} // namespace inferd::cli
