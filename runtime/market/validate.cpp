#include "runtime/market/validate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace inferd::market {
namespace {

/// The fault of a single candle, or empty. Widens high and low for a price slightly outside, and counts that.
std::string flaw(Candle& c, const Bounds& bounds, int& widened) {
  const auto at = [&](std::string_view what) { return fmt::format("candle {}: {}", utc_text(c.opens), what); };
  if (!on_the_hour(c.opens)) return at("does not open on the hour");
  for (const double price : {c.open, c.high, c.low, c.close}) {
    if (!std::isfinite(price)) return at("a price that is not finite");
    if (!(price > 0)) return at("a price that is not positive");
    if (price < bounds.price_least || price > bounds.price_most) return at("an absurd price");
  }
  if (!std::isfinite(c.volume) || c.volume < 0) return at("an impossible volume");
  if (c.high < c.low) return at("high below low");
  const double top = std::max(c.open, c.close), bottom = std::min(c.open, c.close);
  if (top > c.high * 1.01 || bottom < c.low * 0.99) return at("open or close outside of high and low");
  if (top <= c.high && bottom >= c.low) return {};
  c.high = std::max(c.high, top);
  c.low = std::min(c.low, bottom);
  ++widened;
  return {};
}

std::string jump(const std::vector<Candle>& candles, const Bounds& bounds) {
  for (std::size_t i = 1; i < candles.size(); ++i) {
    const double before = candles[i - 1].close, close = candles[i].close;
    if (std::abs(std::log(close / before)) > bounds.jump)
      return fmt::format("candle {}: close jumps from {} to {}", utc_text(candles[i].opens), before, close);
  }
  return {};
}

void warning(std::string& warnings, std::string what) { warnings = join_warnings(std::move(warnings), what); }

} // namespace

std::string join_warnings(std::string a, const std::string& b) {
  if (!a.empty() && !b.empty()) a += "; ";
  return a += b;
}

Check check(std::vector<Candle> candles, Instant now, const Bounds& bounds) {
  for (const auto& c : candles) {
    if (c.opens < earliest || c.opens > latest) return std::string("a candle at an impossible time");
    if (c.opens.value > now.value + bounds.clock_skew) return fmt::format("candle {}: from the future", utc_text(c.opens));
  }
  std::erase_if(candles, [&](const Candle& c) { return after(c.opens, 1) > now; });

  Checked out;
  int widened = 0;
  for (auto& c : candles)
    if (auto what = flaw(c, bounds, widened); !what.empty()) return what;
  if (widened) warning(out.warnings, fmt::format("{} candle(s) with open or close slightly outside of high and low", widened));

  const auto older = [](const Candle& a, const Candle& b) { return a.opens < b.opens; };
  if (!std::is_sorted(candles.begin(), candles.end(), older)) {
    std::stable_sort(candles.begin(), candles.end(), older);
    warning(out.warnings, "candles out of order");
  }
  for (std::size_t i = 1; i < candles.size(); ++i)
    if (candles[i].opens == candles[i - 1].opens && candles[i] != candles[i - 1])
      return fmt::format("candle {}: given twice, differently", utc_text(candles[i].opens));
  const auto given = candles.size();
  candles.erase(std::unique(candles.begin(), candles.end()), candles.end());
  if (candles.size() < given) warning(out.warnings, fmt::format("{} candle(s) given twice", given - candles.size()));

  if (auto what = jump(candles, bounds); !what.empty()) return what;
  out.candles = std::move(candles);
  return out;
}

Check fill_gaps(const std::vector<Candle>& checked, const Hours& wanted, const Bounds& bounds) {
  Checked out;
  std::int64_t filled = 0;
  Instant first_filled;
  const Candle* previous = nullptr;
  for (const auto& c : checked) {
    if (c.opens >= wanted.until) break;
    if (c.opens >= wanted.since && previous) {
      const Hours hole{std::max(after(previous->opens, 1), wanted.since), c.opens};
      // The gap's whole length counts, including the part before `since`.
      if (!hole.empty() && Hours{after(previous->opens, 1), c.opens}.count() > bounds.filled)
        return fmt::format("{} hours without candles from {}", hole.count(), utc_text(hole.since));
      for (auto t = hole.since; t < hole.until; t = after(t, 1)) {
        if (!filled++) first_filled = t;
        out.candles.push_back({t, previous->close, previous->close, previous->close, previous->close, 0});
      }
    }
    if (c.opens >= wanted.since) out.candles.push_back(c);
    previous = &c;
  }
  if (filled > bounds.filled_share * static_cast<double>(wanted.count()) && filled > bounds.filled)
    return fmt::format("{} of {} hours without candles", filled, wanted.count());
  if (filled) warning(out.warnings, fmt::format("{} hour(s) without trades, the first at {}", filled, utc_text(first_filled)));
  if (!out.candles.empty() && out.candles.front().opens > wanted.since)
    warning(out.warnings, fmt::format("nothing before {}", utc_text(out.candles.front().opens)));
  return out;
}

} // namespace inferd::market
