#pragma once
// The named steps from claim to booked outcome at which a process can die, and who makes it die there.

#include "tests/support/test_network.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd::soak {

struct NamedStep {
  const char* name;
  /// Dies when this message reaches this actor, before it is handled; or
  std::optional<PlaceKind> receiver{};
  bool (*is)(const caf::type_erased_tuple&) = nullptr;
  /// in the middle of this call to the books, when it is written but not committed.
  const char* write = nullptr;
  bool resuming = false; ///< happens only to a process whose predecessor left something under way
};

/// In the order in which a window passes them.
const std::vector<NamedStep>& named_steps();

/// Kills a town's process at the `nth` (from 0) time it comes to a step.
class StepKiller {
public:
  explicit StepKiller(test::TestNetwork&);
  void arm_at(const NamedStep&, std::uint64_t nth);
  void disarm();                          ///< waits nowhere any more
  bool struck() const { return struck_; } ///< since the last arm_at

private:
  void come(bool here);

  test::TestNetwork& network_;
  const NamedStep* step_ = nullptr;
  std::uint64_t left_ = 0;
  bool struck_ = false;
};

} // namespace inferd::soak
