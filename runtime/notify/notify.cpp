#include "runtime/notify/notify.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <systemd/sd-daemon.h>

namespace inferd::notify {
namespace {

bool send_state(const std::string& state) { return sd_notify(0, state.c_str()) > 0; }

/// A line break would start another assignment.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::replace_if(
    line.begin(), line.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return line;
}

} // namespace

bool ready() { return send_state("READY=1"); }
bool status(std::string_view s) { return send_state("STATUS=" + one_line(s)); }
bool alive() { return send_state("WATCHDOG=1"); }
bool stopping(std::string_view s) { return send_state("STOPPING=1\nSTATUS=" + one_line(s)); }

std::optional<std::int64_t> watchdog_ms() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) <= 0) return {};
  return static_cast<std::int64_t>(usec / 1000);
}

std::optional<std::filesystem::path> credential(const std::string& name) {
  if (name.empty() || name == "." || name == ".." || name.find('/') != name.npos)
    throw std::runtime_error("credential '" + name + "': not a plain file name");
  const char* directory = std::getenv("CREDENTIALS_DIRECTORY");
  if (!directory || !*directory) return {};
  const auto path = std::filesystem::path(directory) / name;
  std::error_code error;
  if (!std::filesystem::is_regular_file(path, error)) return {};
  return path;
}

} // namespace inferd::notify
