#include "base/replace_file.hpp"

#include "base/descriptor.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace inferd {
namespace {

std::string failed(const char* step) { return fmt::format("{}: {}", step, std::strerror(errno)); }

std::string write_new(const std::filesystem::path& path, std::string_view content, bool sync) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (!file || !write_all(file.get(), content) || (sync && ::fsync(file.get()) != 0)) return failed("cannot be written");
  return {};
}

} // namespace

std::string replace_file(const std::filesystem::path& path, std::string_view content, Durability durability) {
  const bool sync = durability == Durability::synced;
  auto fresh = path;
  fresh += fmt::format(".{}.new", ::getpid());
  auto failure = write_new(fresh, content, sync);
  if (failure.empty() && ::rename(fresh.c_str(), path.c_str()) != 0) failure = failed("cannot be replaced");
  if (!failure.empty()) {
    ::unlink(fresh.c_str());
    return failure;
  }
  if (!sync) return {};
  // Makes the rename durable.
  const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return failed("its folder cannot be synced");
  return {};
}

} // namespace inferd
