#include "base/descriptor.hpp"
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
  explicit NewFile(std::filesystem::path path)
    : path_(std::move(path)), fd_(::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644)) {}
  NewFile(const NewFile&) = delete;
  ~NewFile() {
    if (fd_ && !kept_) ::unlink(path_.c_str());
  }
  bool is_open() const { return bool(fd_); }
  bool write(std::string_view text) { return write_all(fd_.get(), text) && ::fsync(fd_.get()) == 0; }
  bool keep_as(const std::filesystem::path& path) {
    kept_ = ::rename(path_.c_str(), path.c_str()) == 0;
    return kept_;
  }

private:
  std::filesystem::path path_;
  Descriptor fd_;
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
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened) fail("its folder cannot be opened");
  if (::fsync(opened.get()) != 0) fail("its folder cannot be synced");
}

} // namespace inferd
