#pragma once

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

/// Records what every actor receives (format: tape.hpp). Recording itself only remembers; the file is written by flush(), which
/// the daemon calls whenever its actors rest, or once much has gathered. So a process that is killed loses no more than the
/// burst it was in, and what came to an actor on a thread of its own since. Nothing here fails: a disk that refuses, a bound
/// that is reached or a file that cannot be made ends the tape with one warning, not the daemon. From any thread.
class TapeWriter {
public:
  TapeWriter(const TapeOptions&, std::function<void(const std::string&)> warn);
  ~TapeWriter(); ///< writes what waits, and the tape's end

  void flush(); ///< what waits goes into the file, unless another thread is writing already

  void record(const Delivery&);                        ///< for Surroundings::on_delivery
  void started(const std::string& place, Instant now); ///< for Surroundings::on_start
  void read(const std::string& place, Instant now, const char* type, const std::string& json); ///< for Surroundings::on_read

  const std::string& path() const; ///< empty: it could not be made
  bool running() const;            ///< still recording

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
