// Reads every kept input again: files named on the command line, or all files of the folders named there. The first name is
// the corpus and must give at least one input; the others may be missing.

#include "tests/fuzz/fuzz.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace fs = std::filesystem;

int main(int argc, char** argv) {
  std::vector<fs::path> files;
  for (const fs::path name : std::vector<std::string>(argv + 1, argv + argc)) {
    if (fs::is_regular_file(name)) files.push_back(name);
    if (fs::is_directory(name))
      std::copy_if(fs::directory_iterator(name), fs::directory_iterator(), std::back_inserter(files),
                   [](const auto& entry) { return entry.is_regular_file(); });
    if (files.empty()) {
      std::fprintf(stderr, "%s: no inputs\n", name.c_str());
      return EXIT_FAILURE;
    }
  }
  for (const auto& file : files) {
    std::printf("%s\n", file.c_str());
    std::fflush(stdout); // the last line names the failing input
    std::ifstream in(file, std::ios::binary);
    const std::string input(std::istreambuf_iterator<char>(in), {});
    inferd::fuzz::one(input);
    // Also truncated, the most common damage.
    for (std::size_t size = 0; size < input.size(); size += 1 + input.size() / 64)
      inferd::fuzz::one(std::string_view(input).substr(0, size));
  }
  std::printf("%zu inputs\n", files.size());
  return files.empty() ? EXIT_FAILURE : EXIT_SUCCESS;
}
