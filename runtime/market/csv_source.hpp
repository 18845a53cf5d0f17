#pragma once

#include "runtime/market/candle_source.hpp"
#include "runtime/market/validate.hpp"
#include "runtime/ports/clock_port.hpp"

#include <filesystem>
#include <memory>
#include <optional>

namespace inferd::market {

/// A file of candles (model/candles_csv.hpp has its form). Read when first asked and again when its size or time of change
/// is another. Rows that have not closed yet by the clock are not seen yet: a file may hold more history than a simulated
/// world has lived through.
class CsvSource : public CandleSource {
public:
  CsvSource(std::filesystem::path, std::shared_ptr<ClockPort>, Bounds);

  void ask(const AskCandles&, Done) override;

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
