// inferd demo: everything in one process over real sockets: a simulated chain and market with real candles, a model trained on
// them, and the daemon with a configuration file, books and admin socket.

#include "model/inputs/candles_csv.hpp"
#include "model/training/trainer.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "runtime/chain/signing/mnemonic_file.hpp"
#include "runtime/chain/signing/signer.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/demo/demo_volatility.hpp"
#include "runtime/cli/demo/own_command.hpp"
#include "runtime/cli/demo/shipped_data.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/figures/live_figures.hpp"
#include "runtime/config/load.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/daemon/daemon.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/daemon/window_tracker.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/live/system_entropy.hpp"
#include "runtime/sim/market/sim_market.hpp"
#include "runtime/sim/world/world.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <mutex>

namespace inferd::cli {
namespace {

namespace fs = std::filesystem;

struct Settings {
  std::string dir = "run/demo", candles = shipped_candles();
  std::size_t windows = 6;
  std::int64_t block_ms = 250, epoch = 10;
  std::uint16_t port = 0;
  bool forever = false;
};

void say(const std::string& line) { std::cerr << line << std::endl; }

/// Removes only folders created by a demo.
void recreate_dir(const fs::path& dir) {
  const auto mark = dir / ".inferd-demo";
  if (fs::exists(dir) && !fs::is_empty(dir) && !fs::exists(mark))
    throw Failure("--dir: " + dir.string() + " holds something that no demo made; name another folder");
  fs::remove_all(dir);
  fs::create_directories(dir);
  std::ofstream(mark) << "made by inferd demo\n";
}

void write_file(const fs::path& path, const std::string& text) {
  std::ofstream out(path);
  if (!(out << text).flush()) throw Failure(path.string() + ": cannot be written");
}

Wallet new_wallet(const fs::path& file) {
  SystemEntropy entropy;
  const auto words = chain::new_mnemonic(entropy);
  if (const auto why = chain::write_mnemonic_file(file, words); !why.empty()) throw Failure(why);
  auto signer = chain::make_signer(words);
  return std::get<0>(signer)->wallet();
}

void train_model(const CandleFile& history, const fs::path& out) {
  TrainSettings settings{.topic = 1, .symbol = "btcusd"};
  const auto begin = std::chrono::steady_clock::now();
  const auto file = train(history, settings);
  write_model(file, out);
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begin).count();
  say(fmt::format("  kept \"{}\" after {} ms: {}", file.chosen, ms, file.why));
}

std::string milliseconds(double ms) { return ms < 0 ? "-" : fmt::format("{:.1f}", ms); }

void print_table(const std::vector<WindowTracker::Row>& rows) {
  fmt::print("\n{:>6} {:>7} {:>22} {:<10} {:>9} {:>12} {:>13}  {}\n", "topic", "window", "prediction", "status", "fee uallo",
             "mempool ms", "confirmed ms", "transaction");
  for (const auto& r : rows) {
    if (r.status.empty()) continue;
    fmt::print("{:>6} {:>7} {:>22} {:<10} {:>9} {:>12} {:>13}  {}\n", r.topic.value, r.nonce.value,
               r.values.empty() ? "-" : r.values.front().value, r.status, to_digits(r.fee.value),
               milliseconds(r.to_mempool_ms()), milliseconds(r.to_confirmed_ms()),
               r.hash.hex.empty() ? r.reason : r.hash.hex.substr(0, 12));
  }
  fmt::print("(mempool and confirmed: milliseconds since the window's opening reached the daemon; a block takes its time)\n");
}

/// What the run has booked of each model. Their truth is known when an hour and a week have passed.
void print_models(const std::string& ledger) {
  fmt::print("\n{:>6} {:<12} {:<8} {:<9} {:>11} {:>8}\n", "topic", "model", "role", "form", "predictions", "failures");
  BooksReader books(ledger);
  for (const auto& topic : live_figures(books, {}, false))
    for (const auto& m : topic.models)
      fmt::print("{:>6} {:<12} {:<8} {:<9} {:>11} {:>8}\n", topic.topic.value, m.model.name,
                 boost::describe::enum_to_string(m.model.role, "?"), m.model.form, m.predictions, m.failures);
}

void demo(const Settings& s) {
  const fs::path dir = fs::absolute(s.dir);
  if (s.candles.empty()) throw Failure("--candles: found in none of " + shipped_places() + "; name a file of hourly candles");
  const auto history = read_candles(s.candles);
  recreate_dir(dir);

  auto volatility = DemoVolatility::begin(dir);
  const auto wallet = new_wallet(dir / "mnemonic");
  const SystemClock clock;
  const auto now = clock.now();
  sim::WorldSettings settings;
  settings.chain.chain_id = "inferd-demo";
  settings.chain.topics.front().epoch_length = s.epoch;
  settings.chain.topics.front().window_length = s.epoch / 2;
  settings.chain.topics.front().ground_truth_lag = 2 * s.epoch;
  if (volatility) {
    settings.chain.topics.push_back(settings.chain.topics.front());
    settings.chain.topics.back().id = DemoVolatility::topic;
    settings.chain.topics.back().metadata = DemoVolatility::metadata;
  }
  settings.start = now;
  settings.block_ms = s.block_ms;
  settings.funded = {{wallet.address, sim::Amount{1'000'000'000'000u}}};
  // Shifts the candles in time so that the last two weeks lie in the future.
  const auto candles = sim::moved_to(history.candles, history.candles.size() - 2 * 168, now);
  settings.candles = candles;
  auto market = std::make_shared<sim::SimMarket>(candles, [&clock] { return clock.now(); });
  if (volatility) market->add(volatility->moved(now));
  sim::World world(settings);
  const auto mount = [market](const HttpRequest& request) {
    auto served = market->serve(request);
    return sim::Server::Delayed{std::move(served.answer), served.delay_ms};
  };
  const auto port = world.serve(s.port, {{"/tiingo/", mount}, {"/api/v3/", mount}});
  say(fmt::format("Chain and market at http://127.0.0.1:{}: blocks of {} ms, a window every {} blocks.", port, s.block_ms,
                  s.epoch));
  world.run(); // the first window is some seconds away
  say("Training on " + std::to_string(history.candles.size()) + " real candles of " + s.candles + " ...");
  train_model(history, dir / "model.json");
  if (volatility) say(volatility->finish_training());
  const std::string token_env = "INFERD_DEMO_TOKEN";
  write_file(dir / "inferd.toml", sim_config_text({.chain_id = settings.chain.chain_id,
                                                   .url = fmt::format("http://127.0.0.1:{}", port),
                                                   .token_env = token_env,
                                                   .log_level = s.forever ? "info" : "warn"}) +
                                    (volatility ? volatility->config_text() : std::string()));
  write_file(dir / ".env", token_env + "=" + sim::SimMarketSettings{}.token + "\n");
  fs::permissions(dir / ".env", fs::perms::owner_read | fs::perms::owner_write);

  auto loaded = load_config((dir / "inferd.toml").string(), real_host(), ConfigFor::run);
  if (const auto* mistakes = std::get_if<std::vector<ConfigMistake>>(&loaded))
    throw Failure("the demo's own configuration: " + to_string(mistakes->front()));
  auto& config = std::get<Config>(loaded);
  const auto log_settings = config.log;

  const auto topics = config.topics.size();
  if (volatility && !s.forever) volatility->begin_scores(config.topics.back());
  WindowTracker board;
  std::mutex mutex;
  Daemon* running = nullptr;
  SignalWatch signals([&](int) {
    std::lock_guard lock(mutex);
    if (running) running->stop("a signal");
  });
  board.on_outcome = [&](const WindowTracker::Row& row, std::size_t count) {
    say(fmt::format("  topic {} window {:>4} {:<9} {} {}{}", row.topic.value, row.nonce.value, row.status,
                    row.values.empty() ? "" : "prediction " + row.values.front().value,
                    row.to_mempool_ms() < 0 ? "" : fmt::format("in the mempool after {:.2f} ms", row.to_mempool_ms()),
                    row.reason.empty() ? "" : " (" + row.reason + ")"));
    std::lock_guard lock(mutex);
    if (!s.forever && count >= s.windows * topics && running) running->stop("the demo's windows are answered");
  };
  RunOptions options;
  options.on_delivery = [&board](const Delivery& d) { board.observe(d); };
  options.on_outcome = [&board](const BookOutcome& o) { board.observe(o); };
  int code = 0;
  {
    const auto log = make_logger(log_settings);
    Daemon daemon(config, log, options);
    {
      std::lock_guard lock(mutex);
      running = &daemon;
    }
    say(s.forever ? "The daemon is up; end it with Ctrl-C."
                  : fmt::format("The daemon is up; {} windows to answer ...", s.windows * topics));
    code = daemon.run();
    std::lock_guard lock(mutex);
    running = nullptr;
  }
  world.stop();
  const auto rows = board.rows();
  print_table(rows);
  if (volatility) print_models(config.ledger_path);
  if (volatility && !s.forever)
    fmt::print("\nTopic {}'s models on the last two days of real candles, which none of them was trained on:\n{}plot: {}\n",
               DemoVolatility::topic, volatility->scores(), volatility->plot().string());
  const auto confirmed = std::count_if(rows.begin(), rows.end(), [](const auto& r) { return r.status == "confirmed"; });
  fmt::print("\n{0} of {1} windows confirmed. Everything is in {2}:\n"
             "  books.db, submission_log.csv, latest_submission.json, model.json, inferd.toml, log/, tapes/\n"
             "Look on with\n"
             "  {3} ledger list --config {2}/inferd.toml\n"
             "  {3} models list --config {2}/inferd.toml\n"
             "  {3} replay --config {2}/inferd.toml\n",
             confirmed, board.outcomes(), s.dir, own_command());
  if (code != 0) throw Failure("the daemon ended with code " + std::to_string(code));
  if (!s.forever && confirmed == 0) throw Failure("no window was confirmed; " + s.dir + "/log says why");
}

} // namespace

