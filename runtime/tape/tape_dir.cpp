#include "runtime/tape/tape_dir.hpp"

#include "base/utc.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <stdexcept>

namespace inferd {
namespace {

namespace fs = std::filesystem;

} // namespace

std::vector<std::string> tapes_in(const std::string& dir) {
  std::vector<std::string> tapes;
  std::error_code error;
  for (fs::directory_iterator it(dir, error), end; !error && it != end; it.increment(error)) {
    const auto name = it->path().filename().string();
    if (name.starts_with("run-") && name.ends_with(".jsonl") && it->is_regular_file(error))
      tapes.push_back(it->path().string());
  }
  std::sort(tapes.begin(), tapes.end()); // stamps sort by time
  return tapes;
}

std::string new_tape_path(const std::string& dir, std::size_t keep, Instant started) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error) throw std::runtime_error(dir + ": " + error.message());
  auto tapes = tapes_in(dir);
  for (std::size_t i = 0; i + std::max<std::size_t>(keep, 1) <= tapes.size(); ++i) fs::remove(tapes[i], error);
  auto path = dir + "/run-" + compact(started) + ".jsonl";
  for (int number = 2; fs::exists(path, error); ++number)
    path = dir + "/run-" + compact(started) + "-" + std::to_string(number) + ".jsonl";
  return path;
}

} // namespace inferd
