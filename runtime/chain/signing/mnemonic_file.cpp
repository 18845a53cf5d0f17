#include "runtime/chain/signing/mnemonic_file.hpp"

#include "base/descriptor.hpp"
#include "runtime/chain/signing/mnemonic.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace inferd::chain {

namespace {

constexpr std::size_t max_file_size = 4096; // bytes; 24 words take at most 215, in UTF-16 and on numbered lines 700

std::string failed(const std::string& path, const char* what) {
  return fmt::format("mnemonic file {}: {}: {}", path, what, std::strerror(errno));
}

void sync_directory(const std::string& path) {
  const auto slash = path.rfind('/');
  const auto directory = slash == std::string::npos ? "." : slash == 0 ? "/" : path.substr(0, slash);
  const Descriptor fd(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd.get() >= 0) ::fsync(fd.get());
}

} // namespace

Result<SecretBytes> read_mnemonic_file(const std::string& path) {
  // O_NONBLOCK: opening a FIFO must not block the start. fstat checks the opened file, not the path.
  const Descriptor fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (fd.get() < 0) return failed(path, "cannot open");
  struct stat info {};
  if (::fstat(fd.get(), &info) != 0) return failed(path, "cannot stat it");
  if (!S_ISREG(info.st_mode)) return fmt::format("mnemonic file {}: not a regular file", path);
  if (info.st_mode & 077)
    return fmt::format("mnemonic file {}: mode {:04o} lets others at it; chmod 0600 it", path, info.st_mode & 07777u);
  SecretBytes text(max_file_size + 1);
  std::size_t length = 0;
  while (length < text.size()) {
    const auto got = ::read(fd.get(), text.bytes().data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed(path, "cannot read");
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  if (length > max_file_size) return fmt::format("mnemonic file {}: larger than a mnemonic can be", path);
  auto checked = check_mnemonic(text.text().substr(0, length));
  if (const auto* error = std::get_if<std::string>(&checked)) return fmt::format("mnemonic file {}: {}", path, *error);
  return checked;
}

std::string write_mnemonic_file(const std::string& path, const SecretBytes& mnemonic) {
  const auto temporary = fmt::format("{}.{}.new", path, ::getpid());
  {
    const Descriptor fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (fd.get() < 0) return failed(path, "cannot create");
    if (!write_all(fd.get(), mnemonic.text()) || !write_all(fd.get(), "\n") || ::fsync(fd.get()) != 0) {
      auto reason = failed(path, "cannot write");
      ::unlink(temporary.c_str());
      return reason;
    }
  }
  // Unlike rename(), link() fails if the name exists.
  const bool linked = ::link(temporary.c_str(), path.c_str()) == 0;
  auto reason = linked            ? std::string()
                : errno == EEXIST ? fmt::format("mnemonic file {}: exists already; it is not overwritten", path)
                                  : failed(path, "cannot create");
  ::unlink(temporary.c_str());
  sync_directory(path);
  return reason;
}

} // namespace inferd::chain
