#define BOOST_TEST_MODULE history
#include "runtime/market/history.hpp"
#include "model/inputs/candles_csv.hpp"
#include "runtime/sim/market/sim_market.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::market;

namespace {

constexpr Interval minute{60'000};
constexpr Instant start{1'735'689'600'000}; ///< 2025-01-01
constexpr Instant now{start.value + 3 * 86'400'000};

/// Three days and a minute, the last one forming.
std::vector<Candle> minutes() {
  std::vector<Candle> out;
  for (int i = 0; i <= 3 * 1'440; ++i) {
    const double p = 100 + i % 7;
    out.push_back({after(start, i, minute), p, p + 1, p - 1, p, 1.0 + i});
  }
  return out;
}

struct FixedClock : ClockPort {
  Instant now() const override { return ::now; }
};

struct Fixture {
  std::shared_ptr<sim::SimMarket> market = std::make_shared<sim::SimMarket>(minutes(), [] { return ::now; });
  sim::SimHttp http{market};
  FixedClock clock;
  std::vector<std::int64_t> pauses, progress;
  HistoryPorts ports{http, clock, [this](std::int64_t ms) { pauses.push_back(ms); },
                     [this](const std::string&, std::int64_t done, std::int64_t) { progress.push_back(done); }};
  HistorySource binance{&market::binance, {"http://sim", "BTCUSDT", {}}};
  HistorySource tiingo{&market::tiingo, {"http://sim", "btcusd", Token("sim-token")}};
  CandleRange range{start, now, minute};
  History fetch(std::vector<HistorySource> sources, int tries = 4) {
    return fetch_history(ports, sources, range, usual_bounds(minute), tries);
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_long_range_is_paged_through_with_progress, Fixture) {
  const auto h = fetch({binance});
  BOOST_TEST(h.candles.size() == 4'320u);
  BOOST_TEST((h.candles.front().opens == start));
  BOOST_TEST(h.notes.empty());
  BOOST_TEST(progress == (std::vector<std::int64_t>{1'000, 2'000, 3'000, 4'000, 4'320}), boost::test_tools::per_element());
  auto expected = minutes();
  expected.pop_back();
  BOOST_TEST((h.candles == expected));
}

BOOST_FIXTURE_TEST_CASE(tiingo_pages_by_days_and_gives_the_same_minutes, Fixture) {
  BOOST_TEST(fetch({tiingo}).candles.size() == 4'320u);
}

BOOST_FIXTURE_TEST_CASE(a_refused_page_is_tried_again_after_the_pause_it_asks_for, Fixture) {
  market->inject(sim::MarketFault::RateLimited, 7, 1);
  BOOST_TEST(fetch({binance}).candles.size() == 4'320u);
  BOOST_TEST(pauses == (std::vector<std::int64_t>{7'000}), boost::test_tools::per_element());
}

BOOST_FIXTURE_TEST_CASE(what_the_first_source_lacks_comes_from_the_next, Fixture) {
  market->inject(sim::MarketFault::Unavailable, 0, 2);
  const auto h = fetch({binance, tiingo}, 2);
  BOOST_TEST(h.candles.size() == 4'320u);
  BOOST_REQUIRE_EQUAL(h.notes.size(), 1u);
  BOOST_TEST(h.notes[0].starts_with("binance gave nothing from 2025-01-01T00:00:00Z on: "));
}

BOOST_FIXTURE_TEST_CASE(a_source_that_reaches_back_a_little_says_so, Fixture) {
  HistorySource near{&market::kraken, {"http://sim", "XBTUSD", {}}}; // the simulated market does not know Kraken's paths
  const auto h = fetch({near}, 1);
  BOOST_REQUIRE_EQUAL(h.notes.size(), 2u);
  BOOST_TEST(h.notes[0] == "kraken has nothing before 2025-01-03T12:01:00Z: it serves the newest 720 candles only");
  BOOST_TEST(h.candles.empty());
}
