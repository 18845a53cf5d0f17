#pragma once
// Converts CAF messages to and from the tape's JSON, for the types in messages/all.hpp.

#include <string>

namespace caf {
class message;
class type_erased_tuple;
} // namespace caf

namespace inferd {

/// `type` null: a message that is not recorded (CAF's own, Inspect, Inspection).
struct RecordedMessage {
  const char* type = nullptr;
  std::string json;
};

RecordedMessage to_tape(const caf::type_erased_tuple&);

/// The message of this type name and JSON. Throws std::runtime_error with the reason.
caf::message make_message(const std::string& type, const std::string& json);

} // namespace inferd
