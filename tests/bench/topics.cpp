// Many topics of one symbol in one process, against the embedded chain over real sockets. Prints for each number of topics:
// startup, opening to the last payload in the mempool and to the last row confirmed, memory, requests; and the memory that
// each further topic takes. Up to 500 topics open in the same block; more are spread over the blocks of an epoch.
//   bench.topics PATH_OF_INFERD [TOPICS...]
// Without numbers: 1, 200 and 2000. Exits with 1 unless all payloads for a block are in it, in sequence order.

#include "model/inputs/candles_csv.hpp"
#include "model/training/trainer.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/chain/signing/parse_tx.hpp"
#include "runtime/config/sim_config.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/sim/market/sim_market.hpp"
#include "runtime/sim/world/world.hpp"
#include "tests/bench/process.hpp"
#include "tests/support/test_keys.hpp"

#include <atomic>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <sys/wait.h>
#include <thread>

using namespace inferd;
using namespace inferd::bench;
namespace fs = std::filesystem;

namespace {

constexpr std::int64_t epoch = 24, window = 10;
constexpr int windows = 5;              ///< measured; the first, which simulates its gas, is not
constexpr std::uint64_t together = 500; ///< topics that may open in one block

void pause(int ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); }

bool wait_until(const std::function<bool()>& f, double ms = 30'000) {
  const auto begin = Steady::now();
  while (!f()) {
    if (ms_since(begin) > ms) return false;
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
  return true;
}

pid_t start(const std::vector<std::string>& words, const fs::path& output = "/dev/null") {
  std::fflush(stdout);
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  if (!std::freopen(output.c_str(), "w", stdout)) ::_exit(127);
  std::vector<char*> argv;
  for (const auto& w : words) argv.push_back(const_cast<char*>(w.c_str()));
  argv.push_back(nullptr);
  ::execv(argv[0], argv.data());
  ::_exit(127);
}

int wait_for(pid_t pid) {
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

/// The daemon with `n` topics in a temporary folder.
struct Run {
  Run(const std::string& program, std::uint64_t n, const ModelFile& model);
  ~Run() { fs::remove_all(dir); }
  bool measure();
  std::size_t mempool() {
    return world->with_chain([](auto& c) { return c.mempool_size(); });
  }
  std::size_t confirmed(std::int64_t nonce) {
    std::size_t found = 0;
    BooksReader(dir / "books.db").each({.status = Status::confirmed, .since = Height{nonce}}, [&](const WindowRow&) {
      ++found;
    });
    return found;
  }
  std::int64_t first_nonce(std::uint64_t id) const {
    return epoch + (n <= together ? 0 : static_cast<std::int64_t>(id) % epoch);
  }
  std::size_t opening_at(std::int64_t height) const {
    std::size_t count = 0;
    for (std::uint64_t id = 1; id <= n; ++id) {
      const auto since = height - first_nonce(id);
      count += since >= 0 && since % epoch == 0;
    }
    return count;
  }

  const std::string program;
  const std::uint64_t n;
  const fs::path dir = fs::temp_directory_path() / ("inferd-topics-" + std::to_string(::getpid()));
  const SystemClock clock;
  std::unique_ptr<sim::World> world;
  std::shared_ptr<sim::SimMarket> market;
  std::atomic<std::uint64_t> market_requests{0};
  std::string config;
  double memory = 0;
};

Run::Run(const std::string& program, std::uint64_t n, const ModelFile& model) : program(program), n(n) {
  fs::create_directories(dir);
  const auto history = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  sim::WorldSettings settings;
  settings.chain.topics.clear();
  for (std::uint64_t id = 1; id <= n; ++id)
    settings.chain.topics.push_back(
      {.id = id, .epoch_length = epoch, .window_length = window, .ground_truth_lag = epoch, .first_nonce = first_nonce(id)});
  settings.start = clock.now();
  settings.funded = {{test::signer()->wallet().address, sim::Amount{1'000'000'000'000'000u}}};
  settings.registered = {test::signer()->wallet().address};
  settings.candles = sim::moved_to(history.candles, history.candles.size() - 400, clock.now());
  world = std::make_unique<sim::World>(settings);
  market = std::make_shared<sim::SimMarket>(settings.candles, [this] { return clock.now(); });
  const auto port = world->serve(0, {{"/api/v3/", [this](const HttpRequest& r) {
                                        ++market_requests;
                                        return sim::Server::Delayed{market->serve(r).answer, 0};
                                      }}});
  write_model(model, dir / "model.json");
  std::ofstream(dir / "mnemonic") << test::mnemonic();
  fs::permissions(dir / "mnemonic", fs::perms::owner_read | fs::perms::owner_write);
  SimConfig worker{.url = "http://127.0.0.1:" + std::to_string(port), .topics = {}, .log_level = "warn"};
  for (std::uint64_t id = 1; id <= n; ++id) worker.topics.push_back(id);
  config = dir / "inferd.toml";
  std::ofstream(config) << sim_config_text(worker);
}

bool Run::measure() {
  bool well = true;
  const auto check = [&](bool good, const char* what) {
    if (!good) std::printf("FALSE: %s\n", what), well = false;
  };
  const auto begin = Steady::now();
  const pid_t pid = start({program, "run", "--config", config});
  check(wait_until([&] { return fs::exists(dir / "admin.sock"); }), "no admin port");
  const auto up = ms_since(begin);
  const auto asked = [&](const char* method) {
    return world->with_rpc([&](auto& rpc) { return rpc.requests().contains(method) ? rpc.requests().at(method) : 0; });
  };
  check(wait_until([&] { return asked("GetWorkerSubmissionWindowStatus") >= n; }), "not every topic is asked for");
  const auto known = ms_since(begin);
  pause(300);

  std::vector<std::uint64_t> sequences; // of the last block
  std::size_t accepted = 0;
  const auto token = world->on_block([&](const sim::Block& b) {
    sequences.clear();
    accepted = 0;
    for (const auto& tx : b.txs) {
      sequences.push_back(std::get<chain::ParsedTx>(chain::parse_tx(tx->bytes)).sequence.value);
      accepted += tx->outcome.ok();
    }
  });
  std::vector<double> to_first, to_last, to_booked;
  std::map<std::string, std::uint64_t> before;
  double cpu = 0;
  std::size_t due = 0, all = 0; // payloads that the next block shall hold, that were sent
  for (auto height = world->with_chain([](auto& c) { return c.height(); }) + 1; height < (windows + 2) * epoch; ++height) {
    const bool measured = height >= 2 * epoch;
    const auto opens = opening_at(height);
    if (height == 2 * epoch - 1) {
      cpu = cpu_seconds(pid);
      before = world->with_rpc([](auto& rpc) { return rpc.requests(); });
    }
    if (opens > 0) pause(n <= together ? 1'000 : 150); // predictions are prepared ahead of the window
    world->step();
    const auto stepped = Steady::now();
    check(accepted == due, "not every payload was accepted in the block");
    for (std::size_t i = 1; i < sequences.size(); ++i) check(sequences[i] == sequences[i - 1] + 1, "sequences out of order");
    if (opens == 0 && due == 0) pause(10);
    if (opens > 0 && wait_until([&] { return mempool() > 0; }) && measured) to_first.push_back(ms_since(stepped));
    check(wait_until([&] { return mempool() == opens; }), "not every payload is in the mempool");
    if (opens > 0 && measured) to_last.push_back(ms_since(stepped));
    if (due > 0 && n <= together) {
      check(wait_until([&] { return confirmed(height - 1) == due; }), "not every row is confirmed");
      if (measured) to_booked.push_back(ms_since(stepped));
    }
    all += due = opens;
  }
  world->step();
  check(wait_until([&] { return confirmed(0) == all; }), "not every row is confirmed");
  cpu = cpu_seconds(pid) - cpu;
  auto after = world->with_rpc([](auto& rpc) { return rpc.requests(); });
  memory = resident_mb(pid);
  const auto timed = [&](const char* verb, const char* more) {
    std::vector<std::string> words{program, verb};
    if (*more) words.emplace_back(more);
    words.insert(words.end(), {"--config", config});
    const auto at = Steady::now();
    check(wait_for(start(words, dir / verb)) == 0, verb);
    return ms_since(at);
  };
  const auto tree = timed("ctl", "tree"), health = timed("health", "");
  std::uintmax_t tape = 0;
  for (const auto& f : fs::directory_iterator(dir / "tapes")) tape += f.file_size();
  const auto stop = Steady::now();
  ::kill(pid, SIGTERM);
  check(wait_for(pid) == 0, "the daemon did not end well");
  const auto stopped = ms_since(stop);

  std::printf("-- %llu topic%s\n", static_cast<unsigned long long>(n), n == 1 ? "" : "s");
  std::printf("start to admin port, to every topic known: %.0f ms, %.0f ms\n", up, known);
  std::printf(
    "opening to the first payload in the mempool: p50=%.1f ms, to the last: p50=%.1f ms, most %.1f ms (of %zu blocks)\n",
    quantile(to_first, 0.5), quantile(to_last, 0.5), quantile(to_last, 1), to_last.size());
  if (!to_booked.empty()) std::printf("block to the last row confirmed:           p50=%.1f ms\n", quantile(to_booked, 0.5));
  std::printf("processor time a payload:                  %.2f ms\n", cpu / windows / static_cast<double>(n) * 1000);
  std::printf("resident memory:                           %.1f MB\n", memory);
  std::printf("ctl tree, health, stop:                    %.0f ms, %.0f ms, %.0f ms\n", tree, health, stopped);
  std::printf("tape:                                      %.1f MB\n", static_cast<double>(tape) / 1e6);
  std::printf("market requests:                           %llu\n", static_cast<unsigned long long>(market_requests.load()));
  std::printf("requests to the node in %d windows:        ", windows);
  for (const auto& [method, count] : after)
    if (count > before[method])
      std::printf(" %s %llu", method.c_str(), static_cast<unsigned long long>(count - before[method]));
  std::printf("\n");
  return well;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: bench.topics PATH_OF_INFERD [TOPICS...]\n", stderr), 2;
  std::vector<std::uint64_t> numbers;
  for (int i = 2; i < argc; ++i) numbers.push_back(std::stoul(argv[i]));
  if (numbers.empty()) numbers = {1, 200, 2'000};
  const auto history = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  TrainSettings settings{.topic = 1, .symbol = "btcusd"};
  settings.keep = "ridge without levels, tuned"; // a model that needs features, regardless of the comparison
  const auto model = train(history, settings);
  std::vector<double> memory;
  bool well = true;
  for (const auto n : numbers) {
    Run run(argv[1], n, model);
    well &= run.measure();
    memory.push_back(run.memory);
  }
  for (std::size_t i = 1; i < numbers.size(); ++i)
    if (numbers[i] > numbers[i - 1])
      std::printf("memory a further topic, %llu to %llu: %.1f kB\n", static_cast<unsigned long long>(numbers[i - 1]),
                  static_cast<unsigned long long>(numbers[i]),
                  (memory[i] - memory[i - 1]) / static_cast<double>(numbers[i] - numbers[i - 1]) * 1000);
  return well ? 0 : 1;
}