void add_demo(CLI::App& program) {
  auto* verb = program.add_subcommand("demo", "See the whole job: chain, market, training, predictions, books, in one process");
  const auto s = std::make_shared<Settings>();
  verb->add_option("--dir", s->dir, "Where its files go; emptied first")->capture_default_str();
  verb->add_option("--candles", s->candles, "Real hourly candles")->capture_default_str();
  verb->add_option("--windows", s->windows, "End after so many outcomes")->capture_default_str()->check(CLI::Range(1, 100'000));
  verb->add_option("--block-ms", s->block_ms, "Pace of the chain")->capture_default_str()->check(CLI::Range(5, 60'000));
  verb->add_option("--epoch", s->epoch, "Blocks from window to window")->capture_default_str()->check(CLI::Range(4, 10'000));
  verb->add_option("--port", s->port, "Of chain and market; 0: any")->capture_default_str();
  verb->add_flag("--forever", s->forever, "Stay up until Ctrl-C");
  verb->footer("Example: inferd demo --windows 20 --block-ms 100");
  verb->callback([s] {
    try {
      demo(*s);
    } catch (const CannotStart& e) {
      throw Failure(e.what());
    } catch (const CandlesError& e) {
      throw Failure(e.what());
    }
  });
}

} // namespace inferd::cli
