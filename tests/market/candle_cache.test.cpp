#define BOOST_TEST_MODULE cache
#include "runtime/market/candle_cache.hpp"

#include "model/inputs/candles_csv.hpp"

#include "tests/market/scratch.hpp"
#include "tests/market/market_fixture.hpp"

#include <sys/resource.h>
#include <csignal>

using namespace inferd;
using namespace inferd::market;
using namespace inferd::market::test;

namespace {
const std::vector<Candle> three{candle(0, 0.1 + 0.2), candle(1, 0.3), candle(2, 1.0 / 3)};
const std::vector<Candle> priced{candle(0, 42288.58), candle(1, 42593.83), candle(2, 42571.1)};
} // namespace

BOOST_AUTO_TEST_CASE(what_was_kept_is_loaded_again_to_the_last_bit) {
  const Scratch scratch;
  CandleCache cache(scratch.dir / "new" / "folder" / "a.csv");
  BOOST_TEST(cache.save(priced) == "");
  const auto loaded = cache.load(now, {});
  BOOST_TEST((loaded.candles == priced));
  BOOST_TEST(loaded.warnings == "");
}

BOOST_AUTO_TEST_CASE(nothing_but_the_file_itself_is_left_behind) {
  const Scratch scratch;
  CandleCache cache(scratch.dir / "a.csv");
  cache.save(priced);
  cache.save({priced[0]});
  BOOST_TEST(scratch.files() == 1u);
  BOOST_TEST((cache.load(now, {}).candles == std::vector{priced[0]}));
}

