#define BOOST_TEST_MODULE csv
#include "runtime/market/csv_source.hpp"

#include "model/inputs/candles_csv.hpp"
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

BOOST_FIXTURE_TEST_CASE(candles_of_a_shorter_interval_are_no_candles_of_this_one, Fixture) {
  std::vector<Candle> minutes;
  for (int i = 0; i < 180; ++i) {
    minutes.push_back(candle(0));
    minutes.back().opens.value += i * 60'000;
  }
  write(minutes); // three of them open on the hour
  BOOST_TEST(reason(ask(0, 5)).ends_with("its candles are of a shorter interval, and those of 1 hour are wanted"),
             reason(ask(0, 5)));
  minutes = {candle(0), candle(1), candle(2)};
  minutes[1].opens.value += 60'000; // a damaged row among others is left out
  write(minutes);
  BOOST_TEST(std::get<CandlesArrived>(ask(0, 3)).candles.size() >= 2u);
}

BOOST_FIXTURE_TEST_CASE(a_jump_that_the_hours_around_it_do_not_show_is_left_out_with_a_warning, Fixture) {
  write({candle(0, 100), candle(1, 500), candle(2, 100)});
  const auto a = std::get<CandlesArrived>(ask(0, 3));
  BOOST_TEST(a.candles.size() == 3u);
  BOOST_TEST(a.candles[1].close == 100);
  BOOST_TEST(a.warnings.find("close jumps from 100 to 500") != std::string::npos);
}

// What a source over HTTP does with the same rows: tests/market/market_fixture.hpp, tests/market/validate.test.cpp.
BOOST_FIXTURE_TEST_CASE(one_damaged_row_costs_its_hour_and_not_the_file, Fixture) {
  const std::vector<Candle> good{candle(0), candle(1), candle(2), candle(3)};
  const auto third = candles_text(std::vector{candle(2)}).substr(37); // behind the header
  const auto time = third.substr(0, third.find(','));
  for (const auto& [row, told] : std::vector<std::pair<std::string, std::string>>{
         {time + ",,,,,", ":4: open is not a number"},
         {time + ",null,null,null,null,null", ":4: open is not a number"},
         {time + ",100,101,99,NaN,5", ":4: close is not finite"},
         {time + ",100,101,99,1e999,5", ":4: close is out of range"},
         {time + ",100,101", ":4: 3 columns where 6 are expected"},
         {"not a row at all", ":4: 1 columns where 6 are expected"},
         {"", ":4: 1 columns where 6 are expected"},
         {"2025-01-01 02:00,100,101,99,100,5", ":4: timestamp is not of the form 2024-01-01T00:00:00Z"},
         {time + ",0,0,0,0,0", "a price that is not positive"},
         {time + ",100,99,101,100,5", "high below low"},
         {time + ",-100,101,-101,100,5", "a price that is not positive"},
         {"2025-01-01T02:30:00Z,100,101,99,100,5", "does not open on the hour"}}) {
    auto text = candles_text(good);
    scratch.write("a.csv", text.replace(text.find(time), third.size() - 1, row));
    const auto a = std::get<CandlesArrived>(ask(0, 4));
    BOOST_REQUIRE_EQUAL(a.candles.size(), 4u);
    BOOST_TEST((a.candles[2] == Candle{after(t0, 2), 100, 100, 100, 100, 0}), row); // filled
    BOOST_TEST((a.candles[3] == candle(3)), row);
    BOOST_TEST(a.warnings.find("1 ") == 0u, a.warnings);
    BOOST_TEST(a.warnings.find("left out") != std::string::npos, a.warnings);
    BOOST_TEST(a.warnings.find(told) != std::string::npos, row << ": " << a.warnings);
  }
}

BOOST_FIXTURE_TEST_CASE(a_volume_that_is_none_costs_no_candle, Fixture) {
  for (const auto* volume : {"", "null", "-5", "NaN", "inf"}) {
    auto text = candles_text(std::vector{candle(0), candle(1)});
    const auto at = text.find(",5\n");
    scratch.write("a.csv", text.replace(at + 1, 1, volume));
    const auto a = std::get<CandlesArrived>(ask(0, 2));
    BOOST_TEST((a.candles.at(0) == Candle{t0, 100, 101, 99, 100, 0}), volume);
    BOOST_TEST(a.warnings == "1 candle(s) without a volume");
  }
}

BOOST_FIXTURE_TEST_CASE(rows_out_of_order_or_twice_are_mended_or_left_out, Fixture) {
  write({candle(1), candle(0), candle(2), candle(2)});
  auto a = std::get<CandlesArrived>(ask(0, 3));
  BOOST_TEST((a.candles == std::vector{candle(0), candle(1), candle(2)}));
  BOOST_TEST(a.warnings == "candles out of order; 1 candle(s) given twice");
  write({candle(0), candle(1, 100), candle(1, 101), candle(2)});
  a = std::get<CandlesArrived>(ask(0, 3));
  BOOST_TEST(a.candles.at(1).volume == 0);
  BOOST_TEST(a.warnings.find("given twice, differently") != std::string::npos);
}

BOOST_FIXTURE_TEST_CASE(more_damage_than_would_be_mended_rejects_the_file, Fixture) {
  std::vector<Candle> some;
  for (std::int64_t n = 0; n < 10; ++n) some.push_back(candle(n));
  auto text = candles_text(some);
  for (std::int64_t n = 3; n < 7; ++n) // four hours in a row
    text.replace(text.find(utc_text(after(t0, n))) + 20, 0, "null");
  scratch.write("a.csv", text);
  BOOST_TEST(reason(ask(0, 10)).find("4 hours without candles from 2025-01-01T03:00:00Z") != std::string::npos);
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
