#pragma once

#include "messages/candles.hpp"

#include <functional>
#include <variant>

namespace inferd {

/// Candles from an external source.
class MarketPort {
public:
  using Answer = std::variant<CandlesArrived, SourceFailed>;
  virtual ~MarketPort() = default;

  /// Returns at once; `done` is called exactly once, from any thread, within the port's deadline.
  virtual void ask(const AskCandles&, std::function<void(Answer)> done) = 0;
};

} // namespace inferd
