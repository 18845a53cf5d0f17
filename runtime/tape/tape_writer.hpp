#pragma once

#include "messages/place.hpp"
#include "messages/units.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace inferd {

struct Delivery;

struct TapeOptions {
  std::string dir;
  std::size_t keep = 10; ///< tapes of the newest runs, this one included
  Instant started;
  Wallet wallet;
  std::string config_digest{};
  std::string program{};
};

/// Records what every actor receives (format: tape.hpp). The lines are buffered and written to the file by flush(), which the
/// daemon calls after each burst of deliveries, or when 64 KiB are buffered. A killed process loses the lines since then. No
/// call throws: when the file cannot be created or written, or reaches its size limit, the tape ends with one warning.
/// Thread-safe.
class TapeWriter {
public:
  TapeWriter(const TapeOptions&, std::function<void(const std::string&)> warn);
  ~TapeWriter(); ///< flushes, and writes the end line

  void flush(); ///< returns at once when another thread is writing; that one then writes these lines too

  void record(const Delivery&);                                                    ///< for ActorContext::on_delivery
  void started(const Place&, Instant now);                                         ///< for ActorContext::on_start
  void read(const Place&, Instant now, const char* type, const std::string& json); ///< for ActorContext::on_read

  const std::string& path() const; ///< empty: it could not be created
  bool running() const;            ///< still recording

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
