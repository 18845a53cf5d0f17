#pragma once

#include "messages/units.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>

namespace inferd {

struct Delivery;

struct TapeSettingsOfRun {
  std::string dir;
  std::size_t keep = 10; ///< tapes of the newest runs, this one included
  Instant started;
  Wallet wallet;
  std::string config_digest{};
  std::string program{};
};

/// Records what every actor receives (format: tape.hpp). Recording never blocks and never fails: lines are written by a
/// thread of its own, and a disk that refuses, a bound that is reached or a file that cannot be made ends the tape with one
/// warning, not the daemon. A killed process loses the last tenth of a second.
class TapeWriter {
public:
  TapeWriter(const TapeSettingsOfRun&, std::function<void(const std::string&)> warn);
  ~TapeWriter(); ///< writes what waits, and the tape's end

  void record(const Delivery&);                             ///< for Surroundings::on_delivery
  void started(const std::string& place, Instant now);      ///< for Surroundings::on_start
  void read(const std::string& place, Instant now, const char* type, const std::string& json); ///< for Surroundings::on_read

  const std::string& path() const; ///< empty: it could not be made
  bool running() const;            ///< still recording

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
