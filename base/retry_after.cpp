#include "base/retry_after.hpp"

#include "base/utc.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

namespace inferd {
namespace {

constexpr std::array<std::string_view, 7> day_names{"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                    "Friday", "Saturday", "Sunday"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }

struct Date {
  int day{}, year{}, hour{}, minute{}, second{};
  std::string_view month;
};

/// `form`: d, y, h, m, s stand for a digit of that field, _ for a digit of the day or a space, bbb for the month's name; other
/// characters for themselves.
std::optional<Date> read(std::string_view text, std::string_view form) {
  if (text.size() != form.size()) return {};
  Date date;
  for (std::size_t i = 0; i < form.size(); ++i) {
    int* field = nullptr;
    switch (form[i]) {
      case '_':
        if (text[i] == ' ') continue;
        [[fallthrough]];
      case 'd': field = &date.day; break;
      case 'y': field = &date.year; break;
      case 'h': field = &date.hour; break;
      case 'm': field = &date.minute; break;
      case 's': field = &date.second; break;
      case 'b':
        if (date.month.empty()) date.month = text.substr(i, 3);
        continue;
      default:
        if (text[i] != form[i]) return {};
        continue;
    }
    if (!is_digit(text[i])) return {};
    *field = *field * 10 + (text[i] - '0');
  }
  return date;
}

std::optional<Instant> instant(const Date& date) {
  const auto month = std::find(months.begin(), months.end(), date.month);
  if (month == months.end()) return {};
  return utc_instant(date.year, static_cast<int>(month - months.begin()) + 1, date.day, date.hour, date.minute, date.second);
}

/// The last year with these two digits that is at most 50 years after `now`.
int full_year(int two_digits, Instant now) {
  using namespace std::chrono;
  const year_month_day today{floor<days>(sys_time<milliseconds>{milliseconds{now.value}})};
  const int latest = static_cast<int>(today.year()) + 50;
  return latest - (latest - two_digits) % 100;
}

} // namespace

std::optional<Instant> parse_http_date(std::string_view text, Instant now) {
  const auto day =
    std::find_if(day_names.begin(), day_names.end(), [&](auto name) { return text.starts_with(name.substr(0, 3)); });
  if (day == day_names.end()) return {};
  if (text.starts_with(*day)) {
    auto date = read(text.substr(day->size()), ", dd-bbb-yy hh:mm:ss GMT");
    if (!date) return {};
    date->year = full_year(date->year, now);
    return instant(*date);
  }
  text.remove_prefix(3);
  auto date = read(text, ", dd bbb yyyy hh:mm:ss GMT");
  if (!date) date = read(text, " bbb _d hh:mm:ss yyyy");
  return date ? instant(*date) : std::nullopt;
}

std::optional<std::int64_t> parse_retry_after(std::string_view text, Instant now) {
  if (!text.empty() && std::all_of(text.begin(), text.end(), is_digit)) {
    std::int64_t seconds{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    return error == std::errc{} && seconds <= INT64_MAX / 1000 ? seconds * 1000 : INT64_MAX;
  }
  const auto date = parse_http_date(text, now);
  if (!date) return {};
  return std::max<std::int64_t>(0, date->value - now.value);
}

} // namespace inferd
