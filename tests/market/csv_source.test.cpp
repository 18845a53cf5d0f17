#define BOOST_TEST_MODULE csv
#include "runtime/market/csv_source.hpp"

#include "model/candles_csv.hpp"
#include "tests/market/scratch.hpp"
#include "tests/market/market_fixture.hpp"

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {

struct Clock : ClockPort {
  Instant time = test::now;
  Instant now() const override { return time; }
};

struct Fixture {
  Scratch scratch;
  std::filesystem::path path = scratch.dir / "a.csv";
  std::shared_ptr<Clock> clock = std::make_shared<Clock>();
  CsvSource source{path, clock, {}};

  void write(const std::vector<Candle>& candles) { scratch.write("a.csv", candles_text(candles)); }
  MarketPort::Answer ask(std::int64_t from, std::int64_t until) {
    std::optional<MarketPort::Answer> got;
    source.ask({"csv", 7, after(t0, from), after(t0, until)}, [&](MarketPort::Answer a) { got = std::move(a); });
    BOOST_REQUIRE(got);
    return *got;
  }
};

std::string reason(const MarketPort::Answer& a) { return std::get<SourceFailed>(a).reason; }

} // namespace

BOOST_FIXTURE_TEST_CASE(the_range_wanted_is_given_with_the_question_it_answers, Fixture) {
  write({candle(0), candle(1), candle(2), candle(3)});
  const auto a = std::get<CandlesArrived>(ask(1, 3));
  BOOST_TEST((a == CandlesArrived{"csv", 7, {candle(1), candle(2)}, ""}));
}

BOOST_FIXTURE_TEST_CASE(what_the_clock_has_not_reached_is_not_seen, Fixture) {
  write({candle(10), candle(11), candle(12), candle(13)});
  BOOST_TEST(std::get<CandlesArrived>(ask(10, 20)).candles.size() == 2u);
  clock->time = after(t0, 14);
  BOOST_TEST(std::get<CandlesArrived>(ask(10, 20)).candles.size() == 4u);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_changed_is_read_again_and_an_unchanged_one_is_not, Fixture) {
  write({candle(0)});
  BOOST_TEST(std::get<CandlesArrived>(ask(0, 5)).candles.size() == 1u);
  const auto time = std::filesystem::last_write_time(path);
  write({candle(0), candle(1)});
  BOOST_TEST(std::get<CandlesArrived>(ask(0, 5)).candles.size() == 2u);
  const auto same_size = scratch.read("a.csv");
  scratch.write("a.csv", std::string(same_size.size(), 'x'));
  std::filesystem::last_write_time(path, time);
  BOOST_TEST(std::holds_alternative<SourceFailed>(ask(0, 5)));
  write({candle(0), candle(1)});
  std::filesystem::last_write_time(path, time);
  BOOST_TEST(std::get<CandlesArrived>(ask(0, 5)).candles.size() == 2u);
  scratch.write("a.csv", std::string(same_size.size(), 'x')); // same size and modification time
  std::filesystem::last_write_time(path, time);
  BOOST_TEST(std::get<CandlesArrived>(ask(0, 5)).candles.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(a_file_missing_or_malformed_is_a_failure_that_names_it, Fixture) {
  BOOST_TEST(reason(ask(0, 5)).starts_with(path.string()));
  scratch.write("a.csv", "timestamp,open,high,low,close,volume\n2025-01-01T00:00:00Z,1,2\n");
  BOOST_TEST(reason(ask(0, 5)).starts_with(path.string() + ":2: "));
}

BOOST_FIXTURE_TEST_CASE(a_jump_that_the_hours_around_it_do_not_show_is_left_out_with_a_warning, Fixture) {
  write({candle(0, 100), candle(1, 500), candle(2, 100)});
  const auto a = std::get<CandlesArrived>(ask(0, 3));
  BOOST_TEST(a.candles.size() == 3u);
  BOOST_TEST(a.candles[1].close == 100);
  BOOST_TEST(a.warnings.find("close jumps from 100 to 500") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(a_file_that_is_gone_fails_even_after_it_was_read, Fixture) {
  write({candle(0)});
  ask(0, 5);
  std::filesystem::remove(path);
  BOOST_TEST(std::holds_alternative<SourceFailed>(ask(0, 5)));
}

BOOST_FIXTURE_TEST_CASE(gaps_are_filled_or_rejected, Fixture) {
  write({candle(0), candle(2), candle(9)});
  BOOST_TEST(std::get<CandlesArrived>(ask(0, 3)).candles.size() == 3u);
  BOOST_TEST(reason(ask(0, 10)).find("6 hours without candles") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_real_candles_pass_without_warning) {
  const auto clock = std::make_shared<Clock>();
  clock->time = *parse_utc("2025-08-01T00:00:00Z");
  CsvSource source(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv", clock, {});
  source.ask({"csv", 1, *parse_utc("2024-01-01T00:00:00Z"), clock->time}, [](MarketPort::Answer a) {
    BOOST_TEST(std::get<CandlesArrived>(a).candles.size() == 13'872u);
    BOOST_TEST(std::get<CandlesArrived>(a).warnings == "");
  });
}
