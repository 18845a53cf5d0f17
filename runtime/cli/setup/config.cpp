// inferd config: check, show, example.

#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/example.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/config/show.hpp"
#include "runtime/daemon/plan/fee_settings.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/live/system_clock.hpp"
#include "actors/supervisor/supervision_plan.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <iostream>
#include <sstream>

namespace inferd::cli {
namespace {

void check(const std::string& given) {
  const auto path = config_path(given);
  auto result = load_config(path, real_host());
  if (const auto* config = std::get_if<Config>(&result))
    if (auto mistakes = start_mistakes(*config, SystemClock().now()); !mistakes.empty()) result = std::move(mistakes);
  if (const auto* config = std::get_if<Config>(&result)) {
    std::cout << fmt::format("{}: no mistakes; chain {}, {} wallet(s), {} topic(s), {} market source(s)\n",
                             path.empty() ? "no file, defaults and environment" : path, config->chain.id,
                             config->wallets.size(), config->topics.size(), config->sources.size())
              << "registers " << registering_text(config->chain) << '\n';
    for (const auto& wallet : config->wallets)
      if (wallet.mnemonic.kind == SecretSource::Kind::credential && wallet.mnemonic.place.empty())
        std::cout << place_of(wallet.mnemonic) << " was not checked: only the unit's process has it\n";
    return;
  }
  const auto& mistakes = std::get<std::vector<ConfigMistake>>(result);
  for (const auto& m : mistakes) std::cerr << to_string(m) << '\n';
  throw Failure(fmt::format("the configuration has {} mistake{}", mistakes.size(), mistakes.size() == 1 ? "" : "s"),
                exit_usage);
}

void show(const Config& config) {
  std::cout << show_config(config) << "\n# Supervision\n";
  std::vector<FeedId> feeds;
  std::vector<TopicId> topics;
  for (const auto& topic : config.topics) {
    topics.push_back(topic.id);
    const FeedId feed{topic.symbol};
    if (std::find(feeds.begin(), feeds.end(), feed) == feeds.end()) feeds.push_back(feed);
  }
  std::istringstream lines(supervision_text(supervision(feeds, topics, true)));
  for (std::string line; std::getline(lines, line);) std::cout << "# " << line << '\n';
}

} // namespace

void add_config(CLI::App& program) {
  auto* verb = program.add_subcommand("config", "Check, show or begin a configuration");
  verb->require_subcommand(1);
  verb->footer("Examples\n"
               "  inferd config example > inferd.toml\n"
               "  inferd config check --config inferd.toml\n"
               "  inferd config show\n"
               "What wins: environment, then .env, then the file, then the default.\n"
               "Exit codes: 0 no mistakes, 2 mistakes.");

  auto* checks = verb->add_subcommand(
    "check",
    "Report every mistake at once: file:line: setting: what is wrong; what is allowed. And whatever else `run` would refuse "
    "in key, models and sources");
  const auto checked = add_config_option(*checks);
  checks->callback([checked] { check(*checked); });

  auto* shows = verb->add_subcommand("show", "The effective configuration and where each value came from; secrets stay hidden. "
                                             "And what is no setting: how failures are supervised");
  const auto shown = add_config_option(*shows);
  shows->callback([shown] { show(load_or_fail(*shown, ConfigFor::lookup)); });

  auto* example = verb->add_subcommand("example", "A whole configuration with a comment for each setting");
  example->callback([] { std::cout << example_config; });
}

} // namespace inferd::cli
