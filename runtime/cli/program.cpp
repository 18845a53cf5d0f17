#include "runtime/cli/program.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/config/suggest.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <fmt/format.h>
#include <ostream>

namespace inferd::cli {
namespace {

constexpr const char* about =
  R"(inferd answers the submission windows of the Allora network: it watches for them, fetches market data, predicts,
signs, submits, confirms, and keeps the books.)";

constexpr const char* first_steps = R"(First steps
  inferd init                            a key, a model and a configuration for a topic, from a few questions
  inferd config example                  a configuration with every setting explained
  inferd config check                    every mistake in it at once
  inferd doctor                          what else may be wrong on this machine
  inferd run --dry-run                   everything but the broadcast
`inferd VERB --help` explains each with examples.

Exit codes: 0 success; 1 failed, one sentence on stderr says why; 2 wrong command line or configuration;
70 a defect of inferd.)";

std::string summary(const CLI::App& program) {
  auto out = fmt::format("{}\n\nVerbs\n", about);
  for (const auto* verb : program.get_subcommands([](const CLI::App*) { return true; }))
    out +=
      fmt::format("  {:<10} {}\n", verb->get_name(), verb->get_description().substr(0, verb->get_description().find('\n')));
  return out + '\n' + first_steps + '\n';
}

/// The innermost verb parsed.
const CLI::App& deepest(const CLI::App& app) {
  const auto chosen = app.get_subcommands();
  return chosen.empty() ? app : deepest(*chosen.back());
}

std::string full_name(const CLI::App& app) {
  return app.get_parent() ? full_name(*app.get_parent()) + ' ' + app.get_name() : app.get_name();
}

/// An error if the first argument is not a verb, otherwise empty.
std::string unknown_verb(const CLI::App& program, const std::string& word) {
  if (word.starts_with('-')) return {};
  std::vector<std::string> names;
  for (const auto* verb : program.get_subcommands([](const CLI::App*) { return true; })) names.push_back(verb->get_name());
  if (std::find(names.begin(), names.end(), word) != names.end()) return {};
  return "there is no verb \"" + word + '"' + did_you_mean(word, names) + "; `inferd` lists them";
}

int usage(const CLI::App& program, const CLI::Error& error, std::ostream& err) {
  const auto& at = deepest(program);
  std::string what = error.what();
  for (auto& c : what)
    if (c == '\n') c = ' ';
  while (!what.empty() && (what.back() == ' ' || what.back() == '.')) what.pop_back();
  err << "inferd: " << what << "; see `" << full_name(at) << " --help`\n";
  return exit_usage;
}

} // namespace

int run_program(const std::vector<AddVerb>& verbs, const std::string& version, const std::vector<std::string>& arguments,
                std::ostream& out, std::ostream& err) {
  CLI::App program{about, "inferd"};
  try {
    program.set_version_flag("--version", "inferd " + version);
    program.require_subcommand(0, 1);
    for (const auto add : verbs) add(program);
    if (arguments.empty() || arguments.front() == "help") {
      out << summary(program);
      return exit_ok;
    }
    if (const auto sentence = unknown_verb(program, arguments.front()); !sentence.empty()) throw Failure(sentence, exit_usage);
    auto reversed = arguments; // CLI11 expects reverse order
    std::reverse(reversed.begin(), reversed.end());
    program.parse(std::move(reversed));
    out.flush();
    if (!out) {
      err << "inferd: the output could not be written\n";
      return exit_failed;
    }
    return exit_ok;
  } catch (const CLI::CallForHelp&) {
    const auto& at = deepest(program);
    if (&at == &program) out << summary(program);
    else out << at.help(full_name(*at.get_parent()));
    return exit_ok;
  } catch (const CLI::CallForAllHelp&) {
    out << program.help("", CLI::AppFormatMode::All);
    return exit_ok;
  } catch (const CLI::CallForVersion& e) {
    out << e.what() << '\n';
    return exit_ok;
  } catch (const CLI::ParseError& e) {
    return usage(program, e, err);
  } catch (const Failure& e) {
    if (*e.what()) err << "inferd: " << e.what() << '\n';
    return e.code;
  } catch (const std::exception& e) {
    err << "inferd: unexpected: " << e.what() << "; this is a defect of inferd\n";
  } catch (...) {
    err << "inferd: unexpected: something that is no std::exception; this is a defect of inferd\n";
  }
  return exit_defect;
}

} // namespace inferd::cli
