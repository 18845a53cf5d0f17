#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

namespace inferd {

/// Every version of a model's file that was in use, by its content hash: one file a version in a folder. Files are written
/// once. Thread-safe.
class ModelStore {
public:
  static constexpr std::size_t most = 256;                              ///< files; the oldest beyond are removed
  static constexpr std::uintmax_t most_bytes = std::uintmax_t{1} << 30; ///< of all, likewise

  explicit ModelStore(std::string folder) : folder_(std::move(folder)) {}

  /// A built-in model. Why it could not be kept, in one sentence; empty: it is.
  std::string keep(const std::string& version, const std::string& text);
  /// Likewise, a model file of another library: a copy with the same extension.
  std::string keep_file(const std::string& version, const std::string& file);
  /// Of a built-in model. Empty: there is no such version.
  std::optional<std::string> text(const std::string& version) const;
  /// The path of a version that keep_file() kept. Empty: there is none.
  std::string file(const std::string& version) const;
  const std::string& folder() const { return folder_; }

private:
  std::string path(const std::string& version, const std::string& extension = ".json") const {
    return folder_ + "/" + version + extension;
  }
  /// Writes by `write`, which gets the path of a temporary file and returns whether it has succeeded.
  std::string put(const std::string& version, const std::string& path, const std::function<bool(const std::string&)>& write);
  void limit(const std::string& kept);

  std::string folder_;
  mutable std::mutex mutex_;
};

} // namespace inferd