BOOST_AUTO_TEST_CASE(a_missing_file_gives_no_candles_and_no_warning) {
  const Scratch scratch;
  BOOST_TEST(CandleCache(scratch.dir / "none.csv").load(now, {}).warnings == "");
  BOOST_TEST(CandleCache().load(now, {}).candles.empty());
  BOOST_TEST(CandleCache().save(priced) == "");
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_renamed_with_a_warning) {
  const Scratch scratch;
  CandleCache cache(scratch.dir / "a.csv");
  cache.save(priced);
  const auto whole = scratch.read("a.csv");
  for (const auto& text : {std::string("rubbish"), std::string(), whole.substr(0, 20), std::string(1'000, '\0'),
                           whole + "2025-01-01T03:00:00Z,nan,1,1,1,1\n", whole + "2025-01-01T03:00:00Z,1,1,1,1,1\n"}) {
    scratch.write("a.csv", text);
    const auto loaded = cache.load(now, {});
    BOOST_TEST(loaded.candles.empty());
    BOOST_TEST(loaded.warnings.find("set aside as *.damaged") != std::string::npos, loaded.warnings);
    BOOST_TEST(!std::filesystem::exists(scratch.dir / "a.csv"));
    BOOST_TEST(scratch.read("a.csv.damaged") == text);
  }
}

BOOST_AUTO_TEST_CASE(new_rows_are_appended_and_older_ones_dropped_when_they_are_half_of_the_file) {
  const Scratch scratch;
  const auto path = scratch.dir / "a.csv";
  CandleCache cache(path);
  std::vector<Candle> rows{candle(0, 42100), candle(1, 42200), candle(2, 42300), candle(3, 42400)};
  BOOST_TEST(cache.save(rows) == "");
  const std::filesystem::path same = scratch.dir / "link"; // the same file as long as it is not replaced
  std::filesystem::create_hard_link(path, same);
  for (int hour = 4; hour < 8; ++hour) {
    rows.erase(rows.begin());
    rows.push_back(candle(hour, 42000 + hour));
    BOOST_TEST(cache.save(rows) == "");
    BOOST_TEST(std::filesystem::equivalent(path, same));
    BOOST_TEST(cache.load(now, {}).candles.size() == static_cast<std::size_t>(hour) + 1);
  }
  rows.erase(rows.begin());
  rows.push_back(candle(8, 42000));
  BOOST_TEST(cache.save(rows) == "");
  BOOST_TEST(!std::filesystem::equivalent(path, same));
  BOOST_TEST((cache.load(now, {}).candles == rows));
}

BOOST_AUTO_TEST_CASE(a_row_that_changed_or_a_file_that_another_wrote_is_replaced) {
  const Scratch scratch;
  CandleCache cache(scratch.dir / "a.csv");
  const auto saved = [&](const std::vector<Candle>& rows) {
    BOOST_TEST(cache.save(rows) == "");
    return cache.load(now, {}).candles;
  };
  BOOST_TEST((saved(priced) == priced));
  auto corrected = priced;
  corrected[1].volume += 1;
  BOOST_TEST((saved(corrected) == corrected));
  auto earlier = corrected; // a gap is mended
  earlier.erase(earlier.begin() + 1);
  BOOST_TEST((saved(earlier) == earlier));
  BOOST_TEST((saved(corrected) == corrected));
  scratch.write("a.csv", "rubbish");
  corrected.push_back(candle(3, 42007));
  BOOST_TEST((saved(corrected) == corrected));
  std::filesystem::remove(scratch.dir / "a.csv");
  corrected.push_back(candle(4, 42008));
  BOOST_TEST((saved(corrected) == corrected));
}

BOOST_AUTO_TEST_CASE(a_row_torn_by_a_crash_is_cut_off) {
  const Scratch scratch;
  CandleCache cache(scratch.dir / "a.csv");
  cache.save(priced);
  const auto whole = scratch.read("a.csv");
  const auto rows = candle_rows_text(std::vector{candle(3, 42005)});
  for (std::size_t length = 1; length < rows.size(); ++length) {
    scratch.write("a.csv", whole + rows.substr(0, length));
    BOOST_TEST((cache.load(now, {}).candles == priced));
    BOOST_TEST(scratch.read("a.csv") == whole);
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_while_appending_leaves_the_rows_before) {
  const Scratch scratch;
  CandleCache cache(scratch.dir / "a.csv");
  BOOST_REQUIRE(cache.save(priced) == "");
  auto more = priced;
  more.push_back(candle(3, 42005));
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN);
  const rlimit tight{std::filesystem::file_size(scratch.dir / "a.csv") + 10, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tight);
  const auto warning = cache.save(more);
  setrlimit(RLIMIT_FSIZE, &before);
  BOOST_TEST(warning.starts_with("cache not kept: "));
  BOOST_TEST((cache.load(now, {}).candles == priced));
  BOOST_TEST(cache.save(more) == "");
  BOOST_TEST((cache.load(now, {}).candles == more));
}

BOOST_AUTO_TEST_CASE(a_full_disk_leaves_the_old_file_and_a_warning) {
  const Scratch scratch;
  CandleCache cache(scratch.dir / "a.csv");
  BOOST_REQUIRE(cache.save(priced) == "");
  rlimit before{};
  getrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, SIG_IGN); // a write beyond the limit fails as on a full disk
  const rlimit tiny{16, before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &tiny);
  const auto warning = cache.save(three);
  setrlimit(RLIMIT_FSIZE, &before);
  BOOST_TEST(warning.starts_with("cache not kept: "));
  BOOST_TEST((cache.load(now, {}).candles == priced));
  BOOST_TEST(scratch.files() == 1u);
}

BOOST_AUTO_TEST_CASE(a_folder_that_cannot_be_created_is_a_warning) {
  const Scratch scratch;
  scratch.write("file", "");
  BOOST_TEST(CandleCache(scratch.dir / "file" / "a.csv").save(priced).starts_with("cache not kept: "));
}

BOOST_AUTO_TEST_CASE(candles_from_elsewhere_have_another_name_and_no_name_leaves_the_folder) {
  BOOST_TEST(cache_name("binance", "btcusd", "https://real") != cache_name("binance", "btcusd", "http://127.0.0.1:1"));
  BOOST_TEST(cache_name("../../etc", "btc/usd", "x").find_first_of("/.") == cache_name("a", "b", "x").find(".csv") + 14);
  BOOST_TEST(cache_name("tiingo", "btcusd", "x") == cache_name("tiingo", "btcusd", "x"));
}
