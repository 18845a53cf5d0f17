// One run: a few windows with faults; the process is killed at a named step, at a random message or within a write, with or
// without loss of unsynced writes; it is restarted for a few more windows. Then the books are compared with the chain.

#include "runtime/books/books_reader.hpp"
#include "tests/integration/soak.hpp"
#include "tests/integration/soak_steps.hpp"
#include "tests/support/lossy_disk.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

namespace inferd::soak {
namespace {

constexpr int cycle = 12; // blocks per window

struct StepCounts {
  std::uint64_t runs{}, clean{}, windows{}, at_random{}, in_writes{}, power_cuts{}, lost_writes{};
  std::vector<std::uint64_t> at_step = std::vector<std::uint64_t>(named_steps().size());
};

class Run {
public:
  Run(std::uint64_t seed, const std::string& nodes, StepCounts& counts)
    : seed_(seed), random_(seed), counts_(counts), nodes_(nodes), network_(settings()), checker_(network_),
      step_killer_(network_) {
    network_.crashable->on_failure = [this] {
      if (disk_.stopped()) network_.crash();
    };
  }

  std::vector<std::string> broken_invariants() {
    injector();
    const auto& steps = named_steps();
    // The named steps in turn, then three runs with a kill within a write and three at a random message.
    const auto turn = seed_ % (steps.size() + 6);
    if (turn < steps.size()) {
      if (steps[turn].resuming) run_until_kill(&step(chance(0.5) ? "sent, not answered" : "bytes stored, not known"), 0);
      run_until_kill(&steps[turn], steps[turn].resuming ? 0 : random_() % 3);
    } else {
      if (turn < steps.size() + 3) disk_.stop_after(random_() % 250);
      run_until_kill(nullptr, 0);
    }
    if (chance(0.3)) run_until_kill(nullptr, 0);
    network_.rpc->faults() = node_faults();
    network_.start();
    network_.blocks(cycle * 4);
    while (network_.chain.with_chain([](auto& c) { return c.height(); }) % cycle != cycle - 2)
      network_.block();           // without Tx events what was accepted is looked up some blocks later
    if (std::getenv("SOAK_TAPE")) // prints every delivery of the run
      for (const auto& line : network_.actors.tape) std::fprintf(stderr, "%s\n", line.substr(0, 240).c_str());
    counts_.windows += checker_.windows.size();
    counts_.lost_writes += disk_.lost();
    return compared();
  }

private:
  test::TestNetworkSettings settings() {
    test::TestNetworkSettings s{.seed = seed_};
    s.past_states = nodes_ == "balanced" ? 8 : 0;
    if (is_byzantine()) s.nodes = {{"sim://faulty", {}}, {"sim://good", {}}};
    if (chance(0.3)) s.topics.push_back({.id = 2, .epoch_length = cycle, .window_length = 6, .ground_truth_lag = cycle});
    return s;
  }
  bool is_byzantine() const { return nodes_ != "plain" && nodes_ != "balanced" && !lacks_evidence(); }
  /// True, but it does not tell everything that is asked.
  bool lacks_evidence() const { return nodes_ == "no-index" || nodes_ == "no-results" || nodes_ == "silent-tx"; }
  /// What the first node is, besides the random faults.
  sim::Faults node_faults() const {
    sim::Faults f;
    f.no_tx_index = nodes_ == "no-index" || nodes_ == "no-results";
    f.no_block_results = nodes_ == "no-results";
    if (nodes_ == "silent-tx") f.silent_method = "tx";
    // In half of the runs, apart from the turns of the named steps, one of which is an event.
    const bool without_events = seed_ / 64 % 2 == 0 && (nodes_ == "no-results" || nodes_ == "silent-tx");
    f.drop_tx_events = nodes_ == "wrong-inclusion" || without_events;
    f.balanced_blocks = nodes_ == "balanced" ? 6 : 0;
    f.stale_mempool = nodes_ == "stale-mempool";
    f.drop_broadcast = nodes_ == "drops-payloads";
    f.drop_broadcast_cached = nodes_ == "drops-payloads-cached";
    f.ahead_blocks = nodes_ == "ahead" ? 1'000'000 : 0;
    f.empty_values = nodes_ == "empty-answers";
    f.wrong_inclusion = nodes_ == "wrong-inclusion";
    return f;
  }
  static const NamedStep& step(const std::string& name) {
    return *std::ranges::find_if(named_steps(), [&](const auto& s) { return s.name == name; });
  }
  bool chance(double p) { return std::bernoulli_distribution(p)(random_); }

