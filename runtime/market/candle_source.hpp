#pragma once

#include "runtime/market/candle_range.hpp"
#include "runtime/ports/market_port.hpp"

namespace inferd::market {

/// One data source. Called on the market's worker only.
class CandleSource {
public:
  using Done = std::function<void(MarketPort::Answer)>;
  virtual ~CandleSource() = default;
  /// Destroying `done` uncalled replies with SourceFailed.
  virtual void ask(const AskCandles&, Done) = 0;

  using CrossChecked = std::function<void(std::vector<Candle>)>;
  /// The candles of the range, or of the newest of them that one request returns, to compare with another source: valid one by
  /// one, no jump rule, possibly with gaps. Empty if the source has none, fails, asked for a pause or takes longer than
  /// `deadline_ms`. Never waits for a question of ask(), so two sources may ask each other.
  virtual void cross_check(const CandleRange&, std::int64_t deadline_ms, CrossChecked) = 0;
};

} // namespace inferd::market
