#include "runtime/cli/options.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"

#include <CLI/CLI.hpp>

namespace inferd::cli {

std::shared_ptr<std::string> add_config_option(CLI::App& verb) {
  auto path = std::make_shared<std::string>();
  verb
    .add_option("--config", *path,
                "TOML file; default: $INFERD_CONFIG, ./inferd.toml, /etc/inferd/inferd.toml, the first there is")
    ->type_name("FILE")
    ->each([path](const std::string&) {}); // the option keeps the text alive
  return path;
}

std::string config_path(const std::string& given) { return given.empty() ? find_config(real_host()) : given; }

Config load_or_fail(const std::string& given, ConfigFor purpose) {
  auto result = load_config(config_path(given), real_host(), purpose);
  if (auto* config = std::get_if<Config>(&result)) return std::move(*config);
  const auto& mistakes = std::get<std::vector<ConfigMistake>>(result);
  std::string sentence;
  for (const auto& m : mistakes) sentence += (sentence.empty() ? "" : "\ninferd: ") + to_string(m);
  throw Failure(sentence, exit_usage);
}

} // namespace inferd::cli
