#pragma once

#include "runtime/market/candle_source.hpp"
#include "runtime/market/validate.hpp"
#include "runtime/ports/clock_port.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace inferd::market {

/// A CSV file of candles (model/inputs/candles_csv.hpp), reread when its size or modification time changes. Damaged rows are
/// left out with a warning, as those of sources over HTTP. Rows that have not closed by `clock` are hidden: the file of a
/// simulated market may extend into its future.
class CsvSource : public CandleSource {
public:
  CsvSource(std::filesystem::path, std::shared_ptr<ClockPort>, Bounds);

  void ask(const AskCandles&, Done) override;
  void cross_check(const CandleRange&, std::int64_t deadline_ms, CrossChecked) override;

private:
  MarketPort::Answer answer(const AskCandles&);
  void refresh(); ///< throws std::runtime_error

  std::filesystem::path path_;
  std::shared_ptr<ClockPort> clock_;
  Bounds bounds_;
  std::vector<Candle> candles_;
  std::string warnings_;
  std::optional<std::pair<std::filesystem::file_time_type, std::uintmax_t>> read_;
};

} // namespace inferd::market
