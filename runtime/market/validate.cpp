#include "runtime/market/validate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace inferd::market {
namespace {

/// The fault of a single candle, or empty. Widens high and low for a price slightly outside, and counts that.
std::string flaw(Candle& c, const Bounds& bounds, int& widened) {
  const auto at = [&](std::string_view what) { return fmt::format("candle {}: {}", utc_text(c.opens), what); };
  if (!is_opening(c.opens, bounds.interval))
    return at(bounds.interval == one_hour ? "does not open on the hour" : "does not open at a multiple of its interval");
  for (const double price : {c.open, c.high, c.low, c.close}) {
    if (!std::isfinite(price)) return at("a price that is not finite");
    if (!(price > 0)) return at("a price that is not positive");
    if (price < bounds.price_least || price > bounds.price_most) return at("an absurd price");
  }
  if (c.high < c.low) return at("high below low");
  const double top = std::max(c.open, c.close), bottom = std::min(c.open, c.close);
  if (top > c.high * 1.01 || bottom < c.low * 0.99) return at("open or close outside of high and low");
  if (top <= c.high && bottom >= c.low) return {};
  c.high = std::max(c.high, top);
  c.low = std::min(c.low, bottom);
  ++widened;
  return {};
}

void warning(std::string& warnings, std::string what) { warnings = join_warnings(std::move(warnings), what); }

} // namespace

std::string join_warnings(std::string a, const std::string& b) {
  if (!a.empty() && !b.empty()) a += "; ";
  return a += b;
}

Check check_rows(std::vector<Candle> candles, Instant now, const Bounds& bounds) {
  Checked out;
  const auto given = candles.size();
  int damaged = 0, widened = 0, without_volume = 0;
  std::string first_damage;
  const auto damage = [&](std::string what) {
    if (!damaged++) first_damage = std::move(what);
    return true;
  };
  const auto older = [](const Candle& a, const Candle& b) { return a.opens < b.opens; };
  if (!std::is_sorted(candles.begin(), candles.end(), older)) {
    std::stable_sort(candles.begin(), candles.end(), older);
    warning(out.warnings, "candles out of order");
  }
  std::erase_if(candles, [&](const Candle& c) {
    return (c.opens < earliest || c.opens > latest) && damage("a candle at an impossible time");
  });

  const auto future = std::find_if(candles.begin(), candles.end(),
                                   [&](const Candle& c) { return c.opens.value > now.value + bounds.clock_skew; });
  if (future != candles.end()) {
    const auto what = fmt::format("candle {}: from the future", utc_text(future->opens));
    if (future == candles.begin() || future->opens <= after(std::prev(future)->opens, bounds.filled + 1, bounds.interval))
      return what;
    for (auto c = future; c != candles.end(); ++c) damage(what);
    candles.erase(future, candles.end());
  }

  std::erase_if(candles, [&](Candle& c) {
    const bool closed = after(c.opens, 1, bounds.interval) <= now;
    int ignored = 0;
    if (auto what = flaw(c, bounds, closed ? widened : ignored); !what.empty()) return !closed || damage(std::move(what));
    if (!closed) out.forming = c;
    else if (!std::isfinite(c.volume) || c.volume < 0) c.volume = 0, ++without_volume;
    return !closed;
  });

  int repeated = 0;
  std::vector<Candle> unique;
  unique.reserve(candles.size());
  for (auto c = candles.begin(); c != candles.end();) {
    const auto end = std::find_if(c, candles.end(), [&](const Candle& other) { return other.opens != c->opens; });
    if (std::all_of(c, end, [&](const Candle& other) { return other == *c; })) {
      unique.push_back(*c);
      repeated += static_cast<int>(end - c) - 1;
    } else {
      damage(fmt::format("candle {}: given twice, differently", utc_text(c->opens)));
    }
    c = end;
  }

  if (damaged && (unique.empty() || (damaged > bounds.filled && damaged > bounds.filled_share * static_cast<double>(given))))
    return damaged == 1 ? first_damage : fmt::format("{} damaged candles, the first: {}", damaged, first_damage);
  if (damaged) warning(out.warnings, fmt::format("{} damaged candle(s) left out, the first: {}", damaged, first_damage));
  if (widened) warning(out.warnings, fmt::format("{} candle(s) with open or close slightly outside of high and low", widened));
  if (without_volume) warning(out.warnings, fmt::format("{} candle(s) without a volume", without_volume));
  if (repeated) warning(out.warnings, fmt::format("{} candle(s) given twice", repeated));
  out.candles = std::move(unique);
  return out;
}

Check check(std::vector<Candle> candles, Instant now, const Bounds& bounds) {
  auto rows = check_rows(std::move(candles), now, bounds);
  if (std::holds_alternative<std::string>(rows)) return rows;
  std::set<Instant> confirmed;
  return settle_jumps(std::move(std::get<Checked>(rows)), {}, confirmed, bounds);
}

Check fill_gaps(const std::vector<Candle>& checked, const CandleRange& wanted, const Bounds& bounds) {
  Checked out;
  std::int64_t filled = 0;
  Instant first_filled;
  const Candle* previous = nullptr;
  for (const auto& c : checked) {
    if (c.opens >= wanted.until) break;
    if (c.opens >= wanted.since && previous) {
      const auto next = after(previous->opens, 1, bounds.interval);
      const CandleRange hole{std::max(next, wanted.since), c.opens, bounds.interval};
      // The gap's whole length counts, including the part before `since`.
      if (!hole.empty() && CandleRange{next, c.opens, bounds.interval}.count() > bounds.filled)
        return fmt::format("{} {}s without candles from {}", hole.count(), unit_of(bounds.interval), utc_text(hole.since));
      for (auto t = hole.since; t < hole.until; t = after(t, 1, bounds.interval)) {
        if (!filled++) first_filled = t;
        out.candles.push_back({t, previous->close, previous->close, previous->close, previous->close, 0});
      }
    }
    if (c.opens >= wanted.since) out.candles.push_back(c);
    previous = &c;
  }
  if (filled > bounds.filled_share * static_cast<double>(wanted.count()) && filled > bounds.filled)
    return fmt::format("{} of {} {}s without candles", filled, wanted.count(), unit_of(bounds.interval));
  if (filled)
    warning(out.warnings,
            fmt::format("{} {}(s) without trades, the first at {}", filled, unit_of(bounds.interval), utc_text(first_filled)));
  if (!out.candles.empty() && out.candles.front().opens > wanted.since)
    warning(out.warnings, fmt::format("nothing before {}", utc_text(out.candles.front().opens)));
  return out;
}

} // namespace inferd::market
