#pragma once

#include "messages/candles.hpp"
#include "runtime/market/validate.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace inferd::market {

/// A source's candles on disk, so that a restart need not download them again. A CSV file (model/inputs/candles_csv.hpp): new
/// rows are appended; anything else replaces it atomically (temporary file, fsync, rename). Blocking. Errors are warnings:
/// losing the file costs a download.
class CandleCache {
public:
  CandleCache() = default; ///< disabled
  explicit CandleCache(std::filesystem::path file) : file_(std::move(file)) {}

  /// The validated content; empty when there is no file. A last row without an end of line, which a crash leaves behind, is cut
  /// off. A file with anything else damaged is renamed to *.damaged, with a warning.
  Checked load(Instant now, const Bounds&) const;

  /// Empty on success, otherwise a warning. The file may have up to as many older rows again before the first of these.
  std::string save(const std::vector<Candle>&);

private:
  bool append(const std::vector<Candle>&, const std::vector<std::uint64_t>& digests);

  std::filesystem::path file_;
  std::vector<std::uint64_t> rows_; ///< digests of the rows that this object has written into the file; empty: none
  std::uintmax_t size_ = 0;         ///< of the file, with these rows
};

/// <source>-<symbol>-<digest>.csv; the digest of `origin` (kind, url and the source's symbol) separates the candles of a
/// simulated market from those of a real one of the same name.
std::string cache_name(const std::string& source, const std::string& symbol, const std::string& origin);

} // namespace inferd::market
