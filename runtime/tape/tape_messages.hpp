#pragma once
// Messages between CAF and the tape's JSON, by the one list in messages/all.hpp.

#include <string>

namespace caf {
class message;
class type_erased_tuple;
} // namespace caf

namespace inferd {

/// A message as the tape has it. `type` null: none of ours, or one the tape leaves out.
struct TapedMessage {
  const char* type = nullptr;
  std::string json;
};

TapedMessage to_tape(const caf::type_erased_tuple&);

/// The message of this name and JSON, to be delivered again. Throws std::runtime_error that names what is wrong.
caf::message make_message(const std::string& type, const std::string& json);

} // namespace inferd
