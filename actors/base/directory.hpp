#pragma once

#include "messages/place.hpp"

#include <caf/all.hpp>
#include <map>
#include <mutex>
#include <shared_mutex>

namespace inferd {

/// A place in the tree and the interface of the actor that runs there. Senders look the actor up at every send, so a restarted
/// actor needs no re-wiring.
template <class Handle> struct Role {
  Place place;
};

/// Which actor runs at which place. Written by actors when they start and by their supervisors. Thread-safe.
class Directory {
public:
  /// Enters the actor unless the place is taken. Called by the actor before it sends anything, since the answer may arrive on
  /// another thread before its supervisor has called put().
  void claim(const Place& place, caf::strong_actor_ptr actor) {
    std::unique_lock lock(mutex_);
    actors_.try_emplace(place, std::move(actor));
  }
  /// Enters the actor, in the place of any other.
  void put(const Place& place, caf::strong_actor_ptr actor) {
    std::unique_lock lock(mutex_);
    actors_[place] = std::move(actor);
  }
  void erase(const Place& place) {
    std::unique_lock lock(mutex_);
    actors_.erase(place);
  }
  /// Null while the place is empty; a message to it is lost, as it is to an actor that has just ended.
  caf::strong_actor_ptr find(const Place& place) const {
    std::shared_lock lock(mutex_);
    const auto it = actors_.find(place);
    return it == actors_.end() ? nullptr : it->second;
  }
  template <class Handle> Handle find(const Role<Handle>& role) const { return caf::actor_cast<Handle>(find(role.place)); }
  std::map<Place, caf::strong_actor_ptr> all() const {
    std::shared_lock lock(mutex_);
    return actors_;
  }
  void clear() {
    std::unique_lock lock(mutex_);
    actors_.clear();
  }

private:
  mutable std::shared_mutex mutex_;
  std::map<Place, caf::strong_actor_ptr> actors_;
};

} // namespace inferd
