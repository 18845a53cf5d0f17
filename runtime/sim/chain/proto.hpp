#pragma once

#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <string>

namespace inferd::sim {

/// False for other bytes. Protobuf's log to stderr is switched off, because the input is untrusted.
inline bool read_message(google::protobuf::MessageLite& message, const std::string& bytes) {
  [[maybe_unused]] static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  return message.ParseFromString(bytes);
}

} // namespace inferd::sim
