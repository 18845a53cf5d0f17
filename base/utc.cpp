#include "base/utc.hpp"

#include <chrono>
#include <fmt/compile.h>

namespace inferd {

using namespace std::chrono;

std::optional<Instant> utc_instant(int year, int month, int day, int hour, int minute, int second) {
  const auto outside = [](int value, int least, int most) { return value < least || value > most; };
  if (outside(month, 1, 12) || outside(day, 1, 31) || outside(hour, 0, 23) || outside(minute, 0, 59) || outside(second, 0, 60))
    return {};
  const year_month_day date{std::chrono::year{year}, std::chrono::month(static_cast<unsigned>(month)),
                            std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  const auto t = sys_days{date} + hours{hour} + minutes{minute} + seconds{second};
  return Instant{duration_cast<milliseconds>(t.time_since_epoch()).count()};
}

std::optional<Instant> parse_utc(std::string_view s) {
  constexpr std::string_view form = "dddd-dd-ddTdd:dd:ddZ";
  if (s.size() != form.size()) return {};
  for (std::size_t i = 0; i < s.size(); ++i) {
    const bool is_digit = s[i] >= '0' && s[i] <= '9';
    if (form[i] == 'd' ? !is_digit : s[i] != form[i]) return {};
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int n = 0;
    for (std::size_t i = at; i < at + digits; ++i) n = n * 10 + (s[i] - '0');
    return n;
  };
  if (number(0, 4) < 1970 || number(17, 2) > 59) return {};
  return utc_instant(number(0, 4), number(5, 2), number(8, 2), number(11, 2), number(14, 2), number(17, 2));
}

std::string utc_text_ms(Instant t) {
  const sys_time<milliseconds> at{milliseconds{t.value}};
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  const hh_mm_ss clock{at - midnight};
  return fmt::format(FMT_COMPILE("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z"), static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), clock.hours().count(),
                     clock.minutes().count(), clock.seconds().count(), clock.subseconds().count());
}

std::string utc_text(Instant t) {
  auto text = utc_text_ms(t);
  text.erase(text.size() - 5, 4); // .000
  return text;
}

std::string compact(Instant t) {
  auto text = utc_text_ms(t);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

} // namespace inferd
