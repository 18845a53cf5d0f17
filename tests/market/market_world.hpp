#pragma once

#include "model/inputs/candles_csv.hpp"
#include "messages/limits.hpp"
#include "runtime/market/market.hpp"
#include "runtime/sim/market/sim_market.hpp"
#include "tests/market/market_fixture.hpp"
#include "tests/market/scratch.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <optional>

namespace inferd::market::test {

struct Clock : ClockPort {
  Instant time;
  Instant now() const override { return time; }
};

inline const auto& real_candles() {
  static const auto candles = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv").candles;
  return candles;
}

/// make_market over a simulated market, single-threaded. The clock is half past the 5000th hour of the candle file.
struct World {
  World() { clock->time = {real_candles()[5'000].opens.value + hour / 2}; }

  std::shared_ptr<MarketPort> make(std::vector<SourceSettings> sources, std::shared_ptr<HttpPort> port = nullptr) {
    return make_market({"btcusd", std::move(sources), scratch.dir / "cache"}, port ? port : http, clock, make_inline_worker());
  }
  /// The last `hours` closed candles.
  MarketPort::Answer ask(MarketPort& market, const std::string& source, std::int64_t hours) {
    std::optional<MarketPort::Answer> got;
    market.ask({source, ++asks, after(opening_at(clock->time), -hours), clock->time}, [&](MarketPort::Answer a) {
      BOOST_TEST(!got, "answered twice");
      got = std::move(a);
    });
    BOOST_REQUIRE(got);
    return *got;
  }
  CandlesArrived arrived(const MarketPort::Answer& a) {
    if (const auto* f = std::get_if<SourceFailed>(&a)) BOOST_FAIL("failed: " + f->reason);
    return std::get<CandlesArrived>(a);
  }
  SourceFailed failed(const MarketPort::Answer& a) {
    if (std::holds_alternative<CandlesArrived>(a)) BOOST_FAIL("did not fail");
    return std::get<SourceFailed>(a);
  }
  std::vector<Candle> real(std::int64_t until, std::int64_t count) {
    return {real_candles().begin() + until - count, real_candles().begin() + until};
  }

  Scratch scratch;
  std::shared_ptr<Clock> clock = std::make_shared<Clock>();
  std::shared_ptr<sim::SimMarket> sim = std::make_shared<sim::SimMarket>(real_candles(), [c = clock] { return c->now(); });
  std::shared_ptr<sim::SimHttp> http = std::make_shared<sim::SimHttp>(sim);
  std::uint64_t asks = 0;

  SourceSettings tiingo{.kind = "tiingo", .url = "http://sim/", .token = Token("sim-token")};
  SourceSettings binance{.kind = "binance", .url = "http://sim"};
};

/// Answers by a function; records the URLs.
struct ScriptedHttp : HttpPort {
  std::function<std::variant<HttpAnswer, HttpFailed>(const HttpRequest&)> script;
  std::vector<std::string> urls;
  void ask(HttpRequest r, Done done) override {
    urls.push_back(r.url);
    done(script(r));
  }
};

} // namespace inferd::market::test
