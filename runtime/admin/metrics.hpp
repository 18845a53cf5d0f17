#pragma once

#include "runtime/admin/tree_port.hpp"

#include <string>

namespace inferd {

/// Prometheus' text exposition format, version 0.0.4.
std::string metrics_text(TreePort&);

} // namespace inferd
