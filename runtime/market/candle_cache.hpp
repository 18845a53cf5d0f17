#pragma once

#include "messages/candles.hpp"
#include "runtime/market/validate.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace inferd::market {

/// The candles of one source on disk, so that a restart does not download them again. A file in the form of
/// model/candles_csv.hpp, replaced as a whole (temporary file, fsync, rename), so it is never half written.
/// Blocking. Losing it costs a download, so nothing here is fatal.
class CandleCache {
public:
  CandleCache() = default; ///< keeps nothing
  explicit CandleCache(std::filesystem::path file) : file_(std::move(file)) {}

  /// What is in the file, checked; empty when there is none. A file that cannot be used is renamed to *.damaged and a
  /// doubt says why.
  Checked load(Instant now, const Bounds&) const;

  /// Empty when kept, else a doubt that says why not.
  std::string save(const std::vector<Candle>&) const;

private:
  std::filesystem::path file_;
};

/// <source>-<symbol>-<digest>.csv: the digest is of where the candles came from (kind, url and the source's own spelling),
/// so that candles of a simulated market are never taken for those of a real one of the same name.
std::string cache_name(const std::string& source, const std::string& symbol, const std::string& origin);

} // namespace inferd::market
