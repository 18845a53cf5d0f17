#pragma once
// A market in the process: serves real candles in Tiingo's and Binance's forms, as far as its clock has come, with faults.

#include "messages/candles.hpp"
#include "runtime/ports/http_port.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace inferd::sim {

/// What goes wrong with the next answers.
enum class MarketFault {
  RateLimited, ///< 429 with Retry-After: `amount` seconds
  Unavailable, ///< 503
  Stale,       ///< the newest `amount` hours are not there
  Gap,         ///< the `amount` hours before the newest closed candle are not there
  Jump,        ///< the newest closed candle is `amount` times as high
  Garbage,     ///< the body is cut in the middle
  Slow,        ///< the answer takes `amount` milliseconds: see Served::delay_ms
};

struct SimMarketSettings {
  std::string symbol = "btcusd";   ///< Tiingo's spelling; Binance's follows: BTCUSDT
  std::string token = "sim-token"; ///< what Tiingo's form asks for
  std::size_t tiingo_rows = 5'000; ///< the most in one answer
};

/// Thread-safe; deterministic but for its clock.
class SimMarket {
public:
  using Now = std::function<Instant()>;
  /// `candles`: oldest first, an hour apart; at least one. Asserted.
  SimMarket(std::vector<Candle> candles, Now now, SimMarketSettings = {});

  struct Served {
    HttpAnswer answer;
    std::int64_t delay_ms{}; ///< whoever carries the answer holds it back so long
  };
  /// Paths: /tiingo/crypto/prices (401 without the token, in the Authorization header or as token= in the query) and
  /// /api/v3/klines (400 with Binance's codes for a bad symbol, interval or limit); 404 for the rest.
  /// The hour `now` lies in is served as the real ones do: still forming, a part of the way from open to close.
  Served serve(const HttpRequest&);
  HttpAnswer answer(const HttpRequest& request) { return serve(request).answer; }

  /// The next `times` answers suffer `fault`; faults of different kinds may overlap.
  void inject(MarketFault fault, std::int64_t amount = 0, std::uint32_t times = 1);
  void heal(); ///< forgets all faults
  std::uint64_t served() const;

private:
  struct Pending {
    MarketFault fault;
    std::int64_t amount;
    std::uint32_t times;
  };
  struct Faults;
  Faults take_faults();
  std::vector<Candle> visible(Instant now, const Faults&) const;
  HttpAnswer tiingo(const HttpRequest&, const std::vector<Candle>&) const;
  HttpAnswer binance(const HttpRequest&, const std::vector<Candle>&) const;

  const std::vector<Candle> candles_;
  const Now now_;
  const SimMarketSettings settings_;
  mutable std::mutex mutex_;
  std::vector<Pending> pending_;
  std::uint64_t served_ = 0;
};

/// `candles` moved in time by whole hours so that candle `index` opens in the hour of `now`: old candles for a world whose
/// clock shows today.
std::vector<Candle> moved_to(std::vector<Candle> candles, std::size_t index, Instant now);

/// Answers in the process, without sockets.
class SimHttp : public HttpPort {
public:
  enum class Mode { Immediate, Queued };
  explicit SimHttp(std::shared_ptr<SimMarket>, Mode = Mode::Immediate);

  /// Immediate: `done` is called before this returns. Queued: by the next pump. An answer that is too slow for the
  /// request's deadline or too long for its bound is a failure, at once: no time passes here.
  void ask(HttpRequest, Done) override;
  std::size_t pump(); ///< answers what waits, and how many that were

  std::uint64_t requests() const;
  std::deque<HttpRequest> recent() const; ///< the last 64, oldest first

private:
  void carry(const HttpRequest&, const Done&);

  std::shared_ptr<SimMarket> market_;
  Mode mode_;
  mutable std::mutex mutex_;
  std::vector<std::pair<HttpRequest, Done>> waiting_;
  std::deque<HttpRequest> recent_;
  std::uint64_t requests_ = 0;
};

} // namespace inferd::sim
