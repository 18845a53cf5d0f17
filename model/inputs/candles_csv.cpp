#include "model/inputs/candles_csv.hpp"

#include "base/duration.hpp"
#include "base/utc.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <limits>

namespace inferd {
namespace {

constexpr std::string_view header = "timestamp,open,high,low,close,volume";
constexpr std::size_t most_unreadable = 1'000; ///< rows of a file that is read in spite of them
constexpr Interval any_interval{1'000};        ///< what a timestamp can say
constexpr std::array<std::string_view, 6> columns{"timestamp", "open", "high", "low", "close", "volume"};

/// One line of a file; errors name its place.
class CsvLine {
public:
  CsvLine(std::string_view text, const std::string& file, std::size_t number, Interval interval)
    : text_(text), file_(file), number_(number), interval_(interval) {}

  [[noreturn]] void fail(const std::string& sentence) const {
    throw CandlesError(fmt::format("{}:{}: {}", file_, number_, sentence));
  }

  /// Six columns, a time and four numbers; a volume that is none is NaN.
  Candle row() const {
    const auto fields = this->fields();
    const auto price = [&](std::size_t i) { return number(columns[i], fields[i]); };
    Candle c{opens(fields[0]), price(1), price(2), price(3), price(4), std::numeric_limits<double>::quiet_NaN()};
    try {
      c.volume = number(columns[5], fields[5]);
    } catch (const CandlesError&) {
    }
    return c;
  }

  Candle candle() const {
    const auto fields = this->fields();
    const auto opens = this->opens(fields[0]);
    if (opens.value % interval_.ms != 0)
      fail(interval_ == one_hour ? "timestamp is not on the hour"
                                 : fmt::format("timestamp is not a multiple of {}", duration_text(interval_.ms)));
    const auto number = [&](std::size_t i) { return this->number(columns[i], fields[i]); };
    const Candle c{opens, number(1), number(2), number(3), number(4), number(5)};
    const std::array prices{c.open, c.high, c.low, c.close};
    for (std::size_t i = 0; i < prices.size(); ++i)
      if (prices[i] <= 0) fail(fmt::format("{} is not above 0", columns[i + 1]));
    if (c.volume < 0) fail("volume is negative");
    if (c.high < c.low) fail("high is below low");
    if (c.open > c.high || c.open < c.low) fail("open is not between low and high");
    if (c.close > c.high || c.close < c.low) fail("close is not between low and high");
    return c;
  }

private:
  using Fields = std::array<std::string_view, columns.size()>;

  Fields fields() const {
    Fields fields;
    std::size_t count = 0;
    for (auto rest = text_;; ++count) {
      const auto comma = rest.find(',');
      if (count < fields.size()) fields[count] = rest.substr(0, comma);
      if (comma == rest.npos) break;
      rest.remove_prefix(comma + 1);
    }
    if (++count != fields.size()) fail(fmt::format("{} columns where {} are expected", count, fields.size()));
    return fields;
  }

  Instant opens(std::string_view text) const {
    const auto opens = parse_utc(text);
    if (!opens) fail("timestamp is not of the form 2024-01-01T00:00:00Z");
    return *opens;
  }

  double number(std::string_view column, std::string_view text) const {
    double x{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
    if (error == std::errc::result_out_of_range) fail(fmt::format("{} is out of range", column));
    if (error != std::errc{} || end != text.data() + text.size()) fail(fmt::format("{} is not a number", column));
    if (!std::isfinite(x)) fail(fmt::format("{} is not finite", column));
    return x;
  }

  std::string_view text_;
  const std::string& file_;
  std::size_t number_;
  Interval interval_;
};

Interval least_step(std::span<const Candle> candles) {
  if (candles.size() < 2) return one_hour;
  auto least = candles[1].opens.value - candles[0].opens.value;
  for (std::size_t i = 2; i < candles.size(); ++i) least = std::min(least, candles[i].opens.value - candles[i - 1].opens.value);
  return {least};
}

std::string_view take_line(std::string_view& text) {
  const auto end = text.find('\n');
  auto line = text.substr(0, end);
  text.remove_prefix(end == text.npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

void take_header(std::string_view& text, const std::string& name) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3); // UTF-8 byte order mark, of spreadsheets
  if (take_line(text) != header) throw CandlesError(fmt::format("{}:1: the first line is not \"{}\"", name, header));
}

std::string read_text(const std::filesystem::path& path) {
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) throw CandlesError(fmt::format("{}: {}", path.string(), error.message()));
  if (size > limits::file_read)
    throw CandlesError(fmt::format("{}: {} bytes, more than the {} that are read", path.string(), size, limits::file_read));
  std::ifstream in(path, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (!in) throw CandlesError(fmt::format("{}: cannot be read", path.string()));
  return text;
}

} // namespace

CandleFile parse_candles(std::string_view text, const std::string& name, std::optional<Interval> interval) {
  CandleFile file;
  take_header(text, name);
  file.candles.reserve(text.size() / 64);
  for (std::size_t number = 2; !text.empty(); ++number) {
    const CsvLine line(take_line(text), name, number, interval.value_or(any_interval));
    const auto candle = line.candle();
    if (!file.candles.empty()) {
      const auto last = file.candles.back().opens;
      if (candle.opens == last)
        line.fail(interval == one_hour ? "the same hour as the line before" : "the same time as the line before");
      if (candle.opens < last) line.fail("earlier than the line before");
    }
    file.candles.push_back(candle);
  }
  if (file.candles.empty()) throw CandlesError(fmt::format("{}: no candles", name));
  file.interval = interval.value_or(least_step(file.candles));
  for (std::size_t i = 0; i < file.candles.size() && !interval; ++i)
    if (file.candles[i].opens.value % file.interval.ms != 0)
      throw CandlesError(fmt::format("{}:{}: timestamp is not a multiple of {}, the time between two candles", name, i + 2,
                                     duration_text(file.interval.ms)));
  file.gaps = find_gaps(file.candles, file.interval);
  return file;
}

CandleFile read_candles(const std::filesystem::path& path, std::optional<Interval> interval) {
  return parse_candles(read_text(path), path.string(), interval);
}

CandleRows parse_candle_rows(std::string_view text, const std::string& name) {
  CandleRows rows;
  take_header(text, name);
  rows.candles.reserve(text.size() / 64);
  std::string first;
  std::size_t unreadable = 0;
  for (std::size_t number = 2; !text.empty(); ++number) {
    try {
      rows.candles.push_back(CsvLine(take_line(text), name, number, any_interval).row());
    } catch (const CandlesError& e) {
      if (unreadable++ == 0) first = e.what();
      if (unreadable > most_unreadable) throw CandlesError(fmt::format("{}; and {} more such rows", first, most_unreadable));
    }
  }
  if (rows.candles.empty()) throw CandlesError(first.empty() ? fmt::format("{}: no candles", name) : first);
  if (unreadable > 0) rows.left_out = fmt::format("{} row(s) left out that cannot be read, the first: {}", unreadable, first);
  return rows;
}

CandleRows read_candle_rows(const std::filesystem::path& path) { return parse_candle_rows(read_text(path), path.string()); }

std::vector<Gap> find_gaps(std::span<const Candle> candles, Interval interval) {
  std::vector<Gap> gaps;
  for (std::size_t i = 1; i < candles.size(); ++i) {
    const auto missing = (candles[i].opens.value - candles[i - 1].opens.value) / interval.ms - 1;
    if (missing > 0) gaps.push_back({{candles[i - 1].opens.value + interval.ms}, missing, interval});
  }
  return gaps;
}

bool is_shorter(std::span<const Candle> candles, Interval interval) {
  const auto between =
    std::count_if(candles.begin(), candles.end(), [&](const Candle& c) { return c.opens.value % interval.ms != 0; });
  return 2 * between > std::ssize(candles);
}

std::string describe_gaps(std::span<const Gap> gaps, std::size_t most) {
  std::string out;
  for (const auto& gap : gaps.first(std::min(most, gaps.size()))) {
    const char* unit = gap.interval == one_hour ? "hour" : gap.interval.ms == 60'000 ? "minute" : "candle";
    out += fmt::format("{}{}: {} {}{}", out.empty() ? "" : "; ", utc_text(gap.first), gap.candles, unit,
                       gap.candles == 1 ? "" : "s");
  }
  if (gaps.size() > most) out += fmt::format("; and {} more", gaps.size() - most);
  return out;
}

std::string candles_text(std::span<const Candle> candles) { return std::string(header) + '\n' + candle_rows_text(candles); }

std::string candle_rows_text(std::span<const Candle> candles) {
  std::string out;
  for (const auto& c : candles)
    fmt::format_to(std::back_inserter(out), "{},{},{},{},{},{}\n", utc_text(c.opens), c.open, c.high, c.low, c.close, c.volume);
  return out;
}

} // namespace inferd
