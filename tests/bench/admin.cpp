// The admin port while windows are answered: the time of each answer, the daemon's memory with page and metrics in use, and the
// time from event to mempool with and without requests. Phases with and without alternate, so that both see the same
// machine. After each answer a byte goes to another process and back: how often that takes as long is the machine's part. The
// books hold so many windows of ten other topics besides: a year of each by default.
//   bench.admin PATH_OF_INFERD [WINDOWS [WINDOWS_BEFORE]]

#include "runtime/admin/admin_client.hpp"
#include "runtime/books/sqlite_storage.hpp"
#include "tests/bench/daemon_world.hpp"
#include "tests/bench/process.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace inferd;
using namespace inferd::bench;
namespace fs = std::filesystem;

namespace {

const std::vector<std::string> paths{
  "/overview", "/windows?limit=100", "/models", "/metrics", "/tree",     "/ps",          "/health",
  "/failures", "/mailbox/submitter", "/",       "/app.js",  "/uplot.js", "/openapi.json"};

/// A process that returns every byte it gets.
struct Echo {
  Echo() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
    if (::fork() != 0) {
      ::close(ends[1]);
      return;
    }
    ::close(ends[0]);
    for (char byte = 0; ::read(ends[1], &byte, 1) == 1;)
      if (::write(ends[1], &byte, 1) != 1) break;
    ::_exit(0);
  }
  void round_trip() const {
    char byte = 0;
    if (::write(ends[0], &byte, 1) != 1 || ::read(ends[0], &byte, 1) != 1) std::abort();
  }
  int ends[2];
};

/// Asks one path after the other, as a page, a scrape and `ctl top` would, while `on`.
struct Poller {
  Poller(std::string socket, const Echo& echo) : socket_(std::move(socket)), echo_(echo), thread_([this] { run(); }) {}
  ~Poller() {
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
        const auto answered = ms_since(begin);
        const auto echoed = Steady::now();
        echo_.round_trip();
        {
          const std::lock_guard lock(mutex);
          took[path].push_back(answered);
          echoes.push_back(ms_since(echoed));
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
  std::vector<double> echoes;

private:
  std::string socket_;
  const Echo& echo_;
  std::thread thread_;
};

void write_history(const fs::path& path, std::size_t windows) {
  const auto storage = open_sqlite_storage(path.string());
  const auto now = SystemClock().now();
  storage->begin();
  for (std::size_t i = 0; i < windows; ++i) {
    const auto age = static_cast<std::int64_t>(windows - i) * 360'000; // ten topics, an hour each
    WindowRow row{
      .wallet = test::signer()->wallet(), .topic = TopicId{1'001 + i % 10}, .nonce = Height{1 + static_cast<std::int64_t>(i)}};
    row.status = i % 50 ? Status::confirmed : Status::missed;
    row.values = {{"", std::to_string(i)}};
    row.fee = Uallo{1'000'000};
    row.reward = {"0.0123456789"};
    row.opened_at = Instant{now.value - age};
    row.claimed_at = row.stored_at = row.sent_at = row.opened_at;
    row.done_at = Instant{row.opened_at.value + 5'000};
    storage->put(row);
  }
  storage->commit();
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench.admin PATH_OF_INFERD [WINDOWS [WINDOWS_BEFORE]]\n", stderr), 2;
  const std::size_t windows = argc > 2 ? std::stoul(argv[2]) : 600, before = argc > 3 ? std::stoul(argv[3]) : 87'600;
  const Echo echo; // before there are threads
  DaemonWorld host;
  auto& world = host.world;
  const auto& dir = host.dir;

  std::size_t opened = 0;
  const auto token = world.on_block([&](const sim::Block& block) {
    for (const auto& e : block.events)
      if (e.type.find("EventWorkerSubmissionWindowOpened") != std::string::npos) ++opened;
  });
  write_history(dir / "books.db", before);
  const pid_t pid = host.start(argv[1]);
  for (int status = 0; !fs::exists(dir / "admin.sock"); std::this_thread::sleep_for(std::chrono::milliseconds(1)))
    if (::waitpid(pid, &status, WNOHANG) != 0) return std::fprintf(stderr, "%s did not start\n", argv[1]), 1;
  std::this_thread::sleep_for(std::chrono::seconds(1));

  std::vector<double> alone, watched;
  double quiet_mb = 0;
  {
    Poller poller((dir / "admin.sock").string(), echo);
    for (std::size_t seen = 0; seen < windows;) {
      const auto before = opened;
      const auto begin = Steady::now();
      world.step();
      if (opened == before) {
        std::this_thread::sleep_for(std::chrono::milliseconds(4));
        continue;
      }
      const auto pool = [&] { return world.with_chain([](auto& c) { return c.mempool_size(); }); };
      while (pool() == 0 && ms_since(begin) < 1'000)
        std::this_thread::sleep_for(std::chrono::microseconds(20)); // leaves the core to inferd
      if (pool() > 0 && seen > 5) (poller.on ? watched : alone).push_back(ms_since(begin));
      ++seen;
      if (seen == 50) quiet_mb = resident_mb(pid);
      if (seen % 50 == 0) poller.on = !poller.on;
      std::this_thread::sleep_for(std::chrono::milliseconds(60)); // some ten windows a second
    }
    poller.on = false;
    std::printf("%-22s %8s %8s %8s  ms\n", "answer", "p50", "p99", "most");
    const std::lock_guard lock(poller.mutex);
    std::vector<double> all;
    for (const auto& [path, took] : poller.took) {
      std::printf("%-22s %8.2f %8.2f %8.2f  n=%zu\n", path.c_str(), quantile(took, 0.5), quantile(took, 0.99),
                  quantile(took, 1), took.size());
      all.insert(all.end(), took.begin(), took.end());
    }
    const auto print = [](const char* name, const std::vector<double>& ms) {
      std::printf("%-22s %8.2f %8.2f %8.2f  n=%zu, %td over 5 ms\n", name, quantile(ms, 0.5), quantile(ms, 0.99),
                  quantile(ms, 1), ms.size(), std::count_if(ms.begin(), ms.end(), [](double x) { return x > 5; }));
    };
    print("all", all);
    print("a byte and back", poller.echoes);
    std::printf("%d failed\n", poller.failed.load());
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
