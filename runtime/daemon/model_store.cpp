#include "runtime/daemon/model_store.hpp"

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

std::string ModelStore::keep(const std::string& version, const std::string& text) {
  const std::lock_guard lock(mutex_);
  if (!is_version(version)) return "\"" + version + "\" is no version of a model";
  std::error_code error;
  if (fs::exists(path(version), error)) return {};
  fs::create_directories(folder_, error);
  if (error) return folder_ + " cannot be made: " + error.message();
  const auto part = path(version) + ".part";
  std::ofstream out(part, std::ios::binary);
  if (!(out << text).flush()) return part + " cannot be written";
  out.close();
  fs::rename(part, path(version), error);
  if (error) return path(version) + " cannot be written: " + error.message();
  limit();
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

void ModelStore::limit() {
  std::error_code error;
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const auto& entry : fs::directory_iterator(folder_, error))
    if (entry.path().extension() == ".json") files.emplace_back(entry.last_write_time(error), entry.path());
  if (files.size() <= most) return;
  std::sort(files.begin(), files.end());
  for (std::size_t i = 0; i + most < files.size(); ++i) fs::remove(files[i].second, error);
}

} // namespace inferd
