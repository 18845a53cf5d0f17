#pragma once
// The steps from claim to booked outcome at which a process can be killed, and the code that kills it there.

#include "tests/support/test_network.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd::soak {

struct NamedStep {
  const char* name;
  /// Killed when this message is delivered to this actor, before it is handled; or
  const char* receiver = nullptr;
  bool (*is)(const caf::type_erased_tuple&) = nullptr;
  /// within this call to the books, when it is written but not committed.
  const char* write = nullptr;
  bool resuming = false; ///< only after a restart with transactions under way
};

/// In the order of a window's progress.
const std::vector<NamedStep>& named_steps();

/// Kills the network's process at the `nth` (from 0) occurrence of a step.
class StepKiller {
public:
  explicit StepKiller(test::TestNetwork&);
  void arm_at(const NamedStep&, std::uint64_t nth);
  void disarm();                          ///< disarms
  bool struck() const { return struck_; } ///< since the last arm_at

private:
  void come(bool here);

  test::TestNetwork& network_;
  const NamedStep* step_ = nullptr;
  std::uint64_t left_ = 0;
  bool struck_ = false;
};

} // namespace inferd::soak
