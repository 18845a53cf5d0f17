#include "runtime/cli/records/tape_file.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/tape/tape_dir.hpp"

namespace inferd::cli {

std::string tape_path(const std::string& given, const std::string& config) {
  if (!given.empty()) return given;
  const auto dir = load_or_fail(config, ConfigFor::lookup).tape.dir;
  const auto tapes = tapes_in(dir);
  if (tapes.empty()) throw Failure("tape.dir " + dir + " holds no tape yet");
  return tapes.back();
}

} // namespace inferd::cli
