#pragma once
// Small files written so that a reader, or a crash, never sees half of them. Throws std::runtime_error in one sentence.

#include <cstdint>
#include <string>

namespace inferd {

std::uintmax_t file_size_or_0(const std::string& path);

/// Empty when there is no such file.
std::string read_head(const std::string& path, std::size_t bytes);
/// The last `bytes`, from the beginning of a line unless the whole file is read.
std::string read_tail(const std::string& path, std::size_t bytes);

/// All of `text`, or the file is as long as before.
void append_whole(const std::string& path, const std::string& text);
/// Old or new, never half: a file beside it, renamed over it. The disk is not waited for: after a power cut some file systems
/// leave an empty one, and whoever owns it writes it again at the next start.
void replace_whole(const std::string& path, const std::string& text);

} // namespace inferd
