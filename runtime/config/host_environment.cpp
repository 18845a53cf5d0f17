#include "runtime/config/host_environment.hpp"

#include "base/descriptor.hpp"
#include "messages/limits.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace inferd {
namespace {

FileFacts facts_of(const std::string& path) {
  struct stat s {};
  if (::stat(path.c_str(), &s) != 0) return {};
  return {true,
          S_ISREG(s.st_mode),
          S_ISDIR(s.st_mode),
          ::access(path.c_str(), R_OK) == 0,
          s.st_mode & 07777u,
          static_cast<std::uint64_t>(s.st_size)};
}

FileText refused(const char* why) { return {{}, why}; }

FileText read_file(const std::string& path) {
  // O_NONBLOCK: opening a named pipe must not block.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!fd) return refused(std::strerror(errno));
  struct stat s {};
  if (::fstat(fd.get(), &s) != 0) return refused(std::strerror(errno));
  if (!S_ISREG(s.st_mode)) return refused("not a regular file");
  std::string content(limits::config_file + 1, '\0');
  std::size_t have = 0;
  while (have < content.size()) {
    const auto got = ::read(fd.get(), content.data() + have, content.size() - have);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refused(std::strerror(errno));
    if (got == 0) break;
    have += static_cast<std::size_t>(got);
  }
  if (have > limits::config_file) return refused("larger than 1 MiB");
  content.resize(have);
  return {std::move(content), {}};
}

} // namespace

HostEnvironment real_host() {
  return {[](const std::string& name) -> std::optional<std::string> {
            const char* value = std::getenv(name.c_str());
            return value ? std::optional<std::string>(value) : std::nullopt;
          },
          facts_of, read_file};
}

} // namespace inferd
