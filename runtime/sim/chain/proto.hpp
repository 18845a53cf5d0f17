#pragma once

#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <string>

namespace inferd::sim {

/// False when the bytes are not this message. Hostile bytes are no news for stderr: the library's own log is off.
inline bool read_message(google::protobuf::MessageLite& message, const std::string& bytes) {
  [[maybe_unused]] static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  return message.ParseFromString(bytes);
}

} // namespace inferd::sim
