#pragma once
// Says of each window that was not confirmed whether it could have been.

#include "tests/integration/soak.hpp"
#include "tests/support/fault_injector.hpp"

#include <array>
#include <map>
#include <optional>

namespace inferd::soak {

/// What can keep a window from being answered, in the order in which it is named where several did equally long.
enum class Cause { process_down, no_node, disk, memory, clock, no_market, price, clash, closed_early, too_short };
inline constexpr std::size_t causes = 10;
const char* name(Cause);

/// Records, block by block, what the faults of a network leave of it.
class MissClassifier {
public:
  /// An answer needs so many blocks in a row without any cause, of a minute each: every single fault is recovered from within
  /// 90 s (etc/design/faults.md), two that end together within twice that, and the payload takes two blocks.
  static constexpr std::int64_t enough_blocks = 5;
  static constexpr std::int64_t lead_blocks = 3; ///< prepared so many blocks ahead

  MissClassifier(test::TestNetwork&, const test::FaultInjector&);

  bool process_up = false; ///< set by whoever starts and ends the process

  /// Why a window was not confirmed that opened at `nonce` and accepted payloads up to `last`; nullopt: it was avoidable.
  std::optional<Cause> cause(Height nonce, Height last, Height scheduled) const;
  /// The first block without any cause; 0: none yet.
  Height first_clear() const { return first_clear_; }
  void forget_before(Height);

private:
  std::optional<Cause> present() const;

  test::TestNetwork& network_;
  const test::FaultInjector& faults_;
  std::map<std::int64_t, std::optional<Cause>> blocks_;
  Height first_clear_;
  std::shared_ptr<sim::World::OnBlock> token_;
};

} // namespace inferd::soak
