// One long run in virtual time: hourly windows, the weather changing every few hours, restarts among it.

#include "runtime/books/reader.hpp"
#include "tests/integration/soak.hpp"

#include <chrono>
#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace inferd::soak {
namespace {

double resident_mb() {
  std::ifstream in("/proc/self/statm");
  long total = 0, resident = 0;
  in >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

void weather(test::Town& town, std::mt19937_64& random) {
  auto& f = town.rpc->faults();
  f = {};
  const auto roll = random() % 10;
  const auto some = [&](double most) { return std::uniform_real_distribution<>(0, most)(random); };
  if (roll == 0) f.drop_event = some(0.5);
  if (roll == 1) f.lose_answer = some(0.3);
  if (roll == 2) f.lose_call = some(0.3);
  if (roll == 3) f.disconnect = some(0.1);
  if (roll == 4) f.busy = some(0.3);
  if (roll == 5) f.repeat_event = some(0.5);
  if (roll == 6) town.market->inject(sim::MarketFault::Unavailable, 0, 1 + random() % 5);
  if (roll == 7) town.market->inject(sim::MarketFault::RateLimited, 30, 1 + random() % 3);
  // 8, 9: fair
}

} // namespace

int hours(std::uint64_t hours, std::uint64_t seed, bool json) {
  const auto begin = std::chrono::steady_clock::now();
  std::mt19937_64 random(seed);
  constexpr std::int64_t epoch = 60; // blocks of a minute: an hour
  test::TownSettings settings{.seed = seed,
                              .topics = {{.id = 1, .epoch_length = epoch, .window_length = 10, .ground_truth_lag = epoch}},
                              .block_ms = 60'000,
                              .funds = 1'000'000'000'000'000};
  test::Town town(settings); // with its books in SQLite: what grows must be the file, not the process
  town.actors.around.on_delivery = nullptr; // a year of messages is not remembered
  town.plan->watcher.poll_ms = 600'000;
  town.plan->watcher.quiet_ms = 180'000;
  town.plan->watcher.silence_ms = 600'000;
  town.plan->life_interval_ms = 600'000;
  Witness witness(town);
  town.start();
  double early = 0; // after a tenth of the run
  std::uint64_t restarts = 0;
  for (std::uint64_t hour = 0; hour < hours; ++hour) {
    if (hour % 6 == 0) weather(town, random);
    if (random() % 50 == 0) { // the process dies somewhere in this hour
      town.actors.halt_after(random() % 2'000);
      town.blocks(epoch);
      town.kill();
      town.start();
      ++restarts;
    } else {
      town.blocks(epoch);
    }
    if (hour == hours / 10) early = resident_mb();
    if (!json && (hour + 1) % 1'000 == 0) std::fprintf(stderr, "%llu hours\n", static_cast<unsigned long long>(hour + 1));
  }
  town.rpc->faults() = {};
  town.blocks(2 * epoch);
  const Height head{town.chain.with_chain([](auto& c) { return c.height(); })};
  std::vector<WindowRow> rows;
  BooksReader(town.dir / "books.db").each({}, [&](const WindowRow& r) { rows.push_back(r); });
  const auto late = resident_mb();
  const auto books_mb = static_cast<double>(std::filesystem::file_size(town.dir / "books.db")) / 1e6;
  const auto wrong = broken(witness, rows, head);
  std::size_t outcomes = 0, confirmed = 0, duplicates = 0;
  for (const auto& r : rows) outcomes += is_final(r.status), confirmed += r.status == Status::confirmed;
  for (const auto& [key, window] : witness.windows) duplicates += window.paid > 1;
  for (const auto& sentence : wrong) std::fprintf(stderr, "%s\n", sentence.c_str());
  const auto seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  std::printf(json ? "{\"windows\":%zu,\"outcomes\":%zu,\"confirmed\":%zu,\"duplicates\":%zu,\"restarts\":%llu,\"broken\":%zu,"
                     "\"memory_mb_early\":%.1f,\"memory_mb_late\":%.1f,\"books_mb\":%.1f,\"seconds\":%.1f}\n"
                   : "%zu windows, %zu outcomes, %zu confirmed, %zu duplicates, %llu restarts, %zu invariants broken, memory "
                     "%.1f MB early and %.1f MB late, books %.1f MB, %.1f s\n",
              witness.windows.size(), outcomes, confirmed, duplicates, static_cast<unsigned long long>(restarts), wrong.size(),
              early, late, books_mb, seconds);
  return wrong.empty() && duplicates == 0 ? 0 : 1;
}

} // namespace inferd::soak
