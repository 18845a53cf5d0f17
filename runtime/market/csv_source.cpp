#include "runtime/market/csv_source.hpp"

#include "base/duration.hpp"
#include "model/inputs/candles_csv.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <stdexcept>

namespace inferd::market {

CsvSource::CsvSource(std::filesystem::path path, std::shared_ptr<ClockPort> clock, Bounds bounds)
  : path_(std::move(path)), clock_(std::move(clock)), bounds_(bounds) {}

void CsvSource::ask(const AskCandles& ask, Done done) {
  try {
    done(answer(ask));
  } catch (const std::exception& e) {
    done(SourceFailed{ask.source, ask.ask, e.what()});
  }
}

void CsvSource::cross_check(const CandleRange& range, std::int64_t, CrossChecked done) {
  std::vector<Candle> candles;
  try {
    refresh();
    const auto until = std::min(range.until, opening_at(clock_->now(), bounds_.interval));
    std::copy_if(candles_.begin(), candles_.end(), std::back_inserter(candles),
                 [&](const Candle& c) { return c.opens >= range.since && c.opens < until; });
  } catch (const std::exception&) { // ask() reports it
  }
  done(std::move(candles));
}

void CsvSource::refresh() {
  std::error_code error;
  const auto time = std::filesystem::last_write_time(path_, error);
  const auto size = error ? 0 : std::filesystem::file_size(path_, error);
  if (error) throw std::runtime_error(fmt::format("{}: {}", path_.string(), error.message()));
  const std::pair state{time, size};
  if (read_ == state) return;
  read_.reset();
  candles_.clear();
  // Validated as of `latest`; each request then hides the rows after its clock.
  auto rows = read_candle_rows(path_);
  if (is_shorter(rows.candles, bounds_.interval)) // those that open together with one would pass for it
    throw std::runtime_error(fmt::format("{}: its candles are of a shorter interval, and those of {} are wanted",
                                         path_.string(), duration_words(bounds_.interval.ms)));
  auto checked = check(std::move(rows.candles), latest, bounds_);
  if (const auto* reason = std::get_if<std::string>(&checked))
    throw std::runtime_error(fmt::format("{}: {}", path_.string(), *reason));
  candles_ = std::move(std::get<Checked>(checked).candles);
  warnings_ = join_warnings(std::move(rows.left_out), std::get<Checked>(checked).warnings);
  read_ = state;
}

MarketPort::Answer CsvSource::answer(const AskCandles& ask) {
  refresh();
  const auto wanted = closed_range(ask.since, ask.until, clock_->now(), bounds_.interval);
  auto filled = fill_gaps(candles_, wanted, bounds_);
  if (const auto* reason = std::get_if<std::string>(&filled))
    throw std::runtime_error(fmt::format("{}: {}", path_.string(), *reason));
  auto& good = std::get<Checked>(filled);
  return CandlesArrived{ask.source, ask.ask, std::move(good.candles), join_warnings(warnings_, good.warnings)};
}

} // namespace inferd::market
