#pragma once

#include "runtime/admin/tree_port.hpp"
#include "runtime/alerts/alert_core.hpp"

namespace inferd::alerts {

/// Asks the tree as /metrics does. Blocks as TreePort says.
Facts read_facts(TreePort&);

} // namespace inferd::alerts
