#include "runtime/daemon/models/model_store.hpp"

#include "messages/limits.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace inferd {

namespace fs = std::filesystem;

namespace {

/// A name that came from outside (the admin port) reaches no other file.
bool is_version(const std::string& version) {
  return !version.empty() && version.size() <= 64 && version.find_first_not_of("0123456789abcdef") == version.npos;
}

} // namespace

std::string ModelStore::put(const std::string& version, const std::string& path,
                            const std::function<bool(const std::string&)>& write) {
  const std::lock_guard lock(mutex_);
  if (!is_version(version)) return "\"" + version + "\" is no version of a model";
  std::error_code error;
  if (fs::exists(path, error)) return {};
  fs::create_directories(folder_, error);
  if (error) return folder_ + " cannot be made: " + error.message();
  const auto part = path + ".part";
  if (!write(part)) {
    fs::remove(part, error);
    return part + " cannot be written";
  }
  fs::rename(part, path, error);
  if (error) return path + " cannot be written: " + error.message();
  limit(path);
  return {};
}

std::string ModelStore::keep(const std::string& version, const std::string& text) {
  return put(version, path(version), [&](const std::string& part) {
    std::ofstream out(part, std::ios::binary);
    return static_cast<bool>((out << text).flush());
  });
}

std::string ModelStore::keep_file(const std::string& version, const std::string& file) {
  std::error_code error;
  if (fs::file_size(file, error) > most_bytes / 4 || error)
    return file + (error ? " cannot be read" : " is too large to be kept");
  return put(version, path(version, fs::path(file).extension().string()), [&](const std::string& part) {
    std::error_code failed;
    return fs::copy_file(file, part, fs::copy_options::overwrite_existing, failed);
  });
}

std::string ModelStore::file(const std::string& version) const {
  if (!is_version(version)) return {};
  std::error_code error;
  for (const auto* extension : {".onnx", ".txt", ".ubj", ".json"})
    if (auto kept = path(version, extension); fs::is_regular_file(kept, error)) return kept;
  return {};
}

std::optional<std::string> ModelStore::text(const std::string& version) const {
  const std::lock_guard lock(mutex_);
  if (!is_version(version)) return {};
  std::error_code error;
  const auto size = fs::file_size(path(version), error);
  if (error || size > limits::file_read) return {};
  std::ifstream in(path(version), std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(in), {});
  return in.good() || in.eof() ? std::optional(std::move(text)) : std::nullopt;
}

void ModelStore::limit(const std::string& kept) {
  std::error_code error;
  struct File {
    fs::file_time_type written;
    fs::path path;
    std::uintmax_t size;
  };
  std::vector<File> files;
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::directory_iterator(folder_, error))
    if (entry.is_regular_file(error) && entry.path() != kept) {
      files.push_back({entry.last_write_time(error), entry.path(), entry.file_size(error)});
      bytes += files.back().size;
    }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.written < b.written; });
  bytes += fs::file_size(kept, error);
  for (std::size_t i = 0; i < files.size() && (files.size() - i >= most || bytes > most_bytes); ++i) {
    fs::remove(files[i].path, error);
    bytes -= files[i].size;
  }
}

} // namespace inferd
