#pragma once

#include "runtime/config/mistake.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace inferd {

struct DotenvEntry {
  std::string name, value;
  int line{};
};

/// A .env file: one `NAME=value` per line, optionally after `export`; `#` starts a comment at the beginning of a line or after
/// white space. 'Single quotes' are literal; "double quotes" support \n \t \" \\ and \$. No variable expansion. Entries keep
/// their order; the last one of a name wins (`find_entry`). Any other line is a mistake, whose sentence does not quote the
/// line, as it may hold a secret.
struct Dotenv {
  std::vector<DotenvEntry> entries;
  std::vector<ConfigMistake> mistakes;
};
Dotenv parse_dotenv(const std::string& file, std::string_view text);

/// Windows' editors and shells write it. Settings are refused with `utf16_fault`.
bool is_utf16(std::string_view text);
inline constexpr const char* utf16_fault = "is UTF-16; store it as UTF-8";

const DotenvEntry* find_entry(const std::vector<DotenvEntry>&, std::string_view name);

} // namespace inferd
