#pragma once
// Internal. The messages have no maps, so serialization is deterministic.

#include <google/protobuf/message_lite.h>
#include <google/protobuf/stubs/logging.h>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::chain {

/// Nothing for other bytes. Protobuf's own log to stderr is switched off, because the input is untrusted.
template <class Message> std::optional<Message> parse_message(std::string_view bytes) {
  [[maybe_unused]] static const auto quiet = google::protobuf::SetLogHandler(nullptr);
  Message message;
  if (bytes.size() > std::size_t{1} << 30 || !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return std::nullopt;
  return message;
}

inline std::string bytes_of(const google::protobuf::MessageLite& message) { return message.SerializeAsString(); }

} // namespace inferd::chain
