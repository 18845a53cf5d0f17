#pragma once
// Whether inferd earns, from what its actors say.

#include "runtime/admin/tree_port.hpp"
#include "runtime/ports/earning_facts.hpp"

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

namespace inferd {

/// What all actors say at one moment. Without branches: there is no tree, it is starting or stopping.
struct TreeState {
  std::vector<TreePort::Branch> branches; ///< every supervisor, the root first
  std::vector<TreePort::Answer> everyone;
  std::optional<BooksSummary> books; ///< empty: the ledger does not answer, or the books cannot be read
};
/// Asks every actor once, all of them at the same time.
TreeState look(TreePort&);

EarningFacts facts_of(const TreeState&);

/// {"healthy", "reason": of the first problem, "facts": what is known in words, and each of them as a member:
/// "windows_since_answered", "windows_ended_24h", "windows_answered_24h", "equal_answers", "head", "head_age_s",
/// "went_back_from", "node_lacks", "clash", "balance", "missing", "balance_days", "newest_candle", "model_trained_to"};
/// unknown members are absent.
boost::json::object health_report(const TreeState&);

} // namespace inferd
