#pragma once

#include "runtime/tape/replay.hpp"
#include "runtime/tape/replay_compare.hpp"

#include <memory>
#include <set>

namespace inferd {

/// One place's actor in virtual time; stand-ins at the other places record what they receive. One thread; timeouts never fire.
class ReplayWorld {
public:
  ReplayWorld(const Place& place, const std::set<Place>& places);
  ~ReplayWorld();

  /// Ends the present actor and spawns a new one. False: the factory returned null.
  bool start(const TapeEntry&, const ActorFactory&);
  /// Delivers a message at its recorded time and runs until idle. Throws if its type is unknown or no actor was started.
  void feed(const TapeEntry&);

  /// Ends the actor: what it sends at its end is sent, too.
  void finish();

  const SentTo& sent() const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
