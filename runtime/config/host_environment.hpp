#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace inferd {

/// What a path is, as seen by this process.
struct FileFacts {
  bool exists{}, regular{}, directory{}, readable{};
  unsigned mode{}; ///< permission bits
  std::uint64_t bytes{};
};

struct FileText {
  std::string text;
  std::string fault; ///< why there is none: "No such file or directory"; empty: all is well
};

/// All that loading a configuration sees of the world; tests bring their own.
struct HostEnvironment {
  std::function<std::optional<std::string>(const std::string& name)> variable; ///< of the environment
  std::function<FileFacts(const std::string& path)> facts;
  std::function<FileText(const std::string& path)> read; ///< at most `limits::config_file` bytes
};

/// The real one.
HostEnvironment real_host();

} // namespace inferd
