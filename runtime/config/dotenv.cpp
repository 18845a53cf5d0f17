#include "runtime/config/dotenv.hpp"

#include <algorithm>

namespace inferd {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }
bool is_name(char c, bool first) {
  return c == '_' || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (!first && c >= '0' && c <= '9');
}

void skip_spaces(std::string_view& s) {
  while (!s.empty() && is_space(s.front())) s.remove_prefix(1);
}

/// Consumes the value at the front of `s`; returns an error or nothing.
std::string_view take_value(std::string_view& s, std::string& value) {
  if (s.empty()) return {};
  const char quote = s.front();
  if (quote != '\'' && quote != '"') {
    std::size_t end = 0;
    while (end < s.size() && !(s[end] == '#' && (end == 0 || is_space(s[end - 1])))) ++end;
    auto bare = s.substr(0, end);
    while (!bare.empty() && is_space(bare.back())) bare.remove_suffix(1);
    value = bare;
    s.remove_prefix(end);
    return {};
  }
  s.remove_prefix(1);
  value.reserve(s.size()); // a secret's beginnings would stay behind in what a growing text frees
  while (!s.empty() && s.front() != quote) {
    char c = s.front();
    s.remove_prefix(1);
    if (quote == '"' && c == '\\') {
      if (s.empty()) break;
      c = s.front();
      s.remove_prefix(1);
      if (c == 'n') c = '\n';
      else if (c == 't') c = '\t';
      else if (c != '"' && c != '\\' && c != '$') return R"(unknown escape; inside double quotes \n \t \" \\ \$ are known)";
    }
    value += c;
  }
  if (s.empty()) return "the quote is not closed on this line";
  s.remove_prefix(1);
  skip_spaces(s);
  if (!s.empty() && s.front() != '#') return "text after the closing quote; only a # comment may follow";
  return {};
}

} // namespace

bool is_utf16(std::string_view text) {
  return text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF") ||
         (text.size() > 1 && (text[0] == '\0') != (text[1] == '\0'));
}

Dotenv parse_dotenv(const std::string& file, std::string_view text) {
  Dotenv out;
  int number = 0;
  if (is_utf16(text)) {
    out.mistakes.push_back({file, 1, {}, utf16_fault});
    return out;
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3); // UTF-8 byte order mark
  while (!text.empty()) {
    ++number;
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    skip_spaces(line);
    if (line.empty() || line.front() == '#') continue;
    if (line.starts_with("export") && line.size() > 6 && is_space(line[6])) {
      line.remove_prefix(6);
      skip_spaces(line);
    }
    DotenvEntry entry;
    entry.line = number;
    while (!line.empty() && is_name(line.front(), entry.name.empty())) {
      entry.name += line.front();
      line.remove_prefix(1);
    }
    skip_spaces(line);
    if (entry.name.empty() || line.empty() || line.front() != '=') {
      out.mistakes.push_back({file, number, {}, "not a NAME=value line; # starts a comment"});
      continue;
    }
    line.remove_prefix(1);
    skip_spaces(line);
    if (const auto wrong = take_value(line, entry.value); !wrong.empty())
      out.mistakes.push_back({file, number, entry.name, std::string(wrong)});
    else out.entries.push_back(std::move(entry));
  }
  return out;
}

const DotenvEntry* find_entry(const std::vector<DotenvEntry>& entries, std::string_view name) {
  const auto it = std::find_if(entries.rbegin(), entries.rend(), [&](const auto& e) { return e.name == name; });
  return it == entries.rend() ? nullptr : &*it;
}

} // namespace inferd
