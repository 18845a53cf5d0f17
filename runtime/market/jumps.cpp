// The jump rule of validate.hpp.

#include "runtime/market/validate.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace inferd::market {
namespace {

double step(double from, double to) { return std::log(to / from); }
bool is_jump(double from, double to, const Bounds& bounds) { return std::abs(step(from, to)) > bounds.jump; }
bool same(double from, double to, const Bounds& bounds) { return std::abs(step(from, to)) <= bounds.agreement; }

Jump jump_at(const std::vector<Candle>& c, std::size_t i) { return {c[i - 1].opens, c[i].opens, c[i - 1].close, c[i].close}; }

std::string text(const Jump& j) { return fmt::format("candle {}: close jumps from {} to {}", utc_text(j.at), j.from, j.to); }

/// The candles of a series, the forming one last, if any.
struct Rows {
  std::vector<Candle> candles;
  std::size_t closed; ///< the first so many
};

/// The candle that returns to the price before the jump at `i` within a gap that would be filled; none: the count of candles.
std::size_t return_after(const std::vector<Candle>& c, std::size_t i, const Bounds& bounds) {
  for (std::size_t k = i + 1; k < c.size() && c[k].opens <= after(c[i].opens, bounds.filled, bounds.interval); ++k)
    if (is_jump(c[k - 1].close, c[k].close, bounds) && !is_jump(c[i - 1].close, c[k].close, bounds)) return k;
  return c.size();
}

/// The hour's trades led from the old price to the new one, and the next hour went on there.
bool traded_through(const std::vector<Candle>& c, std::size_t i, const Bounds& bounds) {
  return i + 1 < c.size() && c[i].opens == after(c[i - 1].opens, 1, bounds.interval) &&
         c[i + 1].opens == after(c[i].opens, 1, bounds.interval) && same(c[i - 1].close, c[i].open, bounds) &&
         same(c[i].close, c[i + 1].open, bounds);
}

/// The hours after the jump kept the new price for longer than a gap that would be filled.
bool lasted(const std::vector<Candle>& c, std::size_t i, const Bounds& bounds) {
  return i > static_cast<std::size_t>(bounds.filled) // otherwise the few hours before it may be the damaged ones
         && return_after(c, i, bounds) == c.size() && c.back().opens >= after(c[i].opens, bounds.filled, bounds.interval);
}

/// Empty: damage. Otherwise what confirms the move.
std::string confirmation(const Rows& rows, std::size_t i, const std::vector<SourceCandles>& others, const Bounds& bounds) {
  const auto jump = jump_at(rows.candles, i);
  bool denied = false;
  for (const auto& other : others)
    if (const auto agreed = agrees(other, jump, bounds)) {
      if (*agreed) return other.source + " shows it too";
      denied = true;
    }
  if (denied || std::abs(jump.move()) > bounds.unshared_jump) return {};
  if (traded_through(rows.candles, i, bounds)) return "the hours around it fit";
  return lasted(rows.candles, i, bounds) ? "the hours after it keep the price" : "";
}

} // namespace

double Jump::move() const { return step(from, to); }

std::vector<Jump> find_jumps(const std::vector<Candle>& candles, const Bounds& bounds) {
  std::vector<Jump> jumps;
  for (std::size_t i = 1; i < candles.size(); ++i)
    if (is_jump(candles[i - 1].close, candles[i].close, bounds)) jumps.push_back(jump_at(candles, i));
  return jumps;
}

std::optional<bool> agrees(const SourceCandles& other, const Jump& jump, const Bounds& bounds) {
  const auto& c = other.candles;
  const auto up_to = [&](Instant t) { // the last candle that opened by `t`
    const auto next = std::upper_bound(c.begin(), c.end(), t, [](Instant a, const Candle& b) { return a < b.opens; });
    return next == c.begin() ? c.end() : std::prev(next);
  };
  const auto before = up_to(jump.before), at = up_to(jump.at);
  if (before == c.end() || before->opens < after(jump.before, -bounds.filled, bounds.interval) || at->opens != jump.at)
    return {};
  return std::abs(step(before->close, at->close) - jump.move()) <= bounds.agreement;
}

Check settle_jumps(Checked series, const std::vector<SourceCandles>& others, std::set<Instant>& confirmed,
                   const Bounds& bounds) {
  const auto filled = static_cast<std::size_t>(bounds.filled);
  Rows rows{std::move(series.candles), 0};
  rows.closed = rows.candles.size();
  if (series.forming) rows.candles.push_back(*series.forming);
  auto& c = rows.candles;
  std::string accepted, first_damage;
  std::size_t damaged = 0;
  for (std::size_t i = 1; i < rows.closed;) {
    if (!is_jump(c[i - 1].close, c[i].close, bounds) || confirmed.contains(c[i].opens)) {
      ++i;
      continue;
    }
    const auto jump = jump_at(c, i);
    if (const auto why = confirmation(rows, i, others, bounds); !why.empty()) {
      confirmed.insert(jump.at);
      accepted = join_warnings(std::move(accepted), fmt::format("{}: {}", text(jump), why));
      ++i;
      continue;
    }
    auto first = i, end = std::min(return_after(c, i, bounds), rows.closed);
    if (end == rows.closed && i <= filled && rows.closed - i > i) first = 0, end = i; // at the start of the series
    if (end - first > filled) return text(jump);
    if (damaged == 0) first_damage = text(jump);
    damaged += end - first;
    c.erase(c.begin() + static_cast<std::ptrdiff_t>(first), c.begin() + static_cast<std::ptrdiff_t>(end));
    rows.closed -= end - first;
    i = std::max<std::size_t>(first, 1);
  }
  c.resize(rows.closed);
  if (damaged > 0)
    series.warnings =
      join_warnings(std::move(series.warnings), fmt::format("{} damaged candle(s) left out: {}", damaged, first_damage));
  series.warnings = join_warnings(std::move(series.warnings), accepted);
  series.candles = std::move(c);
  return series;
}

} // namespace inferd::market
