#include "runtime/market/candle_history.hpp"

#include <algorithm>

namespace inferd::market {
namespace {

/// The first opening in [from, until) without a candle, or `until`.
Instant first_hole(const std::vector<Candle>& candles, Instant from, Instant until, Interval interval) {
  auto at = std::lower_bound(candles.begin(), candles.end(), from, [](const Candle& c, Instant t) { return c.opens < t; });
  for (; from < until && at != candles.end() && at->opens == from; ++at) from = after(from, 1, interval);
  return from;
}

} // namespace

std::vector<CandleRange> CandleHistory::missing(const CandleRange& wanted, std::int64_t page) const {
  if (wanted.empty()) return {};
  if (candles_.empty() || wanted.until < since_ || wanted.since > next()) return {wanted};
  std::vector<CandleRange> out;
  if (wanted.since < since_) out.push_back({wanted.since, since_, interval_});
  if (wanted.until > next()) {
    const auto from = std::max({wanted.since, since_, after(wanted.until, -page, interval_)});
    out.push_back(
      {std::min(first_hole(candles_, from, wanted.until, interval_), candles_.back().opens), wanted.until, interval_});
    out.back().since = std::max(out.back().since, wanted.since);
  }
  return out;
}

bool CandleHistory::touches(const std::vector<CandleRange>& asked) const {
  return !candles_.empty() && !asked.empty() && asked.front().since <= next() && asked.back().until >= since_;
}

std::vector<Candle> CandleHistory::with(const std::vector<Candle>& news, const std::vector<CandleRange>& asked) const {
  if (asked.empty()) return candles_;
  if (!touches(asked)) return news;
  // `news` may be unsorted.
  std::vector<Instant> openings;
  openings.reserve(news.size());
  for (const auto& c : news) openings.push_back(c.opens);
  std::sort(openings.begin(), openings.end());
  std::vector<Candle> out;
  out.reserve(candles_.size() + news.size());
  for (const auto& c : candles_)
    if (!std::binary_search(openings.begin(), openings.end(), c.opens)) out.push_back(c);
  const auto middle = static_cast<std::ptrdiff_t>(out.size());
  out.insert(out.end(), news.begin(), news.end());
  const auto older = [](const Candle& a, const Candle& b) { return a.opens < b.opens; };
  if (std::is_sorted(news.begin(), news.end(), older)) std::inplace_merge(out.begin(), out.begin() + middle, out.end(), older);
  return out;
}

void CandleHistory::keep(std::vector<Candle> checked, const std::vector<CandleRange>& asked, std::size_t bound) {
  if (asked.empty()) return;
  since_ = touches(asked) ? std::min(since_, asked.front().since) : asked.front().since;
  if (checked.size() > bound) {
    checked.erase(checked.begin(), checked.end() - static_cast<std::ptrdiff_t>(bound));
    since_ = checked.front().opens;
  }
  candles_ = std::move(checked);
}

void CandleHistory::drop_from_gap(const CandleRange& wanted) {
  const auto gap = first_hole(candles_, std::max(wanted.since, since_), wanted.until, interval_);
  std::erase_if(candles_, [&](const Candle& c) { return c.opens >= gap; });
}

} // namespace inferd::market
