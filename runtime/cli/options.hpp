#pragma once
// What the verbs share: the way from --config to a Config.

#include "runtime/config/load.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace inferd::cli {

/// Adds `--config FILE` to a verb. The text is set when the verb's callback runs; empty: not given.
std::shared_ptr<std::string> add_config_option(CLI::App& verb);

/// The file to use: `given`, or what find_config finds; empty: none.
std::string config_path(const std::string& given);

/// The configuration of this machine. Throws Failure (exit_usage) that lists every mistake, one a line.
Config load_or_fail(const std::string& given, ConfigFor);

} // namespace inferd::cli
