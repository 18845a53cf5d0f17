#pragma once
// Bounds of what operators ask for, beside those of messages/limits.hpp.

#include <cstddef>
#include <cstdint>

namespace inferd::limits {

inline constexpr std::size_t admin_streams = 6; ///< server-sent events, of the admin port's connections
inline constexpr std::int64_t admin_stream_silence =
  15'000;                                                ///< ms; a stream without news sends a comment, to notice a lost client
inline constexpr std::size_t admin_trace = 2'000;        ///< messages that wait for a reader of a trace; the oldest are dropped
inline constexpr std::size_t admin_windows = 1'000;      ///< rows in one answer
inline constexpr std::size_t admin_predictions = 10'000; ///< of a topic, the newest, that the models' figures are made of
inline constexpr std::int64_t reload_wait = 600'000;     ///< ms; for a moment without a window under way

} // namespace inferd::limits
