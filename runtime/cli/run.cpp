// inferd run, inferd once.

#include "base/utc.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/daemon/daemon.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/live/system_clock.hpp"

#include <CLI/CLI.hpp>
#include <csignal>
#include <mutex>
#include <optional>
#include <utility>

namespace inferd::cli {
namespace {

struct Flags {
  bool once = false, dry_run = false, until_given = false; ///< std::optional would not accept an empty text
  std::string until;
};

void run(const std::string& config_file, const Flags& flags) {
  auto config = load_or_fail(config_file, ConfigFor::run);
  RunOptions options{.dry_run = flags.dry_run, .once = flags.once, .until = config.schedule.until};
  if (flags.until_given) {
    options.until = parse_instant(flags.until);
    if (!options.until)
      throw Failure("--until: \"" + flags.until + "\" is no time; write it like 2026-01-31T18:00:00Z", exit_usage);
  }
  if (options.until && *options.until <= SystemClock().now()) {
    const auto sentence = utc_text(*options.until) + " is in the past: nothing would be answered";
    if (flags.until_given) throw Failure("--until: " + sentence, exit_usage);
    throw Failure(to_string(mistake_in(config, "schedule.until", sentence)), exit_usage);
  }
  Daemon* running = nullptr;
  std::optional<int> early; // a signal received before the daemon exists
  std::mutex mutex;
  const auto log_settings = config.log;
  std::shared_ptr<Logger> log;
  SignalWatch signals([&](int signal) {
    std::lock_guard lock(mutex);
    if (signal == SIGHUP) { // reopens a log file that was moved; ctl reload takes a changed configuration
      if (log) log->flush();
      return;
    }
    if (running) running->stop(signal == SIGTERM ? "SIGTERM" : "SIGINT");
    else early = signal;
  });
  {
    auto made = make_logger(log_settings);
    std::lock_guard lock(mutex);
    log = std::move(made);
  }
  options.load_again = [&config_file] { return load_config(config_path(config_file), real_host(), ConfigFor::run); };
  int code = 0;
  std::string unanswered;
  std::optional<Config> before; // the reload
  do {
    try {
      Daemon daemon(config, log, options);
      {
        std::lock_guard lock(mutex);
        running = &daemon;
        if (early) daemon.stop("a signal during start-up");
      }
      code = daemon.run();
      std::lock_guard lock(mutex);
      unanswered = daemon.unanswered();
      running = nullptr;
      before.reset();
      if (code != run_reload) continue;
      before = std::exchange(config, daemon.next_config());
      ++options.reloads;
    } catch (const CannotStart& e) {
      if (!before) throw Failure(e.what());
      log->error(std::string("the reloaded configuration cannot be used, the one before is: ") + e.what());
      config = std::move(*std::exchange(before, std::nullopt));
      code = run_reload;
    }
  } while (code == run_chain_reset || code == run_reload);
  log->flush();
  if (code == run_unresolved) throw Failure("stopped with something still under way; the next start resolves it", code);
  if (code == run_exhausted) throw Failure("gave up: the actors kept failing; the log says why", code);
  if (code != 0) throw Failure("not every topic was answered: " + unanswered, code);
}

void add(CLI::App& program, const char* name, const char* what, bool once) {
  auto* verb = program.add_subcommand(name, what);
  const auto config = add_config_option(*verb);
  const auto flags = std::make_shared<Flags>();
  flags->once = once;
  verb->add_flag("--dry-run", flags->dry_run, "Do everything but the broadcast");
  if (!once) {
    verb->add_flag("--once", flags->once, "Stop when every topic has one outcome (the same as `inferd once`)");
    verb->add_option("--until", flags->until, "Drain and stop at this time (e.g. 2026-01-31T18:00:00Z)")
      ->each([flags](const std::string&) { flags->until_given = true; });
  }
  verb->footer(
    once ? "Example: inferd once --dry-run --config inferd.toml\n"
           "Ends when a window of every topic has ended, whatever became of it.\n"
           "Exit codes: 0 every topic was answered, 3 something is still under way; a topic's payload was 4 refused,\n"
           "5 missed its window, 6 was skipped (of several topics the highest); 1 it could not start, or was stopped before."
         : "Example: inferd run --config /etc/inferd/inferd.toml\n"
           "SIGTERM drains: what is under way is resolved first, a second signal ends at once.\n"
           "Ends with 0 after draining, 3 with something unresolved, 71 when the actors kept failing.");
  verb->callback([config, flags] { run(*config, *flags); });
}

} // namespace

void add_run(CLI::App& program) { add(program, "run", "Answer every window until told to stop", false); }
void add_once(CLI::App& program) { add(program, "once", "Answer one window of every topic, then stop", true); }

} // namespace inferd::cli
