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

/// A .env file: `NAME=value` a line, optionally after `export`; `#` starts a comment at the beginning of a line or after
/// white space. 'single quotes' keep everything as it is; "double quotes" know \n \t \" \\ and \$. Nothing is expanded.
/// Entries in their order; of two with one name the later wins (`find_entry`). A line that is none of these is a mistake
/// whose sentence does not repeat the line: it may hold a secret.
struct Dotenv {
  std::vector<DotenvEntry> entries;
  std::vector<ConfigMistake> mistakes;
};
Dotenv parse_dotenv(const std::string& file, std::string_view text);

const DotenvEntry* find_entry(const std::vector<DotenvEntry>&, std::string_view name);

} // namespace inferd
