// inferd replay: runs a recorded tape again, actor by actor.

#include "runtime/daemon/replay_tree.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/daemon/foreign_plan.hpp"
#include "runtime/daemon/plan.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/tape/tape_dir.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

namespace inferd::cli {
namespace {

struct NoHttp : HttpPort {
  void ask(HttpRequest, Done done) override { done(HttpFailed{"a replay asks nobody"}); }
};

void replay_verb(const std::string& config_file, std::string path, bool dry_run) {
  const auto config = load_or_fail(config_file, ConfigFor::run);
  if (path.empty()) {
    const auto tapes = tapes_in(config.tape.dir);
    if (tapes.empty()) throw Failure("tape.dir " + config.tape.dir + " holds no tape yet");
    path = tapes.back();
  }
  try {
    const auto tape = read_tape(path);
    const auto& wallet = config.wallets.front();
    HostPorts ports{.clock = std::make_shared<SystemClock>(),
                    .http = std::make_shared<NoHttp>(),
                    .chain = nullptr,
                    .signer = load_signer(wallet),
                    .store = nullptr,
                    .models = std::make_shared<models::ModelHost>(checking_host()),
                    .open_models = false};
    if (tape.header.wallet != ports.signer->wallet())
      throw Failure(path + " was recorded with wallet " + tape.header.wallet.address + ", the configuration has " +
                    ports.signer->wallet().address);
    const auto report = replay_tree(tape, *make_plan(config, wallet, ports, dry_run));
    std::cout << report.text();
    if (report.differs()) throw Failure(path + ": the replay differs from the recording");
    if (!report.identical()) throw Failure(path + ": no actor's decisions are on it, nothing was compared");
  } catch (const TapeError& e) {
    throw Failure(e.what());
  } catch (const CannotStart& e) {
    throw Failure(e.what());
  }
}

} // namespace

void add_replay(CLI::App& program) {
  auto* verb = program.add_subcommand("replay", "Feed every actor its recorded messages: identical decisions, or where not");
  const auto config = add_config_option(*verb);
  const auto path = std::make_shared<std::string>();
  const auto dry_run = std::make_shared<bool>(false);
  verb->add_option("TAPE", *path, "A tape; default: the newest in tape.dir");
  verb->add_flag("--dry-run", *dry_run, "The tape is of a dry run");
  verb->footer(
    "Example: inferd replay --config inferd.toml\n"
    "Needs the configuration, key and models of the recorded run. Ends with 0 when identical, up to the tape's end; a tape\n"
    "that was cut short or whose process was killed is called incomplete.");
  verb->callback([config, path, dry_run] { replay_verb(*config, *path, *dry_run); });
}

} // namespace inferd::cli
