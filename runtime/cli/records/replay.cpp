// inferd replay: runs a recorded tape again, actor by actor.

#include "runtime/daemon/replay/replay_tree.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/records/replay_model.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/models/model_store.hpp"
#include "runtime/daemon/plan/plan.hpp"
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
    expect_present_version(tape);
    const auto& wallet = config.wallets.front();
    const ModelStore versions(config.state_dir + "/models");
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
    const auto report = replay_tree(tape, *make_plan(config, wallet, ports, dry_run), &versions);
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
  const auto o = std::make_shared<WhatIfOptions>();
  const auto dry_run = std::make_shared<bool>(false);
  verb->add_option("TAPE", o->tape, "A tape; default: the newest in tape.dir");
  verb->add_flag("--dry-run", *dry_run, "The tape is of a dry run");
  auto* model = verb->add_option("--model", o->model, "Say what this model would have submitted instead")->type_name("FILE");
  verb->add_option("--topic", o->topic, "Of --model: the topic, where several have its candles")->type_name("ID")->needs(model);
  verb->add_option("--candles", o->candles, "Of --model: candles for the truth, and from before the tape where it needs more")
    ->type_name("CSV")
    ->needs(model);
  verb->add_flag("--json", o->json, "Of --model: as one JSON object")->needs(model);
  verb->footer(
    "Examples\n"
    "  inferd replay --config inferd.toml\n"
    "  inferd replay --model other.json --candles later.csv\n"
    "Without --model it needs the configuration, key and models of the recorded run, and ends with 0 when identical, up to\n"
    "the tape's end; a tape that was cut short or whose process was killed is called incomplete.\n"
    "With --model it needs the tape alone, for a model from outside also the topic's configuration. The truth of a window is\n"
    "known when the candle of one horizon later is on the tape or in the file.");
  verb->callback([config, o, dry_run] {
    o->config = *config;
    if (o->model.empty()) replay_verb(*config, o->tape, *dry_run);
    else if (*dry_run) throw Failure("--dry-run: with --model nothing is replayed, the tape may be of any run", exit_usage);
    else replay_model(*o);
  });
}

} // namespace inferd::cli
