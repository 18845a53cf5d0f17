#include "model/topic_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace inferd {
namespace {

constexpr std::size_t longest_text = 2'048; ///< of the metadata that is read
constexpr std::size_t quoted_text = 120;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return c >= 'a' && c <= 'z'; }

/// Numbers, words in lower case, and '.' between digits; everything else separates. "7day" is "7", "day".
std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  bool glued = false; // to the word before: the same letters or digits continue
  for (std::size_t i = 0; i < std::min(text.size(), longest_text); ++i) {
    char c = text[i];
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    const bool point = c == '.' && i > 0 && i + 1 < text.size() && is_digit(text[i - 1]) && is_digit(text[i + 1]);
    if (!is_digit(c) && !is_letter(c) && !point) {
      glued = false;
      continue;
    }
    const bool number = !is_letter(c);
    if (glued && (is_digit(words.back().front()) == number)) words.back() += c;
    else words.emplace_back(1, c);
    glued = true;
  }
  return words;
}

/// Minutes of a unit of time; 0: it is none.
std::int64_t minutes_of(const std::string& unit) {
  static constexpr std::pair<std::int64_t, std::array<const char*, 6>> units[] = {
    {1, {"m", "min", "mins", "minute", "minutes", "minutely"}},
    {60, {"h", "hr", "hrs", "hour", "hours", "hourly"}},
    {1'440, {"d", "day", "days", "dy", "dys", "daily"}},
    {10'080, {"w", "wk", "wks", "week", "weeks", "weekly"}},
  };
  for (const auto& [minutes, names] : units)
    if (std::find(names.begin(), names.end(), unit) != names.end()) return minutes;
  return 0;
}

bool is_one_of(const std::string& word, std::initializer_list<const char*> list) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

template <class T> void add_once(std::vector<T>& all, T x) {
  if (std::find(all.begin(), all.end(), x) == all.end()) all.push_back(std::move(x));
}

std::optional<TopicText::Kind> kind_of(const std::vector<std::string>& words) {
  bool price = false, direction = false, volatility = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    const auto next = i + 1 < words.size() ? words[i + 1] : std::string();
    if (is_one_of(word, {"logreturn", "logreturns"}) || (word == "log" && is_one_of(next, {"return", "returns"})))
      return TopicText::Kind::log_return; // "log return of the price" is one
    price |= is_one_of(word, {"price", "prices"});
    volatility |= is_one_of(word, {"volatility", "vol"});
    direction |= is_one_of(word, {"direction", "directional"});
  }
  if (price + volatility + direction != 1) return std::nullopt;
  return price ? TopicText::Kind::price : volatility ? TopicText::Kind::volatility : TopicText::Kind::direction;
}

std::string name(TopicText::Kind kind) {
  switch (kind) {
    case TopicText::Kind::log_return: return "a log return";
    case TopicText::Kind::price: return "a price";
    case TopicText::Kind::volatility: return "a volatility";
    case TopicText::Kind::direction: return "a direction";
  }
  return "?";
}

std::string name(std::int64_t minutes) {
  const auto several = [](std::int64_t n, const char* unit) { return fmt::format("{} {}{}", n, unit, n == 1 ? "" : "s"); };
  if (minutes % 1'440 == 0) return several(minutes / 1'440, "day");
  if (minutes % 60 == 0) return several(minutes / 60, "hour");
  return several(minutes, "minute");
}

/// Printable ASCII in quotes.
std::string quoted(const std::string& metadata) {
  std::string out = "\"";
  for (const char c : metadata.substr(0, quoted_text)) out += c < ' ' || c > '~' ? ' ' : c == '"' ? '\'' : c;
  return out + (metadata.size() > quoted_text ? "…\"" : "\"");
}

/// Of a single value.
TopicText::Kind kind_of(ModelOutput output) {
  return output == ModelOutput::log_return ? TopicText::Kind::log_return
         : output == ModelOutput::price    ? TopicText::Kind::price
                                           : TopicText::Kind::volatility;
}

/// Labels are compared with the topic's list of them: a text about a direction may well name the price.
bool fits(TopicText::Kind kind, ModelOutput output) {
  if (kind == TopicText::Kind::direction || output == ModelOutput::probability) return true;
  return kind == kind_of(output);
}

} // namespace

TopicText read_topic_text(std::string_view metadata) {
  const auto words = words_of(metadata);
  TopicText text;
  text.kind = kind_of(words);
  for (std::size_t i = 0; i + 1 < words.size(); ++i) {
    std::int64_t number = 0;
    const auto& digits = words[i];
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    const auto unit = minutes_of(words[i + 1]);
    if (error != std::errc{} || end != digits.data() + digits.size() || number < 1 || number > 100'000 || unit == 0) continue;
    const auto next = i + 2 < words.size() ? words[i + 2] : std::string();
    const bool pace = (i > 0 && is_one_of(words[i - 1], {"every", "each", "per"})) ||
                      is_one_of(next, {"epoch", "epochs", "window", "windows", "update", "updates", "candle", "candles"});
    if (!pace) add_once(text.horizons, number * unit);
  }
  for (std::size_t i = 0; i < words.size(); ++i) {
    const auto& word = words[i];
    for (const std::string quote : {"usdt", "usdc", "usd"}) {
      if (word == quote && i > 0 && is_letter(words[i - 1].front()) && words[i - 1].size() <= 6 && words[i - 1].size() >= 2 &&
          !is_one_of(words[i - 1], {"in", "of", "to", "the", "vs", "for", "per"}))
        add_once(text.bases, words[i - 1]);
      else if (word.size() > quote.size() + 1 && word.size() <= quote.size() + 6 && word.ends_with(quote))
        add_once(text.bases, word.substr(0, word.size() - quote.size()));
      else continue;
      break;
    }
  }
  return text;
}

std::string contradiction(const TopicText& text, const std::string& metadata, ModelOutput output, std::int64_t horizon_ms) {
  const auto minutes = horizon_ms / 60'000;
  std::vector<std::string> wrong;
  if (text.kind && !fits(*text.kind, output))
    wrong.push_back(fmt::format("{}, the model predicts {}", name(*text.kind), name(kind_of(output))));
  if (text.horizons.size() == 1 && text.horizons.front() != minutes)
    wrong.push_back(fmt::format("{} ahead, the model looks {} ahead", name(text.horizons.front()), name(minutes)));
  if (wrong.empty()) return {};
  return fmt::format("the topic {} wants {}", quoted(metadata), fmt::join(wrong, "; and "));
}

std::string doubt(const TopicText& text, const std::string& metadata, const std::string& symbol) {
  std::vector<std::string> open;
  if (!text.bases.empty() &&
      std::none_of(text.bases.begin(), text.bases.end(), [&](const std::string& base) { return symbol.starts_with(base); }))
    open.push_back(fmt::format("names {}, {} is configured", text.bases.front(), symbol));
  if (text.horizons.size() > 1) open.push_back(fmt::format("names {} and {}", name(text.horizons[0]), name(text.horizons[1])));
  if (text.horizons.empty()) open.emplace_back("names no horizon");
  if (!text.kind) open.emplace_back("does not say what kind of value it wants");
  if (open.empty()) return {};
  return fmt::format("its metadata {} {}", quoted(metadata), fmt::join(open, ", "));
}

} // namespace inferd
