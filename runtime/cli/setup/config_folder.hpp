#pragma once
// A folder with inferd.toml that init and import write, and the proxies between it and a node.

#include "runtime/config/config.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace inferd::cli {

/// Whether the host of a node's or a model's URL is this machine, which no proxy reaches.
bool is_local(std::string url);

/// The proxies of the environment. `local`: a host on this machine is asked too, which is reached without them.
NetworkSettings usual_proxies(bool local);

/// The parts between commas; empty ones are left out.
std::vector<std::string> split(const std::string& list);

/// Replaces the file at once. Throws Failure.
void write_config(const std::filesystem::path& file, const std::string& text);

/// As `config check` does; throws Failure (exit_usage) that lists the mistakes.
void check_config(const std::filesystem::path& file);

} // namespace inferd::cli
