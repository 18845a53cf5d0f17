#pragma once
// Shows messages as they are delivered, with what probably caused them, to whoever asks. Costs one atomic read a message while
// nobody does.

#include "messages/place.hpp"
#include "messages/units.hpp"

#include <atomic>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

struct Delivery;

/// What a trace shows: the messages that an actor receives or sends, or those about a window. Both: either.
struct TraceFilter {
  std::optional<Place> actor;
  std::optional<Height> nonce;
};

class Tracer {
public:
  /// Lines that wait for their reader, limits::admin_trace at most; beyond it the oldest are dropped and counted.
  class Reader {
  public:
    /// Appends the waiting lines as server-sent events, {"at", "to", "from", "type", "topic", "nonce", "cause", "message"}.
    void take(std::string& out);

  private:
    friend class Tracer;
    TraceFilter filter_;
    std::mutex mutex_;
    std::deque<std::string> lines_;
    std::uint64_t dropped_ = 0;
  };

  /// Traces until the reader is destroyed.
  std::shared_ptr<Reader> read(TraceFilter);
  /// From any thread.
  void record(const Delivery&);

private:
  struct Received {
    std::string type;
    Instant at;
    Height nonce;
  };
  void show(const Delivery&);

  std::atomic<bool> on_ = false;
  std::mutex mutex_;
  std::vector<std::weak_ptr<Reader>> readers_;
  std::map<std::string, std::deque<Received>> received_; ///< by actor, the newest last: the causes of what it sends
};

} // namespace inferd
