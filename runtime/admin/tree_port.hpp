#pragma once

#include "messages/inspection.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace inferd {

/// The supervision tree as the admin port sees it. Thread-safe. Actors that do not answer cost a call
/// limits::admin_answer_deadline once, branches() once for each level of supervisors, however many of them hang.
class TreePort {
public:
  struct Branch {
    Place place;
    std::optional<SupervisorView> state; ///< empty: no answer in time
  };
  struct Answer {
    Place place;
    std::optional<Inspection> inspection; ///< empty: no answer in time
  };
  /// What an actor publishes without being asked; also of one that hangs.
  struct Load {
    Place place;
    std::uint64_t handled{};                                    ///< messages since its start
    std::int64_t waiting{};                                     ///< messages in its mailbox
    std::vector<std::pair<std::string, std::uint32_t>> by_type; ///< of these
    std::string in_hand;                                        ///< type of the message that it handles; empty: none
    std::int64_t in_hand_us{};                                  ///< for how long
    std::int64_t busy_us{}, longest_us{};                       ///< in handlers since its start: all, and the longest one
    std::vector<std::uint32_t> took;                            ///< handlers by took_bounds, not cumulated
  };
  static constexpr std::array<double, 6> took_bounds{1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0}; ///< seconds; the last bucket has none
  virtual ~TreePort() = default;

  /// Every supervisor, the root first. Empty while there is no tree.
  virtual std::vector<Branch> branches() = 0;
  /// Every actor in the directory, the supervisors too; the ledger with what is in the books.
  virtual std::vector<Answer> everyone() = 0;
  /// Of every actor in the directory, without a message to any.
  virtual std::vector<Load> loads() = 0;
  virtual bool exists(const Place&) = 0;
  /// Empty: no answer in time.
  virtual std::optional<Inspection> inspect(const Place&) = 0;
  virtual void restart(const Place&) = 0;
};

} // namespace inferd
