#pragma once
// Loads a Config, or lists every mistake.
//
// Precedence: environment, .env file, TOML file, default. The .env file is in the TOML file's folder, or in the working
// directory when there is no TOML file. A relative path in the TOML file is relative to that file's folder; defaults are in
// `state_dir`, which is $STATE_DIRECTORY under systemd and ./run otherwise.

#include "runtime/config/config.hpp"
#include "runtime/config/mistake.hpp"
#include "runtime/config/host_environment.hpp"

#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// Which settings are required. `lookup`: none; for finding books, socket and log. `run`: wallet, topics and sources, with
/// readable files.
enum class ConfigFor { lookup, run };

using ConfigResult = std::variant<Config, std::vector<ConfigMistake>>;

/// All I/O goes through `host`. `path` empty: no TOML file. Mistakes are sorted by file and line. Does not throw for them.
ConfigResult load_config(const std::string& path, const HostEnvironment& host, ConfigFor = ConfigFor::run);

/// A mistake in a setting's value that shows only when it is used, at the place that the value came from.
ConfigMistake mistake_in(const Config&, const std::string& setting, std::string sentence);

/// The TOML file when the command line names none: the first that exists of $INFERD_CONFIG, ./inferd.toml,
/// /etc/inferd/inferd.toml; empty: none.
std::string find_config(const HostEnvironment& host);

} // namespace inferd
