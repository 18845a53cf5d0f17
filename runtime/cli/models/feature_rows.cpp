#include "runtime/cli/models/feature_rows.hpp"

#include "messages/limits.hpp"
#include "runtime/cli/commands.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <limits>

namespace inferd::cli {
namespace {

std::vector<std::string> split(const std::string& line) {
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',') out.emplace_back();
    else if (c != '\r') out.back() += c;
  }
  return out;
}

} // namespace

FeatureRows::FeatureRows(const std::string& path) : path_(path), in_(path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw Failure(fmt::format("{}: {}", path, error.message()));
  if (size > limits::file_read)
    throw Failure(fmt::format("{}: {} bytes, more than the {} that are read", path, size, limits::file_read));
  std::string line;
  if (!std::getline(in_, line)) throw Failure(path + ": no first line with the columns' names");
  header_ = split(line);
}

std::size_t FeatureRows::column(const std::string& name) const {
  const auto it = std::find(header_.begin(), header_.end(), name);
  if (it == header_.end()) throw Failure(fmt::format("{}:1: there is no column \"{}\", which the model needs", path_, name));
  return static_cast<std::size_t>(it - header_.begin());
}

bool FeatureRows::next() {
  std::string line;
  if (!std::getline(in_, line)) return false;
  ++number_;
  if ((line.empty() || line == "\r") && in_.peek() == std::ifstream::traits_type::eof()) return false;
  fields_ = split(line);
  if (fields_.size() != header_.size())
    throw Failure(fmt::format("{}: {} columns where {} are expected", where(), fields_.size(), header_.size()));
  return true;
}

double FeatureRows::at(std::size_t column) const {
  const auto& text = fields_[column];
  double x = std::numeric_limits<double>::quiet_NaN();
  if (text.empty()) return x;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(x))
    throw Failure(fmt::format("{}: {} is not a finite number", where(), header_[column]));
  return x;
}

std::string FeatureRows::where() const { return fmt::format("{}:{}", path_, number_); }

} // namespace inferd::cli
