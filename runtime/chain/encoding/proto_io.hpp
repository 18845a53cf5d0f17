#pragma once
// Inside this library only: protobuf in and out of strings. Messages have no maps, so the bytes are deterministic.

#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::chain {

/// Nothing when the bytes are not this message. Hostile bytes are no news for stderr: the library's own log is off.
template <class Message> std::optional<Message> parse_message(std::string_view bytes) {
  [[maybe_unused]] static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  Message message;
  if (bytes.size() > std::size_t{1} << 30 || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return std::nullopt;
  return message;
}

inline std::string bytes_of(const google::protobuf::MessageLite& message) { return message.SerializeAsString(); }

} // namespace inferd::chain