  void injector() {
    auto& faults = network_.rpc->faults();
    faults = node_faults();
    if (chance(0.4)) faults.lose_answer = 0.1;
    if (chance(0.3)) faults.lose_call = 0.05;
    if (chance(0.3)) faults.drop_event = 0.1;
    if (chance(0.2)) faults.repeat_event = 0.2;
    if (chance(0.2)) faults.disconnect = 0.02;
  }

  /// From start to kill; without a step the kill is at a random message.
  void run_until_kill(const NamedStep* step, std::uint64_t nth) {
    if (step) step_killer_.arm_at(*step, nth);
    else network_.actors.halt_after(50 + random_() % 2'500);
    network_.start();
    for (int i = 0; i < 3 * cycle && !network_.actors.halted(); ++i) network_.block();
    if (step && step_killer_.struck()) ++counts_.at_step[static_cast<std::size_t>(step - named_steps().data())];
    else if (disk_.stopped()) ++counts_.in_writes;
    else ++counts_.at_random;
    step_killer_.disarm();
    end();
  }

  void end() {
    disk_.stop();
    network_.kill();
    network_.crashable->books = network_.store = nullptr;
    if (chance(0.5)) {
      disk_.power_cut(random_());
      ++counts_.power_cuts;
    } else {
      disk_.resume();
    }
    network_.open_again();
  }

  std::vector<std::string> compared() {
    const Height head{network_.chain.with_chain([](auto& c) { return c.height(); })};
    std::vector<WindowRow> rows;
    BooksReader books(network_.dir / "books.db");
    books.each({}, [&](const WindowRow& r) { rows.push_back(r); });
    auto wrong = broken(checker_, rows, head);
    for (auto& problem : books.problems()) wrong.push_back("the books themselves: " + problem);
    return wrong;
  }

  std::uint64_t seed_;
  std::mt19937_64 random_;
  StepCounts& counts_;
  std::string nodes_;
  test::LossyDisk disk_; // outlives the books on it
  test::TestNetwork network_;
  InvariantChecker checker_;
  StepKiller step_killer_;
};

std::string steps_json(const StepCounts& counts) {
  std::string out;
  for (std::size_t i = 0; i < counts.at_step.size(); ++i)
    out += fmt::format("{}\"{}\":{}", i ? "," : "", named_steps()[i].name, counts.at_step[i]);
  return out;
}

} // namespace

int kills(std::uint64_t runs, std::uint64_t seed, const std::string& nodes, bool json) {
  StepCounts counts;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const auto& of_run = nodes == "each" ? kill_nodes[i % kill_nodes.size()] : nodes;
    const auto wrong = Run(seed + i, of_run, counts).broken_invariants();
    ++counts.runs;
    counts.clean += wrong.empty();
    for (const auto& sentence : wrong)
      std::fprintf(stderr, "seed %s, %s: %s\n", std::to_string(seed + i).c_str(), of_run.c_str(), sentence.c_str());
    if (counts.runs % 100 == 0) std::fputs(fmt::format("{} runs, {} clean\n", counts.runs, counts.clean).c_str(), stderr);
  }
  // A hundred runs reach each step several times; a step never reached is not tested.
  const bool all_reached = std::ranges::all_of(counts.at_step, [](auto n) { return n > 0; });
  if (!all_reached && runs >= 100) std::fputs("soak: a named step was never reached\n", stderr);
  if (json) {
    std::fputs(
      fmt::format("{{\"runs\":{},\"clean\":{},\"windows\":{},\"random_instants\":{},\"in_writes\":{},\"power_cuts\":{},"
                  "\"lost_writes\":{},\"steps\":{{{}}}}}\n",
                  counts.runs, counts.clean, counts.windows, counts.at_random, counts.in_writes, counts.power_cuts,
                  counts.lost_writes, steps_json(counts))
        .c_str(),
      stdout);
  } else {
    for (std::size_t i = 0; i < counts.at_step.size(); ++i)
      std::fputs(fmt::format("{:5} deaths: {}\n", counts.at_step[i], named_steps()[i].name).c_str(), stdout);
    std::fputs(
      fmt::format("{} runs, {} clean, {} windows; {} deaths at random messages, {} in writes, {} power cuts that took {} "
                  "writes\n",
                  counts.runs, counts.clean, counts.windows, counts.at_random, counts.in_writes, counts.power_cuts,
                  counts.lost_writes)
        .c_str(),
      stdout);
  }
  return counts.clean == runs && (all_reached || runs < 100) ? 0 : 1;
}

} // namespace inferd::soak
