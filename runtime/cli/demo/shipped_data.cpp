#include "runtime/cli/demo/shipped_data.hpp"

#include <filesystem>
#include <string_view>
#include <vector>

namespace inferd::cli {
namespace {

namespace fs = std::filesystem;

constexpr const char* candles = "etc/data/btcusd-1h.csv";

/// etc/data/NAME is installed as share/inferd/NAME, etc/examples as share/inferd/examples.
std::string installed_as(std::string_view path) {
  for (const std::string_view prefix : {"etc/data/", "etc/"})
    if (path.starts_with(prefix)) return "share/inferd/" + std::string(path.substr(prefix.size()));
  return std::string(path);
}

std::vector<fs::path> places(const std::string& path) {
  std::vector<fs::path> all{path};
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return all;
  const auto prefix = program.parent_path().parent_path();
  all.push_back(prefix / path); // build/inferd
  all.push_back(prefix / installed_as(path));
  return all;
}

} // namespace

std::string shipped_file(const std::string& path) {
  std::error_code error;
  for (const auto& place : places(path))
    if (fs::is_regular_file(place, error)) return place.string();
  return {};
}

std::string shipped_candles() { return shipped_file(candles); }

std::string shipped_places() {
  std::string out;
  for (const auto& place : places(candles)) out += (out.empty() ? "" : ", ") + place.string();
  return out;
}

} // namespace inferd::cli
