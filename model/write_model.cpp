#include "model/model_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace inferd {
namespace {

/// A new file; removed by the destructor unless keep_as() succeeded.
class NewFile {
public:
  explicit NewFile(std::filesystem::path path) : path_(std::move(path)) {
    fd_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  }
  NewFile(const NewFile&) = delete;
  ~NewFile() {
    if (fd_ < 0) return;
    ::close(fd_);
    if (!kept_) ::unlink(path_.c_str());
  }
  bool is_open() const { return fd_ >= 0; }
  bool write(std::string_view text) {
    while (!text.empty()) {
      const auto n = ::write(fd_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) return false;
      text.remove_prefix(static_cast<std::size_t>(n));
    }
    return ::fsync(fd_) == 0;
  }
  bool keep_as(const std::filesystem::path& path) {
    kept_ = ::rename(path_.c_str(), path.c_str()) == 0;
    return kept_;
  }

private:
  std::filesystem::path path_;
  int fd_;
  bool kept_{};
};

} // namespace

void write_model(const ModelFile& file, const std::filesystem::path& path) {
  const auto fail = [&](const char* step) {
    throw ModelError(fmt::format("{}: {}: {}", path.string(), step, std::strerror(errno)));
  };
  auto temporary = path;
  temporary += fmt::format(".{}.new", ::getpid());
  NewFile fresh(temporary);
  if (!fresh.is_open()) fail("cannot be written");
  if (!fresh.write(model_text(file))) fail("cannot be written");
  if (!fresh.keep_as(path)) fail("cannot be replaced");

  // Makes the rename durable.
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) fail("its folder cannot be opened");
  const bool synced = ::fsync(fd) == 0;
  const int reason = errno;
  ::close(fd);
  errno = reason;
  if (!synced) fail("its folder cannot be synced");
}

} // namespace inferd
