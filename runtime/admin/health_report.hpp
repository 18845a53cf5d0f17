#pragma once
// Whether inferd earns, from what its actors say.

#include "runtime/admin/tree_port.hpp"

#include <boost/json/object.hpp>
#include <optional>
#include <vector>

namespace inferd {

/// What all actors say at one moment. Without branches: there is no tree, it is starting or stopping.
struct TreeState {
  std::vector<TreePort::Branch> branches;
  std::vector<TreePort::Answer> everyone;
  std::optional<BooksSummary> books;
};
TreeState look(TreePort&);

/// {"healthy", "reason": of the first problem, "balance_days", "newest_candle", "model_trained_to"}; unknown members are
/// absent.
boost::json::object health_report(const TreeState&);

} // namespace inferd
