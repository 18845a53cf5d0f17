// Command lines, one argument per line, parsed without running the verbs, which would start daemons.

#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/demo/sim_options.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <CLI/CLI.hpp>
#include <sstream>

namespace {

using namespace inferd::cli;

void add_all(CLI::App& program) {
  for (const auto add : {add_sim, add_init, add_import, add_wallet, add_tx, add_features, add_train, add_backtest, add_predict,
                         add_models, add_ledger, add_report, add_tape, add_ctl, add_health})
    add(program);
  program.parse_complete_callback([] { throw Failure("", exit_ok); }); // runs before the verbs' callbacks
}

/// The value syntax of `inferd sim`: topics, addresses and amounts.
void world(const std::vector<std::string>& words) {
  SimOptions options;
  options.topics.assign(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(words.size() / 2));
  options.fund.assign(words.begin() + static_cast<std::ptrdiff_t>(words.size() / 2), words.end());
  options.gas_price = words.back();
  try {
    world_settings(options);
  } catch (const Failure& failure) {
    FUZZ_CHECK(*failure.what());
  }
}

} // namespace

void inferd::fuzz::one(std::string_view input) {
  std::vector<std::string> words;
  while (!input.empty())
    words.emplace_back(take_line(input)).erase(std::find(words.back().begin(), words.back().end(), '\0'), words.back().end());
  std::ostringstream out, err;
  const auto code = run_program({add_all}, "0", words, out, err);
  FUZZ_CHECK(code == exit_ok || code == exit_usage);
  FUZZ_CHECK((code == exit_ok) == err.str().empty());
  const auto sentence = err.str();
  FUZZ_CHECK(std::count(sentence.begin(), sentence.end(), '\n') <= 1);
  if (!words.empty()) world(words);
}
