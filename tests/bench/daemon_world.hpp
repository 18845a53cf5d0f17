#pragma once
// The embedded chain and market over real sockets, and a folder from which the daemon answers them.

#include "model/inputs/candles_csv.hpp"
#include "model/training/trainer.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/sim/market/sim_market.hpp"
#include "runtime/sim/world/world.hpp"
#include "tests/support/test_keys.hpp"

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <unistd.h>

namespace inferd::bench {

inline std::vector<Candle> candles_until_now() {
  const auto history = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  return sim::moved_to(history.candles, history.candles.size() - 400, SystemClock().now());
}

/// A window of four blocks every six; the wallet is funded and registered.
inline sim::WorldSettings daemon_world_settings(const std::vector<Candle>& candles) {
  sim::WorldSettings settings;
  auto& topic = settings.chain.topics.front();
  topic.epoch_length = 6;
  topic.window_length = 4;
  topic.ground_truth_lag = 12;
  settings.start = SystemClock().now();
  settings.funded = {{test::signer()->wallet().address, sim::Amount{1'000'000'000'000'000u}}};
  settings.registered = {test::signer()->wallet().address};
  settings.candles = candles;
  return settings;
}

struct DaemonWorld {
  DaemonWorld() {
    std::filesystem::create_directories(dir);
    const auto served = std::make_shared<sim::SimMarket>(candles, [] { return SystemClock().now(); });
    const auto port = world.serve(0, {{"/api/v3/", [served](const HttpRequest& r) {
                                         return sim::Server::Delayed{served->serve(r).answer, 0};
                                       }}});
    write_model(constant_model({.topic = 1, .symbol = "btcusd"}, 0.0123), dir / "model.json");
    std::ofstream(dir / "mnemonic") << test::mnemonic();
    std::filesystem::permissions(dir / "mnemonic", std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    std::ofstream(dir / "inferd.toml") << sim_config_text(
      {.url = "http://127.0.0.1:" + std::to_string(port), .log_level = "warn"});
  }
  DaemonWorld(const DaemonWorld&) = delete;
  DaemonWorld& operator=(const DaemonWorld&) = delete;

  /// The daemon's process.
  pid_t start(const char* inferd) const {
    const pid_t pid = ::fork();
    if (pid == 0) {
      ::execl(inferd, inferd, "run", "--config", (dir / "inferd.toml").c_str(), nullptr);
      ::_exit(127);
    }
    return pid;
  }

  const std::filesystem::path dir = std::filesystem::temp_directory_path() / ("inferd-bench-" + std::to_string(::getpid()));
  const std::vector<Candle> candles = candles_until_now();
  sim::World world{daemon_world_settings(candles)};
};

} // namespace inferd::bench
