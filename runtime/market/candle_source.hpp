#pragma once

#include "runtime/ports/market_port.hpp"

namespace inferd::market {

/// One data source. Called on the market's worker only.
class CandleSource {
public:
  using Done = std::function<void(MarketPort::Answer)>;
  virtual ~CandleSource() = default;
  /// Destroying `done` uncalled replies with SourceFailed.
  virtual void ask(const AskCandles&, Done) = 0;
};

} // namespace inferd::market
