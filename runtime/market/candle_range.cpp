#include "runtime/market/candle_range.hpp"

#include <algorithm>

namespace inferd::market {
namespace {

/// Consumes fixed-width fields from the front; after the first mismatch all fail.
struct Fields {
  std::string_view rest;
  bool good = true;

  int digits(std::size_t n) {
    int value = 0;
    if (rest.size() < n) good = false;
    for (std::size_t i = 0; good && i < n; ++i) {
      good = rest[i] >= '0' && rest[i] <= '9';
      value = value * 10 + (rest[i] - '0');
    }
    if (good) rest.remove_prefix(n);
    return value;
  }
  bool take(std::string_view text) {
    if (!good || !rest.starts_with(text)) return false;
    rest.remove_prefix(text.size());
    return true;
  }
  void expect(std::string_view text) { good = take(text); }
};

} // namespace

CandleRange closed_range(Instant since, Instant until, Instant now, Interval interval) {
  const auto up = [&](Instant t) { return opening_at({std::min(t, latest).value + interval.ms - 1}, interval); };
  return {up(since), std::min(up(until), opening_at(now, interval)), interval};
}

std::string_view unit_of(Interval interval) {
  if (interval == one_hour) return "hour";
  return interval.ms == 60'000 ? "minute" : interval.ms == 24 * ms_per_hour ? "day" : "candle";
}

std::string utc_date(Instant t) { return utc_text(t).substr(0, 10); }

std::optional<Instant> parse_iso(std::string_view text) {
  Fields f{text};
  const int year = f.digits(4);
  f.expect("-");
  const int month = f.digits(2);
  f.expect("-");
  const int day = f.digits(2);
  if (!f.good) return {};
  if (f.rest.empty()) return utc_instant(year, month, day, 0, 0, 0);
  f.expect("T");
  const int h = f.digits(2);
  f.expect(":");
  const int m = f.digits(2);
  f.expect(":");
  const int s = f.digits(2);
  int milliseconds = 0;
  if (f.take(".")) {
    int scale = 100;
    if (f.rest.empty() || f.rest[0] < '0' || f.rest[0] > '9') return {};
    while (!f.rest.empty() && f.rest[0] >= '0' && f.rest[0] <= '9') {
      milliseconds += (f.rest[0] - '0') * scale;
      scale /= 10;
      f.rest.remove_prefix(1);
    }
  }
  int offset_minutes = 0;
  if (!f.take("Z")) {
    const int sign = f.take("-") ? -1 : 1;
    if (sign > 0) f.expect("+");
    const int hours = f.digits(2);
    f.expect(":");
    offset_minutes = sign * (hours * 60 + f.digits(2));
  }
  if (!f.good || !f.rest.empty()) return {};
  auto t = utc_instant(year, month, day, h, m, s);
  if (t) t->value += milliseconds - offset_minutes * 60'000LL;
  return t;
}

} // namespace inferd::market
