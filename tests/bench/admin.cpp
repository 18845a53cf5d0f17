// The admin port while windows are answered: the time of each answer, the daemon's memory with page and metrics in use, and the
// way from event to mempool with and without somebody who looks. Phases with and without alternate, so that both see the same
// machine.
//   bench.admin PATH_OF_INFERD [WINDOWS]

#include "model/candles_csv.hpp"
#include "model/trainer.hpp"
#include "runtime/admin/admin_client.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/sim/market/sim_market.hpp"
#include "runtime/sim/world/world.hpp"
#include "tests/bench/process.hpp"
#include "tests/support/test_keys.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace inferd;
using namespace inferd::bench;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> paths{"/overview", "/windows?limit=100", "/metrics", "/tree",   "/ps",       "/health",
                                     "/failures", "/mailbox/submitter", "/",        "/app.js", "/uplot.js", "/openapi.json"};

/// Asks one path after the other, as a page, a scrape and `ctl top` would, while `on`.
struct Looker {
  explicit Looker(std::string socket) : socket_(std::move(socket)), thread_([this] { run(); }) {}
  ~Looker() {
    done = true;
    thread_.join();
  }
  void run() {
    while (!done) {
      for (const auto& path : paths) {
        if (!on || done) break;
        const auto begin = Steady::now();
        try {
          if (ask_admin(socket_, {"GET", path}, 5'000).status >= 500 && path != "/health") ++failed;
        } catch (const AdminUnreachable&) {
          ++failed;
        }
        {
          const std::lock_guard lock(mutex);
          took[path].push_back(ms_since(begin));
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
      }
      if (!on) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }
  std::atomic<bool> on = false, done = false;
  std::atomic<int> failed = 0;
  std::mutex mutex;
  std::map<std::string, std::vector<double>> took;

private:
  std::string socket_;
  std::thread thread_;
};

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench.admin PATH_OF_INFERD [WINDOWS]\n", stderr), 2;
  const std::size_t windows = argc > 2 ? std::stoul(argv[2]) : 600;
  const fs::path dir = fs::temp_directory_path() / ("inferd-bench-" + std::to_string(::getpid()));
  fs::create_directories(dir);
  const auto history = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  const SystemClock clock;
  const auto candles = sim::moved_to(history.candles, history.candles.size() - 400, clock.now());
  sim::WorldSettings settings;
  settings.chain.topics.front().epoch_length = 6;
  settings.chain.topics.front().window_length = 4;
  settings.chain.topics.front().ground_truth_lag = 12;
  settings.start = clock.now();
  settings.funded = {{test::signer()->wallet().address, sim::Amount{1'000'000'000'000'000u}}};
  settings.registered = {test::signer()->wallet().address};
  settings.candles = candles;
  sim::World world(settings);
  auto market = std::make_shared<sim::SimMarket>(candles, [&clock] { return clock.now(); });
  const auto port = world.serve(0, {{"/api/v3/", [market](const HttpRequest& r) {
                                       return sim::Server::Delayed{market->serve(r).answer, 0};
                                     }}});
  write_model(constant_model({.topic = 1, .symbol = "btcusd"}, 0.0123), dir / "model.json");
  std::ofstream(dir / "mnemonic") << test::mnemonic();
  fs::permissions(dir / "mnemonic", fs::perms::owner_read | fs::perms::owner_write);
  std::ofstream(dir / "inferd.toml") << sim_config_text(
    {.url = "http://127.0.0.1:" + std::to_string(port), .log_level = "warn"});

  std::size_t opened = 0;
  const auto token = world.on_block([&](const sim::Block& block) {
    for (const auto& e : block.events)
      if (e.type.find("EventWorkerSubmissionWindowOpened") != std::string::npos) ++opened;
  });
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::execl(argv[1], argv[1], "run", "--config", (dir / "inferd.toml").c_str(), nullptr);
    ::_exit(127);
  }
  while (!fs::exists(dir / "admin.sock")) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  std::this_thread::sleep_for(std::chrono::seconds(1));

  std::vector<double> alone, watched;
  double quiet_mb = 0;
  {
    Looker looker((dir / "admin.sock").string());
    for (std::size_t seen = 0; seen < windows;) {
      const auto before = opened;
      const auto begin = Steady::now();
      world.step();
      if (opened == before) {
        std::this_thread::sleep_for(std::chrono::milliseconds(4));
        continue;
      }
      const auto pool = [&] { return world.with_chain([](auto& c) { return c.mempool_size(); }); };
      while (pool() == 0 && ms_since(begin) < 1'000) std::this_thread::yield();
      if (pool() > 0 && seen > 5) (looker.on ? watched : alone).push_back(ms_since(begin));
      ++seen;
      if (seen == 50) quiet_mb = resident_mb(pid);
      if (seen % 50 == 0) looker.on = !looker.on;
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    looker.on = false;
    std::printf("%-22s %8s %8s %8s  ms\n", "answer", "p50", "p99", "most");
    const std::lock_guard lock(looker.mutex);
    std::vector<double> all;
    for (const auto& [path, took] : looker.took) {
      std::printf("%-22s %8.2f %8.2f %8.2f  n=%zu\n", path.c_str(), quantile(took, 0.5), quantile(took, 0.99),
                  quantile(took, 1), took.size());
      all.insert(all.end(), took.begin(), took.end());
    }
    std::printf("%-22s %8.2f %8.2f %8.2f  n=%zu, %d failed\n", "all", quantile(all, 0.5), quantile(all, 0.99), quantile(all, 1),
                all.size(), looker.failed.load());
  }
  std::printf("event to mempool:      alone p50=%.2f p99=%.2f ms, watched p50=%.2f p99=%.2f ms, ratio of p50 %.2f\n",
              quantile(alone, 0.5), quantile(alone, 0.99), quantile(watched, 0.5), quantile(watched, 0.99),
              quantile(watched, 0.5) / quantile(alone, 0.5));
  std::printf("resident memory:       %.1f MB before anybody looks, %.1f MB after %zu windows with page and metrics\n",
              quiet_mb, resident_mb(pid), windows);
  int status = 0;
  ::kill(pid, SIGTERM);
  ::waitpid(pid, &status, 0);
  fs::remove_all(dir);
  return WIFEXITED(status) && !watched.empty() ? 0 : 1;
}
