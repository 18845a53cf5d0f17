#pragma once

#include "runtime/ports/market.hpp"

namespace inferd::market {

/// Who answers for one source. Called on the market's worker only.
class Desk {
public:
  using Done = std::function<void(MarketPort::Answer)>;
  virtual ~Desk() = default;
  /// `done` answers by itself when it is dropped.
  virtual void ask(const AskCandles&, Done) = 0;
};

} // namespace inferd::market
