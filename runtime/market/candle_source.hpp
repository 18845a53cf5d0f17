#pragma once

#include "runtime/ports/market_port.hpp"

namespace inferd::market {

/// Who answers for one source. Called on the market's worker only.
class CandleSource {
public:
  using Done = std::function<void(MarketPort::Answer)>;
  virtual ~CandleSource() = default;
  /// `done` answers by itself when it is dropped.
  virtual void ask(const AskCandles&, Done) = 0;
};

} // namespace inferd::market
