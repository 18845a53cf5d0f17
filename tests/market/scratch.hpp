#pragma once

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>

namespace inferd::market::test {

/// A temporary folder for one test.
struct Scratch {
  std::filesystem::path dir = [] {
    std::string name = (std::filesystem::temp_directory_path() / "inferd-market-XXXXXX").string();
    return std::filesystem::path(::mkdtemp(name.data()));
  }();
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(dir, ignored);
  }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    std::ofstream(dir / name, std::ios::binary) << text;
    return dir / name;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(dir / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::size_t files() const {
    std::size_t n = 0;
    for ([[maybe_unused]] const auto& f : std::filesystem::directory_iterator(dir)) ++n;
    return n;
  }
};

} // namespace inferd::market::test
