#pragma once
// Files that are replaced as a whole: a reader sees the old content or the new one.

#include <filesystem>
#include <string>
#include <string_view>

namespace inferd {

enum class Durability {
  synced, ///< on the disk before the function returns, its name too
  cached, ///< of what can be made again
};

/// Writes to a new file beside `path` and renames it. What failed and why, without the path; empty: done. After a failure the
/// old file is as it was, and nothing else is left. Blocking.
std::string replace_file(const std::filesystem::path&, std::string_view content, Durability = Durability::synced);

} // namespace inferd
