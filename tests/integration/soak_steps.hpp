#pragma once
// The named steps from claim to booked outcome at which a process is killed, and the class that kills it there.

#include "tests/support/test_network.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd::soak {

struct NamedStep {
  const char* name;
  /// Killed when this message reaches this actor, before it is handled; or
  std::optional<PlaceKind> receiver{};
  bool (*is)(const caf::type_erased_tuple&) = nullptr;
  /// within this call to the books, after the write and before the commit.
  const char* write = nullptr;
  bool resuming = false; ///< occurs only after a restart with unresolved submissions
};

/// In the order of a window's life.
const std::vector<NamedStep>& named_steps();

/// Kills a TestNetwork's process at the `nth` (from 0) occurrence of a step.
class StepKiller {
public:
  explicit StepKiller(test::TestNetwork&);
  void arm_at(const NamedStep&, std::uint64_t nth);
  void disarm();                          ///< no kill is pending afterwards
  bool struck() const { return struck_; } ///< since the last arm_at

private:
  void come(bool here);

  test::TestNetwork& network_;
  const NamedStep* step_ = nullptr;
  std::uint64_t left_ = 0;
  bool struck_ = false;
};

} // namespace inferd::soak
