#pragma once

#include "runtime/tape/replay.hpp"
#include "runtime/tape/replay_compare.hpp"

#include <memory>
#include <set>

namespace inferd {

/// One place's actor in virtual time, among stand-ins that keep what they are sent. One thread; no alarm rings by itself.
class ReplayWorld {
public:
  ReplayWorld(const std::string& place, const std::set<std::string>& places);
  ~ReplayWorld();

  /// Ends the actor that is there and starts a new one. False: the factory has none.
  bool start(const TapeEntry&, const ActorFactory&);
  /// Delivers one message at its instant, and all that follows from it. Throws when there is no such message, or no actor.
  void feed(const TapeEntry&);

  const SentTo& sent() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
