// One run: a few windows with faults, dead at a random message, perhaps with a disk that lost what it had not synced,
// started again, a few windows more. Then the books are compared with what the chain saw.

#include "tests/integration/soak.hpp"

#include <cstdio>
#include <cstdlib>

namespace inferd::soak {
namespace {

struct Result {
  std::vector<std::string> broken;
  std::size_t windows{};
};

Result one(std::uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto chance = [&](double p) { return std::uniform_real_distribution<>(0, 1)(random) < p; };
  auto books = std::make_shared<MemoryBooks>();
  test::TownSettings settings{.seed = seed};
  if (chance(0.3)) settings.topics.push_back({.id = 2, .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12});
  test::Town town(settings, books);
  Witness witness(town);
  auto& faults = town.rpc->faults();
  if (chance(0.5)) faults.lose_answer = 0.1;
  if (chance(0.3)) faults.lose_call = 0.05;
  if (chance(0.3)) faults.drop_event = 0.1;
  if (chance(0.2)) faults.repeat_event = 0.2;
  if (chance(0.2)) faults.disconnect = 0.02;
  for (int life = 0; life < (chance(0.3) ? 3 : 2); ++life) {
    town.actors.halt_after(50 + random() % 2'500);
    town.start();
    town.blocks(12 * 3);
    town.kill();
  }
  faults = {};
  town.start();
  town.blocks(12 * 4);
  if (std::getenv("SOAK_TAPE")) // every delivery of the run, to find out why
    for (const auto& line : town.actors.tape) std::fprintf(stderr, "%s\n", line.substr(0, 240).c_str());
  const Height head{town.chain.with_chain([](auto& c) { return c.height(); })};
  return {broken(witness, books->windows(), head), witness.windows.size()};
}

} // namespace

int kills(std::uint64_t runs, std::uint64_t seed, bool json) {
  std::uint64_t clean = 0, windows = 0;
  for (std::uint64_t i = 0; i < runs; ++i) {
    const auto result = one(seed + i);
    windows += result.windows;
    if (result.broken.empty()) ++clean;
    for (const auto& sentence : result.broken)
      std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(seed + i), sentence.c_str());
    if ((i + 1) % 100 == 0)
      std::fprintf(stderr, "%llu runs, %llu clean\n", static_cast<unsigned long long>(i + 1), static_cast<unsigned long long>(clean));
  }
  if (json)
    std::printf("{\"runs\":%llu,\"clean\":%llu,\"windows\":%llu}\n", static_cast<unsigned long long>(runs),
                static_cast<unsigned long long>(clean), static_cast<unsigned long long>(windows));
  else
    std::printf("%llu runs, %llu clean, %llu windows\n", static_cast<unsigned long long>(runs),
                static_cast<unsigned long long>(clean), static_cast<unsigned long long>(windows));
  return clean == runs ? 0 : 1;
}

} // namespace inferd::soak
