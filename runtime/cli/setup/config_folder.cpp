#include "runtime/cli/setup/config_folder.hpp"

#include "base/replace_file.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/load.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/endpoints/url.hpp"
#include "runtime/live/system_clock.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace inferd::cli {

namespace fs = std::filesystem;

bool is_local(std::string address) {
  std::replace_if(
    address.begin(), address.end(), [](char c) { return c == '{' || c == '}'; }, '_');
  const auto url = parse_rpc_url(address);
  const auto* parsed = std::get_if<RpcUrl>(&url);
  return parsed && (parsed->host == "localhost" || parsed->host == "::1" || parsed->host.starts_with("127."));
}

NetworkSettings usual_proxies(bool local) {
  const auto loaded = load_config("", real_host(), ConfigFor::lookup);
  const auto* config = std::get_if<Config>(&loaded);
  auto network = config ? config->network : NetworkSettings{};
  if (local) network.no_proxy += std::string(network.no_proxy.empty() ? "" : ",") + "localhost,127.0.0.1,::1";
  return network;
}

std::vector<std::string> split(const std::string& list) {
  std::vector<std::string> parts;
  for (std::size_t at = 0; at <= list.size();) {
    const auto comma = std::min(list.find(',', at), list.size());
    if (comma > at) parts.push_back(list.substr(at, comma - at));
    at = comma + 1;
  }
  return parts;
}

void write_config(const fs::path& file, const std::string& text) {
  if (const auto why = replace_file(file, text); !why.empty()) throw Failure(file.string() + ": " + why);
}

void check_config(const fs::path& file) {
  auto result = load_config(file.string(), real_host());
  if (const auto* config = std::get_if<Config>(&result))
    if (auto mistakes = start_mistakes(*config, SystemClock().now()); !mistakes.empty()) result = std::move(mistakes);
  const auto* mistakes = std::get_if<std::vector<ConfigMistake>>(&result);
  if (!mistakes) return;
  std::vector<std::string> lines;
  for (const auto& m : *mistakes) lines.push_back(to_string(m));
  throw Failure(fmt::format("{} was written, and is not accepted: {}", file.string(), fmt::join(lines, "\ninferd: ")),
                exit_usage);
}

} // namespace inferd::cli
