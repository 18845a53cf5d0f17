#pragma once
// What an operator tells an actor through the admin port.

#include "messages/units.hpp"

namespace inferd {

/// daemon → timer, at every start of the timer and when it changes: while paused, the topic's windows are skipped.
struct TopicPaused {
  TopicId topic;
  bool paused{};
  bool operator==(const TopicPaused&) const = default;
};
BOOST_DESCRIBE_STRUCT(TopicPaused, (), (topic, paused))

} // namespace inferd
