// The daemon as a process against the embedded chain over real sockets. Prints: start to ready, idle CPU time, opening event to
// mempool as seen by the chain, resident memory after 200 and after all windows; then, killed repeatedly with a transaction in
// flight, start to the row's outcome.
//   bench.daemon PATH_OF_INFERD [WINDOWS]

#include "runtime/books/books_reader.hpp"
#include "tests/bench/daemon_world.hpp"
#include "tests/bench/process.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace inferd;
using namespace inferd::bench;
namespace fs = std::filesystem;

namespace {

/// Whether the window is confirmed in the books.
bool booked(BooksReader& books, Height nonce) {
  bool final = false;
  books.each({.since = nonce},
             [&](const WindowRow& r) { final = final || (r.nonce == nonce && r.status == Status::confirmed); });
  return final;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench.daemon PATH_OF_INFERD [WINDOWS]\n", stderr), 2;
  const std::size_t windows = argc > 2 ? std::stoul(argv[2]) : 1'000;
  DaemonWorld host;
  auto& world = host.world;
  const auto& dir = host.dir;

  // From the step that sends the opening's block to the payload in the chain's mempool.
  std::vector<double> latencies;
  std::size_t opened = 0;
  const auto token = world.on_block([&](const sim::Block& block) {
    for (const auto& e : block.events)
      if (e.type.find("EventWorkerSubmissionWindowOpened") != std::string::npos) ++opened;
  });

  const auto start = [&] { return host.start(argv[1]); };
  const auto begin = Steady::now();
  pid_t pid = start();
  const auto subscribed = [&] { return fs::exists(dir / "admin.sock"); };
  while (!subscribed() && ms_since(begin) < 10'000) std::this_thread::sleep_for(std::chrono::microseconds(200));
  const auto admin_ms = ms_since(begin);

  // Idle: connected, no new blocks.
  std::this_thread::sleep_for(std::chrono::seconds(2));
  const auto idle_from = cpu_seconds(pid);
  const auto idle_begin = Steady::now();
  std::this_thread::sleep_for(std::chrono::seconds(20));
  const auto idle = (cpu_seconds(pid) - idle_from) / (ms_since(idle_begin) / 1000) * 100;

  double early = 0;
  std::size_t seen = 0;
  const auto cpu_from = cpu_seconds(pid);
  while (seen < windows) {
    const auto before = opened;
    const auto step_begin = Steady::now();
    world.step();
    if (opened == before) {
      std::this_thread::sleep_for(std::chrono::milliseconds(4));
      continue;
    }
    ++seen;
    if (seen == 1) std::this_thread::sleep_for(std::chrono::milliseconds(200)); // the first window simulates its gas
    while (world.with_chain([](auto& c) { return c.mempool_size(); }) == 0 && ms_since(step_begin) < 1'000)
      std::this_thread::yield();
    if (world.with_chain([](auto& c) { return c.mempool_size(); }) > 0 && seen > 1) latencies.push_back(ms_since(step_begin));
    if (seen == 200) early = resident_mb(pid);
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  const auto late = resident_mb(pid);
  const auto cpu = cpu_seconds(pid) - cpu_from;

  int status = 0;
  std::vector<double> resolved;
  for (int round = 0; round < 20; ++round) {
    const auto in_flight = [&] { return world.with_chain([](auto& c) { return c.mempool_size(); }) > 0; };
    for (int i = 0; i < 2'000 && !in_flight(); ++i) { // after a restart it may skip a window
      if (i % 50 == 0) world.step();
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    if (!in_flight()) continue;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, &status, 0);
    const Height nonce = world.with_chain([](auto& c) { return Height{c.emissions().find(1)->open.back().nonce}; });
    world.step(); // included while the daemon is down
    const auto again = Steady::now();
    pid = start();
    BooksReader books((dir / "books.db").string());
    while (!booked(books, nonce) && ms_since(again) < 5'000) std::this_thread::sleep_for(std::chrono::microseconds(500));
    resolved.push_back(ms_since(again));
  }
  ::kill(pid, SIGTERM);
  ::waitpid(pid, &status, 0);
  std::printf("start to admin port:       %.0f ms\n", admin_ms);
  std::printf("idle:                      %.2f %% of a core\n", idle);
  std::printf("opening event to mempool:  n=%zu p50=%.2f ms p99=%.2f ms (of %zu windows)\n", latencies.size(),
              quantile(latencies, 0.5), quantile(latencies, 0.99), seen);
  std::printf("resident memory:           %.1f MB after 200 windows, %.1f MB after %zu\n", early, late, seen);
  std::printf("processor time per window: %.2f ms\n", cpu / static_cast<double>(seen) * 1000);
  std::printf("kill -9, start to outcome:  n=%zu min=%.0f ms p50=%.0f ms max=%.0f ms\n", resolved.size(), quantile(resolved, 0),
              quantile(resolved, 0.5), quantile(resolved, 1));
  fs::remove_all(dir);
  return WIFEXITED(status) && latencies.size() > windows / 2 ? 0 : 1;
}
