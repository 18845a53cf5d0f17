#include "model/utc.hpp"

#include <cassert>
#include <chrono>
#include <fmt/format.h>

namespace inferd {

using namespace std::chrono;

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
  const year_month_day date{year{number(0, 4)}, month(static_cast<unsigned>(number(5, 2))),
                            day(static_cast<unsigned>(number(8, 2)))};
  const int h = number(11, 2), m = number(14, 2), sec = number(17, 2);
  if (!date.ok() || date.year() < year{1970} || h > 23 || m > 59 || sec > 59) return {};
  const auto t = sys_days{date} + hours{h} + minutes{m} + seconds{sec};
  return Instant{duration_cast<milliseconds>(t.time_since_epoch()).count()};
}

std::string utc_text(Instant t) {
  const sys_time<milliseconds> at{milliseconds{t.value}};
  const auto midnight = floor<days>(at);
  const year_month_day date{midnight};
  const hh_mm_ss clock{floor<seconds>(at - midnight)};
  assert(date.year() >= year{1970} && date.year() <= year{9999});
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

} // namespace inferd
