#pragma once

#include <caf/all.hpp>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>

namespace inferd {

/// A place in the tree, by name and kind. Whoever holds the place now is found at the moment of sending, so a restarted
/// actor needs no re-wiring.
template <class Handle> struct Role {
  std::string name;
};

/// Who holds which place. The supervisor has the last word on it; everyone reads it. Thread-safe.
class Directory {
public:
  /// Takes the place if it is empty. An actor does so before its first word: the answer may come on another thread before
  /// its supervisor has noted it down.
  void claim(const std::string& name, caf::strong_actor_ptr actor) {
    std::unique_lock lock(mutex_);
    actors_.try_emplace(name, std::move(actor));
  }
  void put(const std::string& name, caf::strong_actor_ptr actor) {
    std::unique_lock lock(mutex_);
    actors_[name] = std::move(actor);
  }
  void erase(const std::string& name) {
    std::unique_lock lock(mutex_);
    actors_.erase(name);
  }
  /// Null while the place is empty: what is sent to it is lost, as it would be to an actor that just died.
  caf::strong_actor_ptr find(const std::string& name) const {
    std::shared_lock lock(mutex_);
    const auto it = actors_.find(name);
    return it == actors_.end() ? nullptr : it->second;
  }
  template <class Handle> Handle find(const Role<Handle>& role) const { return caf::actor_cast<Handle>(find(role.name)); }
  std::map<std::string, caf::strong_actor_ptr> all() const {
    std::shared_lock lock(mutex_);
    return actors_;
  }
  void clear() {
    std::unique_lock lock(mutex_);
    actors_.clear();
  }

private:
  mutable std::shared_mutex mutex_;
  std::map<std::string, caf::strong_actor_ptr> actors_;
};

} // namespace inferd
