#pragma once
// From files and environment to a Config or to every mistake in them.
//
// What wins: environment, then the .env file, then the TOML file, then the default. The .env file is the one beside the TOML
// file, or in the working directory when there is no TOML file. A relative path in the TOML file starts at that file's folder;
// defaults lie in `state_dir`, which is $STATE_DIRECTORY under systemd and ./run otherwise.

#include "runtime/config/config.hpp"
#include "runtime/config/mistake.hpp"
#include "runtime/config/host_environment.hpp"

#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// What the configuration must be good for. `lookup`: finding books, socket and log; nothing has to be complete.
/// `run`: a daemon; wallet, topics and sources must be there and their files readable.
enum class ConfigFor { lookup, run };

using ConfigResult = std::variant<Config, std::vector<ConfigMistake>>;

/// Pure but for `outside`. `path` empty: no TOML file. Mistakes come in the order of files and lines, never an exception.
ConfigResult load_config(const std::string& path, const HostEnvironment& host, ConfigFor = ConfigFor::run);

/// The TOML file when the command line names none: $INFERD_CONFIG, ./inferd.toml, /etc/inferd/inferd.toml, the first there
/// is; empty: none of them.
std::string find_config(const HostEnvironment& host);

} // namespace inferd
