#include "runtime/cli/demo/own_command.hpp"

#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace inferd::cli {

namespace fs = std::filesystem;

std::string own_command() {
  std::error_code error;
  const auto program = fs::read_symlink("/proc/self/exe", error);
  if (error) return "inferd";
  const auto* path = std::getenv("PATH");
  std::istringstream folders(path ? path : "");
  for (std::string folder; std::getline(folders, folder, ':');)
    if (fs::equivalent(fs::path(folder) / program.filename(), program, error)) return program.filename().string();
  const auto relative = program.lexically_relative(fs::current_path(error)).string();
  return relative.empty() || relative.starts_with("..") ? program.string() : relative;
}

} // namespace inferd::cli
