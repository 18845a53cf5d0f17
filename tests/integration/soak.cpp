#include "tests/integration/soak.hpp"

#include <CLI/CLI.hpp>
#include <cstdio>

int main(int argc, char** argv) {
  CLI::App app{"Kill tests and simulated years, from any seed"};
  std::uint64_t kills = 0, hours = 0, seed = 1, seeds = 1;
  bool json = false;
  std::string nodes = "plain";
  app.add_option("--kills", kills, "Runs that are killed at a random message, each from a seed of its own");
  app.add_option("--hours", hours, "Hourly windows of one run with faults");
  app.add_option("--seeds", seeds, "With --hours: one run for each of so many seeds, from --seed on")
    ->check(CLI::PositiveNumber);
  app.add_option("--seed", seed, "Of the first run")->capture_default_str();
  app.add_option("--nodes", nodes, "Of the kill runs: a correct node, a faulty one, or a faulty one beside a correct one")
    ->check(CLI::IsMember(inferd::soak::kill_nodes) | CLI::IsMember({"each"}))
    ->capture_default_str();
  app.add_flag("--json", json, "The last line is one JSON object");
  app.footer("Examples: etc/soak --kills 2000    etc/soak --hours 8760 --seed 7 --json    etc/soak --hours 8760 --seeds 20");
  CLI11_PARSE(app, argc, argv);
  if ((kills == 0) == (hours == 0)) return std::fputs("soak: give --kills N or --hours N (see --help)\n", stderr), 2;
  if (seeds > 1 && hours == 0) return std::fputs("soak: --seeds goes with --hours (see --help)\n", stderr), 2;
  if (seeds > 1) return inferd::soak::years(hours, seed, seeds, json);
  return kills > 0 ? inferd::soak::kills(kills, seed, nodes, json) : inferd::soak::hours(hours, seed, json);
}
