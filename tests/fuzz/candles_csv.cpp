// Candle files: accepted files round-trip, and every error names the file.

#include "model/inputs/candles_csv.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <cmath>

void inferd::fuzz::one(std::string_view input) {
  try {
    const auto file = parse_candles(input, "file");
    FUZZ_CHECK(!file.candles.empty());
    for (const auto& c : file.candles)
      FUZZ_CHECK(std::isfinite(c.volume) && c.low > 0 && c.low <= c.open && c.open <= c.high && c.close <= c.high &&
                 c.low <= c.close);
    describe_gaps(file.gaps);
    FUZZ_CHECK(parse_candles(candles_text(file.candles), "again").candles == file.candles);
  } catch (const CandlesError& e) {
    FUZZ_CHECK(std::string_view(e.what()).starts_with("file:"));
  }
  try {
    const auto rows = parse_candle_rows(input, "file");
    FUZZ_CHECK(!rows.candles.empty());
    for (const auto& c : rows.candles) FUZZ_CHECK(std::isfinite(c.open) && std::isfinite(c.close));
  } catch (const CandlesError& e) {
    FUZZ_CHECK(std::string_view(e.what()).starts_with("file:"));
  }
}
