#pragma once

#include "messages/candles.hpp"
#include "runtime/market/validate.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace inferd::market {

/// A source's candles on disk, so that a restart need not download them again. A CSV file (model/candles_csv.hpp), replaced
/// atomically (temporary file, fsync, rename). Blocking. Errors are warnings: losing the file costs a download.
class CandleCache {
public:
  CandleCache() = default; ///< disabled
  explicit CandleCache(std::filesystem::path file) : file_(std::move(file)) {}

  /// The validated content; empty when there is no file. A file with anything damaged is renamed to *.damaged, with a warning.
  Checked load(Instant now, const Bounds&) const;

  /// Empty on success, otherwise a warning.
  std::string save(const std::vector<Candle>&) const;

private:
  std::filesystem::path file_;
};

/// <source>-<symbol>-<digest>.csv; the digest of `origin` (kind, url and the source's symbol) separates the candles of a
/// simulated market from those of a real one of the same name.
std::string cache_name(const std::string& source, const std::string& symbol, const std::string& origin);

} // namespace inferd::market
