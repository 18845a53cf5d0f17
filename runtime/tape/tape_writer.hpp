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
  std::size_t keep = 10; ///< tapes kept, this one included
  Instant started;
  Wallet wallet;
  std::string config_digest{};
  std::string program{};
};

/// Records every delivery (format: tape.hpp). Recording only buffers; flush() writes. The daemon flushes whenever its scheduler
/// is idle, and a full buffer is flushed at once. A killed process loses its current burst, and what detached actors received
/// since. Nothing throws: a disk error, a limit or a file that cannot be created ends the tape with a warning. From any thread.
class TapeWriter {
public:
  TapeWriter(const TapeOptions&, std::function<void(const std::string&)> warn);
  ~TapeWriter(); ///< writes the buffer and the end line

  void flush(); ///< writes the buffer, unless another thread is writing

  void record(const Delivery&);                        ///< for ActorContext::on_delivery
  void started(const std::string& place, Instant now); ///< for ActorContext::on_start
  void read(const std::string& place, Instant now, const char* type, const std::string& json); ///< for ActorContext::on_read

  const std::string& path() const; ///< empty: it was not created
  bool running() const;            ///< still recording

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
