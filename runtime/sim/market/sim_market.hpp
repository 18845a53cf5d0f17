#pragma once
// An in-process market: serves recorded candles in Tiingo's and Binance's formats up to its clock's time, with injected faults.

#include "messages/candles.hpp"
#include "runtime/ports/http_port.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace inferd::sim {

/// Faults of answers.
enum class MarketFault {
  RateLimited, ///< 429 with Retry-After: `amount` seconds
  Unavailable, ///< 503
  Stale,       ///< without the current candle and the `amount` before it
  Gap,         ///< without the `amount` candles before the newest closed candle
  Jump,        ///< the newest closed candle's prices times `amount`
  Garbage,     ///< the body is truncated to half
  Slow,        ///< the answer takes `amount` milliseconds (Served::delay_ms)
};

struct SimMarketSettings {
  std::string symbol = "btcusd";   ///< Tiingo's format; Binance's is derived: BTCUSDT
  std::string token = "sim-token"; ///< required by Tiingo's path
  std::size_t tiingo_rows = 5'000; ///< maximum in one answer
};

/// Thread-safe. Deterministic apart from its clock.
class SimMarket {
public:
  using Now = std::function<Instant()>;
  /// `candles`: at least one, oldest first, of an interval that divides a day, without gaps (asserted); a single one is hourly.
  SimMarket(std::vector<Candle> candles, Now now, SimMarketSettings = {});

  /// Serves this interval too. Before the first request.
  void add(std::vector<Candle> candles);

  struct Served {
    HttpAnswer answer;
    std::int64_t delay_ms{}; ///< for the caller to apply
  };
  /// Paths: /tiingo/crypto/prices (401 without the token, in the Authorization header or as token= in the query) and
  /// /api/v3/klines (400 with Binance's codes for a wrong symbol, interval or parameter); 404 otherwise. The current candle is
  /// served as forming: a part of the way from open to close.
  Served serve(const HttpRequest&);
  HttpAnswer answer(const HttpRequest& request) { return serve(request).answer; }

  /// Applies `fault` to the next `times` answers; faults of different kinds may overlap.
  void inject(MarketFault fault, std::int64_t amount = 0, std::uint32_t times = 1);
  void clear_faults(); ///< removes all faults
  std::uint64_t served() const;

private:
  struct Pending {
    MarketFault fault;
    std::int64_t amount;
    std::uint32_t times;
  };
  struct Faults;
  Faults take_faults();
  std::vector<Candle> visible(Interval, const Faults&) const;
  /// The interval of this name, 1m, 5m, 1h and 1d in the vendor's spelling, if it is served.
  std::optional<Interval> served_interval(const std::string& name, const std::array<const char*, 4>& names) const;
  HttpAnswer tiingo(const HttpRequest&, const Faults&) const;
  HttpAnswer binance(const HttpRequest&, const Faults&) const;

  std::map<Interval, std::vector<Candle>> candles_;
  const Now now_;
  const SimMarketSettings settings_;
  mutable std::mutex mutex_;
  std::vector<Pending> pending_;
  std::uint64_t served_ = 0;
};

/// Shifts `candles` by whole intervals so that candle `index` is that of `now`.
std::vector<Candle> moved_to(std::vector<Candle> candles, std::size_t index, Instant now);

/// HttpPort over a SimMarket, without sockets.
class SimHttp : public HttpPort {
public:
  enum class Mode { Immediate, Queued };
  explicit SimHttp(std::shared_ptr<SimMarket>, Mode = Mode::Immediate);

  /// Immediate: calls `done` before it returns. Queued: in the next pump. A delay beyond the request's deadline or a body
  /// beyond its limit fails at once, without waiting.
  void ask(HttpRequest, Done) override;
  std::size_t pump(); ///< answers the queued requests; returns their number

  std::uint64_t requests() const;
  std::deque<HttpRequest> recent() const; ///< the last 64, oldest first

private:
  void respond(const HttpRequest&, const Done&);

  std::shared_ptr<SimMarket> market_;
  Mode mode_;
  mutable std::mutex mutex_;
  std::vector<std::pair<HttpRequest, Done>> waiting_;
  std::deque<HttpRequest> recent_;
  std::uint64_t requests_ = 0;
};

} // namespace inferd::sim
