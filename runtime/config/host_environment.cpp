#include "runtime/config/host_environment.hpp"

#include "base/descriptor.hpp"
#include "base/secret_bytes.hpp"
#include "base/secret_text.hpp"
#include "messages/limits.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <map>
#include <mutex>
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

/// What hide() took out of the environment.
struct HiddenVariables {
  std::mutex mutex;
  std::map<std::string, SecretBytes> values;
};
HiddenVariables& hidden() {
  static HiddenVariables all;
  return all;
}

std::optional<std::string> variable(const std::string& name) {
  const std::lock_guard lock(hidden().mutex);
  const char* value = std::getenv(name.c_str());
  if (value && *value) return value;
  if (const auto it = hidden().values.find(name); it != hidden().values.end()) return std::string(it->second.text());
  return value ? std::optional<std::string>("") : std::nullopt;
}

void hide(const std::string& name) {
  const std::lock_guard lock(hidden().mutex);
  char* value = std::getenv(name.c_str());
  if (!value || !*value) return;
  hidden().values.insert_or_assign(name, SecretBytes::copy_of(value));
  wipe(value, std::strlen(value)); // in place: /proc/PID/environ shows this memory
}

} // namespace

HostEnvironment real_host() { return {variable, facts_of, read_file, hide}; }

} // namespace inferd
