#include "runtime/books/files.hpp"

#include "base/descriptor.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace inferd {
namespace {

[[noreturn]] void fail(int error) { throw std::runtime_error(std::strerror(error)); }

int open_or_fail(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  if (fd < 0) fail(errno);
  return fd;
}

} // namespace

std::uintmax_t file_size_or_0(const std::string& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

std::string read_head(const std::string& path, std::size_t bytes) {
  std::string text(bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(text.data(), static_cast<std::streamsize>(bytes));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  return text;
}

std::string read_tail(const std::string& path, std::size_t bytes) {
  const auto size = file_size_or_0(path);
  const bool whole = size <= bytes;
  std::string text(whole ? size : bytes, '\0');
  std::ifstream file(path, std::ios::binary);
  file.seekg(static_cast<std::streamoff>(size - text.size()));
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(file.gcount(), 0)));
  if (!whole) text.erase(0, text.find('\n') + 1);
  return text;
}

void append_whole(const std::string& path, const std::string& text) {
  const Descriptor file(open_or_fail(path, O_WRONLY | O_CREAT | O_APPEND));
  struct stat before {};
  if (::fstat(file.get(), &before) != 0) fail(errno);
  if (write_all(file.get(), text)) return;
  const int error = errno;
  if (::ftruncate(file.get(), before.st_size) != 0) {
    // The next start truncates the partial line.
  }
  fail(error);
}

void replace_whole(const std::string& path, const std::string& text, Durability durability) {
  if (const auto why = replace_file(path, text, durability); !why.empty()) throw std::runtime_error(why);
}

} // namespace inferd
