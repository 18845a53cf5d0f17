#include "runtime/chain/signing/mnemonic_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>

namespace inferd::chain {

namespace {

constexpr std::size_t max_text = 16'384; // bytes
constexpr char foreign = '\x7f';         // stands for a character outside of ASCII, or a control character
constexpr std::size_t private_key_digits = 64;

bool is_letter(char c) { return c >= 'a' && c <= 'z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '_' || c == '-'; }

/// Decodes UTF-8, UTF-16LE or UTF-16BE, one code point at a time; 0xFFFD for what is malformed.
class Characters {
public:
  explicit Characters(std::string_view text) : rest_(text) {
    const auto begins = [&](std::string_view mark) { return rest_.starts_with(mark); };
    using namespace std::string_view_literals;
    if (begins("\xEF\xBB\xBF"sv)) rest_.remove_prefix(3);
    else if (begins("\xFF\xFE"sv)) wide_ = true, rest_.remove_prefix(2);
    else if (begins("\xFE\xFF"sv)) wide_ = big_endian_ = true, rest_.remove_prefix(2);
    else if (rest_.size() > 1 && (rest_[0] == '\0') != (rest_[1] == '\0')) wide_ = true, big_endian_ = rest_[0] == '\0';
  }
  bool empty() const { return rest_.empty() || (wide_ && rest_ == std::string_view("\0", 1)); }
  char32_t next() { return wide_ ? unit() : utf8(); }

private:
  std::uint8_t byte() {
    const auto b = static_cast<std::uint8_t>(rest_.front());
    rest_.remove_prefix(1);
    return b;
  }
  char32_t unit() { // half of a surrogate pair is no letter either
    if (rest_.size() == 1) return rest_.remove_prefix(1), 0xFFFD;
    const char32_t first = byte(), second = byte();
    return big_endian_ ? first << 8 | second : second << 8 | first;
  }
  char32_t utf8() {
    const char32_t lead = byte();
    if (lead < 0x80) return lead;
    const int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : lead >= 0xC0 ? 1 : 0;
    char32_t c = more == 3 ? lead & 0x07 : more == 2 ? lead & 0x0F : lead & 0x1F;
    for (int i = 0; i < more; ++i) {
      if (rest_.empty() || (static_cast<std::uint8_t>(rest_.front()) & 0xC0) != 0x80) return 0xFFFD;
      c = c << 6 | (byte() & 0x3F);
    }
    return more == 0 ? 0xFFFD : c;
  }

  std::string_view rest_;
  bool wide_{}, big_endian_{};
};

/// Line ends, separators and quotes of any script; letters in lower case. Full-width forms are as their ASCII ones, to which
/// BIP-39's NFKD leads.
char plain(char32_t c) {
  if (c >= 0xFF01 && c <= 0xFF5E) c -= 0xFEE0;
  if (c >= 'A' && c <= 'Z') return static_cast<char>(c - 'A' + 'a');
  if (c == '\n' || c == '\r' || c == 0x85 || c == 0x2028 || c == 0x2029) return '\n';
  constexpr std::u32string_view separators =
    U" \t\v\f,;|\"'`[]\u00A0\u061C\u00AB\u00BB\u1680\u202F\u205F\u2060\u3000\u3001\uFEFF";
  const auto within = [c](char32_t first, char32_t last) { return c >= first && c <= last; };
  const bool space = within(0x2000, 0x200F), quote = within(0x2018, 0x201F);
  const bool direction = within(0x202A, 0x202E) || within(0x2066, 0x2069);
  if (separators.find(c) != separators.npos || space || quote || direction) return ' ';
  if (c == 0x2022 || c == 0x00B7 || within(0x2010, 0x2015)) return '-'; // bullets and dashes
  return c < ' ' || c >= 0x7F ? foreign : static_cast<char>(c);
}

void skip_spaces(std::string_view& s) { s.remove_prefix(std::min(s.find_first_not_of(' '), s.size())); }

/// Consumes "export NAME=", "set NAME=", "$env:NAME =" or "NAME:"; false, with nothing consumed, for other text.
bool skip_name(std::string_view& line) {
  auto rest = line;
  for (const std::string_view command : {"export ", "set ", "$env:"})
    if (rest.starts_with(command)) rest.remove_prefix(command.size()), skip_spaces(rest);
  if (rest.empty() || (!is_letter(rest.front()) && rest.front() != '_')) return false;
  rest.remove_prefix(static_cast<std::size_t>(std::find_if_not(rest.begin(), rest.end(), is_name) - rest.begin()));
  skip_spaces(rest);
  if (rest.empty() || (rest.front() != '=' && rest.front() != ':')) return false;
  line = rest.substr(1);
  return true;
}

/// Empty, or what this text is instead of a mnemonic.
std::string other_secret(std::string_view token) {
  const auto is_hex = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f'); };
  auto digits = token;
  if (digits.starts_with("0x")) digits.remove_prefix(2);
  if (digits.size() == private_key_digits && std::all_of(digits.begin(), digits.end(), is_hex))
    return "this is a private key in hex; a mnemonic of 12 to 24 words is wanted";
  if (token.starts_with("xprv") && token.size() > 100)
    return "this is an extended private key; a mnemonic of 12 to 24 words is wanted";
  if (token.starts_with("allo1") && token.size() > 40)
    return "this is an address; the mnemonic of 12 to 24 words that leads to it is wanted";
  return {};
}

} // namespace

Result<SecretBytes> mnemonic_words(std::string_view text) {
  using namespace std::string_view_literals;
  if (text.size() > max_text) return "larger than a mnemonic can be";
  if (text.starts_with("\xFF\xFE\0\0"sv) || text.starts_with("\0\0\xFE\xFF"sv)) return "it is UTF-32; store it as UTF-8";
  SecretBytes ascii(text.size()), out(text.size());
  std::size_t size = 0, length = 0;
  for (Characters characters(text); !characters.empty();)
    ascii.bytes()[size++] = static_cast<std::uint8_t>(plain(characters.next()));

  std::size_t words = 0, lines = 0;
  bool named = false;
  for (auto rest = ascii.text().substr(0, size); !rest.empty();) {
    auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    ++lines;
    skip_spaces(line);
    if (line.starts_with('{')) return "it is a JSON object; store the words alone";
    if (skip_name(line)) {
      if (words > 0 || named)
        return fmt::format("line {} begins with a name; the words must stand alone, or in a .env file as MNEMONIC=", lines);
      named = true;
    }
    for (skip_spaces(line); !line.empty(); skip_spaces(line)) {
      auto token = line.substr(0, line.find(' '));
      line.remove_prefix(token.size());
      if (token.starts_with('#')) break;                             // a comment
      if (token.find_first_not_of("-*+>/.") == token.npos) continue; // a mark of a list
      if (auto other = other_secret(token); !other.empty()) return other;
      if (is_digit(token.front())) { // "3.", "3)" or "3", in front of the third word
        std::size_t number = 0;
        std::from_chars(token.data(), token.data() + token.size(), number);
        if (number != words + 1) return fmt::format("the number in front of word {} is another", words + 1);
        token.remove_prefix(std::min(token.find_first_not_of("0123456789.):-"), token.size()));
        if (token.empty()) continue;
      }
      ++words;
      if (token.ends_with('.')) token.remove_suffix(1); // of a sentence
      if (std::find(token.begin(), token.end(), foreign) != token.end())
        return fmt::format("word {} of the mnemonic has a character outside of a to z; only BIP-39's English words are known",
                           words);
      if (!std::all_of(token.begin(), token.end(), is_letter))
        return fmt::format("word {} of the mnemonic has a character that is no letter", words);
      if (length) out.bytes()[length++] = ' ';
      length = static_cast<std::size_t>(
        std::copy(token.begin(), token.end(), out.bytes().begin() + static_cast<std::ptrdiff_t>(length)) - out.bytes().begin());
    }
  }
  out.shrink(length);
  return out;
}

} // namespace inferd::chain
