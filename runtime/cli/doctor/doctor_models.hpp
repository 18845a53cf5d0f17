#pragma once

#include "runtime/cli/doctor/doctor_checks.hpp"

namespace inferd::cli {

/// A topic's model from outside, started once if it is a file.
Finding check_foreign_model(const TopicSettings&);

/// The runtime libraries of model files that this machine has.
Finding check_runtimes();

} // namespace inferd::cli
