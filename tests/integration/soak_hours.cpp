// A long run in virtual time: hourly windows, random faults, several at once, redrawn every few hours, kills and stops. Every
// fourth day ends with hours without faults, after which the invariants are checked. Only the books may grow. Of each window
// that was not confirmed it says why it had to be so, or that it was avoidable.

#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite.hpp"
#include "tests/integration/miss_classifier.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <malloc.h>
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

namespace inferd::soak {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t epoch = 60; // blocks of a minute
constexpr std::uint64_t fault_hours = 6, check_hours = 96, quiet_hours = 4;

/// Allowed growth from a fifth of the run on, measured when idle and just after the simulated node was pruned. Heap in use: a
/// leak of 150 bytes per hour exceeds it within a year. Resident memory: also allows for fragmentation.
#ifdef INFERD_SANITIZED // sanitizers delay the reuse of freed memory
constexpr double heap_allowance_mb = 1'000, allowance_mb = 1'000;
#else
constexpr double heap_allowance_mb = 1, allowance_mb = 4;
#endif
constexpr double beside_books_mb = 24; ///< four times limits::view_bytes, the 4 MB WAL, the candles

double resident_mb() {
  std::ifstream in("/proc/self/statm");
  long total = 0, resident = 0;
  in >> total >> resident;
  return static_cast<double>(resident) * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1e6;
}

/// Heap in use without SQLite's, which is bounded by its page cache and reaches that within a month.
double heap_mb() {
  const auto info = ::mallinfo2();
  return static_cast<double>(info.uordblks + info.hblkhd) / 1e6 - static_cast<double>(::sqlite3_memory_used()) / 1e6;
}

class LongRun {
public:
  LongRun(std::uint64_t hours, std::uint64_t seed)
    : hours_(hours), random_(seed), network_(settings(seed)), checker_(network_),
      faults_(network_, seed, [this](const std::string& hash) { checker_.exclude(hash); }), classifier_(network_, faults_) {
    on_delivery_ = network_.actors.context.on_delivery;
    network_.actors.context.on_delivery = [this](const Delivery&) { network_.fail_allocation(); }; // the tape would grow
    if (const auto* height = std::getenv("SOAK_TAPE")) print_deliveries(std::atoll(height));
    // Polling intervals in minutes and retries in many seconds, since a block takes a minute.
    network_.plan->watcher.poll_ms = network_.plan->watcher.silence_ms = network_.plan->liveness_interval_ms = 600'000;
    network_.plan->watcher.quiet_ms = 180'000;
    network_.plan->ledger.retry_ms = network_.plan->submitter.request_timeout_ms = 15'000;
  }

