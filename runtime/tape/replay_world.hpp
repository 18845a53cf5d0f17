#pragma once

#include "runtime/tape/replay.hpp"
#include "runtime/tape/replay_compare.hpp"

#include <memory>
#include <set>

namespace inferd {

/// One place's actor in virtual time, with stand-ins at all other places that keep what they receive. One thread; delayed messages
/// are not delivered.
class ReplayWorld {
public:
  ReplayWorld(const Place& place, const std::set<Place>& places);
  ~ReplayWorld();

  /// Ends the actor, if there is one, and starts a new one. False: the factory returned null.
  bool start(const TapeEntry&, const ActorFactory&);
  /// Delivers one message at its instant and everything that follows from it. Throws std::runtime_error when it is no message, or
  /// no actor was started.
  void feed(const TapeEntry&);

  const SentTo& sent() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
