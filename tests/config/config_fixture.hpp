#pragma once
// A fake host: files with modes, and an environment.

#include "runtime/config/load.hpp"

#include <algorithm>
#include <map>
#include <stdexcept>
#include <string>

namespace inferd::test {

struct FakeHost {
  struct File {
    std::string text;
    unsigned mode = 0600;
    bool directory = false, readable = true;
  };
  std::map<std::string, File> files;
  std::map<std::string, std::string> environment;

  HostEnvironment host() const {
    return {[this](const std::string& name) -> std::optional<std::string> {
              const auto it = environment.find(name);
              return it == environment.end() ? std::nullopt : std::optional(it->second);
            },
            [this](const std::string& path) -> FileFacts {
              const auto it = files.find(path);
              if (it == files.end()) return {};
              const auto& f = it->second;
              return {true, !f.directory, f.directory, f.readable, f.mode, f.text.size()};
            },
            [this](const std::string& path) -> FileText {
              const auto it = files.find(path);
              if (it == files.end()) return {{}, "No such file or directory"};
              return it->second.readable ? FileText{it->second.text, {}} : FileText{{}, "Permission denied"};
            }};
  }
};

/// A host with `toml` at /etc/i/inferd.toml and the files that the usual settings name.
inline FakeHost machine(const std::string& toml) {
  FakeHost m;
  m.files["/etc/i/inferd.toml"].text = toml;
  m.files["/etc/i/words"].text = "abandon …";
  m.files["/etc/i/model.json"].text = "{}";
  return m;
}

/// The minimal configuration of a daemon.
inline const std::string whole = R"([wallet]
mnemonic_file = "words"
[[topic]]
id = 67
model = "model.json"
)";

inline ConfigResult load(const FakeHost& m, ConfigFor purpose = ConfigFor::run) {
  return load_config("/etc/i/inferd.toml", m.host(), purpose);
}

/// The configuration; throws with the mistakes if there are any.
inline Config config_of(const ConfigResult& result) {
  if (const auto* config = std::get_if<Config>(&result)) return *config;
  std::string all;
  for (const auto& m : std::get<1>(result)) all += to_string(m) + '\n';
  throw std::runtime_error("mistakes where none were expected:\n" + all);
}

/// The mistakes as printed.
inline std::vector<std::string> mistakes_of(const ConfigResult& result) {
  std::vector<std::string> lines;
  if (const auto* mistakes = std::get_if<1>(&result))
    std::transform(mistakes->begin(), mistakes->end(), std::back_inserter(lines), [](const auto& m) { return to_string(m); });
  return lines;
}

/// The only mistake, or all of them in one text.
inline std::string mistake_of(const ConfigResult& result) {
  std::string all;
  for (const auto& line : mistakes_of(result)) all += (all.empty() ? "" : "\n") + line;
  return all;
}

inline constexpr const char* at = "/etc/i/inferd.toml";
inline std::string mistake_in(const std::string& more) { return mistake_of(load(machine(whole + more))); }
inline bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
inline bool is_one_line(const std::string& text) { return !text.empty() && text.find('\n') == std::string::npos; }

} // namespace inferd::test
