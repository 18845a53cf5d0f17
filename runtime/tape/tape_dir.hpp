#pragma once

#include "messages/units.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace inferd {

/// The folder's tapes, oldest first. Empty without the folder.
std::vector<std::string> tapes_in(const std::string& dir);

/// The path of a new tape, run-<start, UTC>.jsonl. Creates the folder and deletes the oldest tapes, so that `keep` remain
/// including the new one. Throws std::runtime_error that names the folder.
std::string new_tape_path(const std::string& dir, std::size_t keep, Instant started);

} // namespace inferd
