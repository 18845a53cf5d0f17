#pragma once
// Small files, written so that a reader never sees a partial write. Throws std::runtime_error, one sentence.

#include "base/replace_file.hpp"

#include <cstdint>
#include <string>

namespace inferd {

std::uintmax_t file_size_or_0(const std::string& path);

/// Empty when there is no such file.
std::string read_head(const std::string& path, std::size_t bytes);
/// The last `bytes`, without the first, partial line if the file is longer.
std::string read_tail(const std::string& path, std::size_t bytes);

/// Appends all of `text`; on an error truncates to the previous size.
void append_whole(const std::string& path, const std::string& text);
/// replace_file. Where it is not synced, some file systems leave an empty file after a power cut.
void replace_whole(const std::string& path, const std::string& text, Durability = Durability::synced);

} // namespace inferd
