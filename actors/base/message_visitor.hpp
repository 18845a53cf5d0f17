#pragma once

#include "actors/base/registry.hpp"

namespace inferd {

/// Calls `visitor` with the message by its own type. False: not a message of messages/all.hpp.
template <class Visitor> bool visit_message(const caf::type_erased_tuple& content, Visitor&& visitor) {
  if (content.size() != 1) return false;
#define INFERD_TRY(Message)                                                                                                    \
  if (content.match_element<Message>(0)) {                                                                                     \
    visitor(content.get_as<Message>(0));                                                                                       \
    return true;                                                                                                               \
  }
  INFERD_MESSAGES(INFERD_TRY)
#undef INFERD_TRY
  return false;
}

} // namespace inferd
