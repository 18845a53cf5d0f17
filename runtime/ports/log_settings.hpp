#pragma once

#include <boost/describe/enum.hpp>
#include <cstddef>
#include <string>

namespace inferd {

enum class LogLevel { trace, debug, info, warn, error, critical, off };
BOOST_DESCRIBE_ENUM(LogLevel, trace, debug, info, warn, error, critical, off)

/// What `[log]` sets.
struct LogSettings {
  LogLevel level = LogLevel::info;    ///< of the console; the file holds debug whatever this says
  std::string dir;                    ///< of inferd.log; empty: console only
  std::size_t file_bytes = 10u << 20; ///< a file grows to this, then the next begins
  std::size_t files = 5;              ///< the present one and the older ones
  std::size_t queue = 1'024;          ///< lines waiting to be written; more push out the oldest
};

} // namespace inferd
