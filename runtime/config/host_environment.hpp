#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace inferd {

/// A path as seen by this process.
struct FileFacts {
  bool exists{}, regular{}, directory{}, readable{};
  unsigned mode{}; ///< permission bits
  std::uint64_t bytes{};
};

struct FileText {
  std::string text;
  std::string fault; ///< why it cannot be read: "No such file or directory"; empty: success
};

/// Host access of the configuration loader; tests substitute it.
struct HostEnvironment {
  std::function<std::optional<std::string>(const std::string& name)> variable; ///< environment variable
  std::function<FileFacts(const std::string& path)> facts;
  std::function<FileText(const std::string& path)> read; ///< at most `limits::config_file` bytes
  /// Erases a variable's value from the environment, where /proc shows it; `variable` still gives it. Empty: not possible.
  std::function<void(const std::string& name)> hide = {};
};

/// The real host. Hidden values are kept for the whole process, in SecretBytes.
HostEnvironment real_host();

} // namespace inferd