  void run() {
    start();
    for (std::uint64_t hour = 0; hour < hours_; ++hour) {
      const bool clear = hour % check_hours >= check_hours - quiet_hours;
      if (clear && hour % check_hours == check_hours - quiet_hours) faults_.clear();
      if (!clear && hour % fault_hours == 0) random_() % 4 == 0 ? faults_.clear() : faults_.change(0.08);
      // No kills or stops in the second half, so that a leak in an actor shows.
      const auto action = clear || hour > hours_ / 2 ? 0 : random_() % 50;
      if (action == 1) network_.actors.halt_after(random_() % 2'000);
      if (action == 2) classifier_.process_up = false;
      if (action == 2 && !network_.drain())
        wrong_.push_back(fmt::format("hour {}, block {}: SIGTERM did not stop it in time", hour, height()));
      if (action == 2) start_again();
      for (int i = 0; i < epoch; ++i) block();
      if (hour % check_hours == check_hours - 1) check(), measure();
    }
    faults_.clear();
    for (auto i = quiet_hours * epoch; i > 0; --i) block();
    check(), measure();
    if (windows_ != outcomes_) wrong_.push_back(fmt::format("{} windows have {} outcomes", windows_, outcomes_));
    const auto grew = [&](const char* what, const std::vector<double>& mb, double allowance) {
      const auto before = mb[mb.size() / 5], after = mb.back();
      if (after > before + allowance) wrong_.push_back(fmt::format("{} grew from {:.1f} MB to {:.1f} MB", what, before, after));
    };
    grew("memory in use", heap_, heap_allowance_mb);
    grew("resident memory", memory_, allowance_mb);
    if (beside_books() > beside_books_mb) wrong_.push_back(fmt::format("{:.1f} MB lie beside the books", beside_books()));
  }

  int report(bool json, double seconds) {
    for (const auto& sentence : wrong_) std::fprintf(stderr, "%s\n", sentence.c_str());
    std::size_t struck = 0;
    for (std::size_t i = 0; i < faults_.counts().size(); ++i) {
      struck += faults_.counts()[i] > 0;
      if (!json) std::fprintf(stderr, "%4zu times %s\n", faults_.counts()[i], test::injected_faults()[i].name);
    }
    const auto line =
      json
        ? "{{\"windows\":{},\"outcomes\":{},\"confirmed\":{},\"missed\":{},\"skipped\":{},\"refused\":{},"
          "\"lost_because\":{{{}}},\"avoidable_misses\":{},"
          "\"duplicates\":{},\"restarts\":{},\"faults\":{},\"broken\":{},\"memory_mb\":[{:.1f}],\"heap_mb\":[{:.1f}],"
          "\"books_mb\":[{:.1f}],\"beside_books_mb\":{:.1f},\"seconds\":{:.1f}}}\n"
        : "{} windows, {} outcomes: {} confirmed, {} missed, {} skipped, {} refused\nnot confirmed: {}{} avoidable\n{} "
          "duplicates, {} "
          "process restarts, {} kinds of fault, {} invariants broken\nmemory at each tenth {:.1f} MB\nin use {:.1f} MB\nbooks "
          "{:.1f} MB, beside them {:.1f} MB; {:.1f} s\n";
    const auto text =
      fmt::format(fmt::runtime(line), windows_, outcomes_, of(Status::confirmed), of(Status::missed), of(Status::skipped),
                  of(Status::refused), lost_because(json), avoidable_, duplicates_, restarts_, struck, wrong_.size(),
                  fmt::join(tenths(memory_), json ? "," : " "), fmt::join(tenths(heap_), json ? "," : " "),
                  fmt::join(tenths(books_), json ? "," : " "), beside_books(), seconds);
    std::fputs(text.c_str(), stdout);
    return wrong_.empty() && duplicates_ == 0 && avoidable_ == 0 ? 0 : 1;
  }

private:
  static test::TestNetworkSettings settings(std::uint64_t seed) {
    return {.seed = seed,
            .topics = {{.id = 1, .epoch_length = epoch, .window_length = 10, .ground_truth_lag = epoch}},
            .block_ms = 60'000,
            .funds = 1'000'000'000'000'000,
            .nodes = {{"sim://first", {}}, {"sim://second", {}}},
            .second_source = true,
            .kept_blocks = (check_hours + fault_hours) * epoch, // the node prunes older blocks; longer than any outage
            .mempool_cache = 500,
            .views = true,
            .candle_cache = true};
  }

  /// SOAK_TAPE=HEIGHT: prints every delivery from this block on, for debugging.
  void print_deliveries(std::int64_t from) {
    const auto print = [this, from](const std::string& what) {
      if (height() >= from) std::fputs(fmt::format("block {}: {}\n", height(), what.substr(0, 240)).c_str(), stderr);
    };
    faults_line_ = network_.chain.on_block([this, from](const sim::Block& block) {
      std::string names;
      for (const auto* fault : faults_.present()) names += std::string(names.empty() ? "" : ", ") + fault->name;
      if (block.height >= from) std::fputs(fmt::format("block {}: faults: {}\n", block.height, names).c_str(), stderr);
    });
    network_.actors.context.on_delivery = [this, print, before = on_delivery_](const Delivery& d) {
      auto& tape = network_.actors.tape;
      tape.clear();
      before(d);
      print(tape.back());
    };
  }

  std::int64_t height() {
    return network_.chain.with_chain([](auto& c) { return c.height(); });
  }

  void block() {
    network_.block();
    if (!network_.actors.halted() && network_.exhausted.empty()) return;
    // The process may end itself when its memory or its disk fails again and again, and for nothing else.
    if (!network_.exhausted.empty() && network_.short_of_memory == 0 && network_.crashable->refuses.empty())
      wrong_.push_back(fmt::format("the tree gave up at block {}: {}", height(), network_.exhausted));
    classifier_.process_up = false;
    network_.kill();
    start_again();
  }
  void start() {
    classifier_.process_up = true;
    network_.start();
  }

  /// Restarts at once or some hours later; the chain continues.
  void start_again() {
    ++restarts_;
    if (random_() % 4 == 0)
      for (auto blocks = random_() % (5 * epoch); blocks > 0; --blocks) network_.block();
    start();
  }

  /// Compares the windows closed since the last check with the books, then clears both lists.
  void check() {
    const Height head{network_.chain.with_chain([](auto& c) { return c.height(); })};
    const Height until{head.value - 2 * epoch};
    if (checked_.value == 0) checked_ = first_checked();
    std::vector<WindowRow> rows;
    BooksReader(network_.dir / "books.db").each({.since = checked_}, [&](const WindowRow& r) { rows.push_back(r); });
    for (auto& sentence : broken(checker_, rows, head, checked_)) wrong_.push_back(std::move(sentence));
    for (const auto& r : rows) {
      if (r.nonce >= until) continue;
      if (is_final(r.status) && r.status != Status::confirmed) classify(r);
      outcomes_ += is_final(r.status);
      ++statuses_[r.status];
      // The last of these hours had no faults for two hours: windows must be confirmed.
      if (r.nonce.value >= until.value - epoch && r.status != Status::confirmed)
        wrong_.push_back(
          fmt::format("window {} came two hours after the last fault, and was not confirmed: {}", r.nonce.value, r.reason));
    }
    for (const auto& [key, window] : checker_.windows) {
      if (key.second < checked_.value || key.second >= until.value) continue;
      ++windows_;
      duplicates_ += window.paid > 1;
    }
    checker_.forget_before(until);
    classifier_.forget_before(until);
    checked_ = until;
  }

  /// The books account for every window from here on: from where they say that they begin, or from the first block at which
  /// nothing kept the daemon from beginning them, whichever is lower.
  Height first_checked() {
    sqlite::Database books(network_.dir / "books.db", sqlite::Database::Mode::read);
    const Height since{books.number("SELECT coalesce(min(since), 0) FROM watched")}, clear = classifier_.first_clear();
    return Height{(since.value > 0 && (clear.value == 0 || since < clear) ? since : clear).value + 1};
  }

  void classify(const WindowRow& row) {
    const auto it = checker_.windows.find({row.topic.value, row.nonce.value});
    if (it != checker_.windows.end() && it->second.taken) {
      ++lost_because_[Cause::clash];
      return;
    }
    const auto scheduled = it == checker_.windows.end() ? row.closes : it->second.closes;
    const auto closed = it == checker_.windows.end() || it->second.closed.value == 0 ? scheduled : it->second.closed;
    if (const auto cause = classifier_.cause(row.nonce, std::min(closed, scheduled), scheduled)) {
      ++lost_because_[*cause];
      return;
    }
    if (++avoidable_ <= 20)
      std::fputs(fmt::format("window {} could have been answered, and ended {}: {}\n", row.nonce.value,
                             boost::describe::enum_to_string(row.status, "?"), row.reason)
                   .c_str(),
                 stderr);
  }
  std::string lost_because(bool json) const {
    std::string out;
    for (const auto& [cause, windows] : lost_because_)
      out += json ? fmt::format("{}\"{}\":{}", out.empty() ? "" : ",", name(cause), windows)
                  : fmt::format("{} {}, ", windows, name(cause));
    return out;
  }

  void measure() {
    network_.chain.with_chain([](auto& chain) { return chain.prune(2 * epoch), 0; });
    ::malloc_trim(0);
    memory_.push_back(resident_mb());
    heap_.push_back(heap_mb());
    books_.push_back(size_mb(network_.dir / "books.db"));
  }
  /// Ten evenly spaced values with the last; all if there are fewer.
  static std::vector<double> tenths(const std::vector<double>& all) {
    if (all.size() <= 10) return all;
    std::vector<double> some;
    for (std::size_t i = 1; i <= 10; ++i) some.push_back(all[i * all.size() / 10 - 1]);
    return some;
  }

  static double size_mb(const std::string& file) {
    std::error_code none;
    const auto size = fs::file_size(file, none);
    return none ? 0 : static_cast<double>(size) / 1e6;
  }
  double beside_books() const {
    double sum = 0;
    for (const auto& file : fs::recursive_directory_iterator(network_.dir / ""))
      if (file.is_regular_file() && file.path().filename() != "books.db") sum += size_mb(file.path().string());
    return sum;
  }
  std::size_t of(Status s) const { return statuses_.contains(s) ? statuses_.at(s) : 0; }

  std::function<void(const Delivery&)> on_delivery_; ///< the network's own, which records the tape
  std::uint64_t hours_;
  std::mt19937_64 random_;
  test::TestNetwork network_;
  InvariantChecker checker_;
  test::FaultInjector faults_;
  MissClassifier classifier_;
  std::shared_ptr<sim::World::OnBlock> faults_line_; ///< with SOAK_TAPE
  Height checked_;
  std::uint64_t restarts_ = 0;
  std::size_t windows_ = 0, outcomes_ = 0, duplicates_ = 0, avoidable_ = 0;
  std::map<Status, std::size_t> statuses_;
  std::map<Cause, std::size_t> lost_because_;
  std::vector<double> memory_, heap_, books_; ///< after each check
  std::vector<std::string> wrong_;
};

} // namespace

int hours(std::uint64_t hours, std::uint64_t seed, bool json) {
  const auto begin = std::chrono::steady_clock::now();
  LongRun year(hours, seed);
  year.run();
  return year.report(json, std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count());
}

int years(std::uint64_t hours_each, std::uint64_t seed, std::uint64_t seeds, bool json) {
  std::uint64_t clean = 0;
  for (std::uint64_t i = 0; i < seeds; ++i) {
    std::fputs(fmt::format("seed {}\n", seed + i).c_str(), json ? stderr : stdout);
    std::fflush(stdout);
    const auto child = ::fork(); // memory is measured from the start of a process
    if (child < 0) return std::perror("soak: fork"), 2;
    if (child == 0) std::exit(hours(hours_each, seed + i, json));
    int status = 0;
    clean += ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  }
  std::fputs(fmt::format("{} seeds, {} clean\n", seeds, clean).c_str(), json ? stderr : stdout);
  return clean == seeds ? 0 : 1;
}

} // namespace inferd::soak
