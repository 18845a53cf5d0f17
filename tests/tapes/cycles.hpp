#pragma once
// The runs whose tapes are in vN/cycles.tar.xz: whole cycles, each fault of the simulated world, restarts, and the frames of a
// real chain. All are in virtual time, so a run that is recorded again gives the same bytes.

#include "tests/support/test_network.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace inferd::test {

struct CycleNetwork : TestNetwork {
  using TestNetwork::TestNetwork;
  Wallet wallet = signer()->wallet();
  std::function<void()> drive; ///< everything between start and SIGTERM
};

struct Cycle {
  std::string name; ///< of its files, without extension
  std::function<std::unique_ptr<CycleNetwork>()> make;
};

const std::vector<Cycle>& cycles();

} // namespace inferd::test
