#pragma once
// `ctl top`: one screen from the admin port's answers. Pure: bodies, keys and a size in, text out.

#include "messages/units.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

/// Bodies of /overview, /ps and /windows.
struct TopData {
  std::string overview, ps, windows;
  Instant now;
};

struct TopSize {
  std::size_t columns = 80, rows = 24;
};

class TopScreen {
public:
  enum class Sort { place, busy, mailbox, handled, restarts };

  /// A line of `size.rows` each, at most `size.columns` wide. `color`: with ANSI attributes. Throws std::exception for an
  /// answer of another shape.
  std::vector<std::string> draw(const TopData&, const TopSize&, bool color);

  /// What a key asks for. `place`: of the actor; `topic`: likewise of the topic it belongs to.
  struct Command {
    enum class Kind { nothing, quit, restart, pause } kind = Kind::nothing;
    std::string place, topic;
    bool paused{}; ///< what is wanted of `pause`
  };
  /// "q", "s", "j", "k", "r", "y", "p", "up", "down"; others are ignored.
  Command press(const std::string& key);
  void say(std::string note) { note_ = std::move(note); } ///< shown on the last line until the next key

private:
  struct Actor {
    std::string place, state, trouble;
    std::int64_t since{}, restarts{}, handled{}, waiting{}, busy_us{}, in_hand_us{};
    double share{}; ///< of the time since the screen before that it was busy
    std::string in_hand;
  };
  std::vector<std::string> header(const TopData&, std::size_t columns, bool color);
  std::vector<Actor> actors(const TopData&);

  Sort sort_ = Sort::place;
  std::size_t selected_ = 0;
  std::vector<Actor> shown_;
  std::map<std::string, bool> paused_; ///< by topic
  std::map<std::string, std::int64_t> busy_before_;
  Instant before_;
  std::optional<Command> asked_; ///< a restart that waits for "y"
  std::string note_;
};

} // namespace inferd::cli
