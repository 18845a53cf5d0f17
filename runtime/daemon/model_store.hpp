#pragma once

#include <mutex>
#include <optional>
#include <string>

namespace inferd {

/// The content of every version of a built-in model that was in use, by its content hash: one file a version in a folder.
/// Files are written once. Thread-safe.
class ModelStore {
public:
  static constexpr std::size_t most = 256; ///< files; the oldest beyond are removed

  explicit ModelStore(std::string folder) : folder_(std::move(folder)) {}

  /// Why it could not be kept, in one sentence; empty: it is.
  std::string keep(const std::string& version, const std::string& text);
  /// Empty: there is no such version.
  std::optional<std::string> text(const std::string& version) const;
  const std::string& folder() const { return folder_; }

private:
  std::string path(const std::string& version) const { return folder_ + "/" + version + ".json"; }
  void limit();

  std::string folder_;
  mutable std::mutex mutex_;
};

} // namespace inferd
