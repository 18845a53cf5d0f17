#pragma once

#include <boost/describe/enum.hpp>
#include <cstddef>
#include <string>

namespace inferd {

enum class LogLevel { trace, debug, info, warn, error, critical, off };
BOOST_DESCRIBE_ENUM(LogLevel, trace, debug, info, warn, error, critical, off)

/// The `[log]` section.
struct LogSettings {
  LogLevel level = LogLevel::info;    ///< of the console; the file's is debug, or trace
  std::string dir;                    ///< of inferd.log; empty: console only
  std::size_t file_bytes = 10u << 20; ///< size at which the file is rotated
  std::size_t files = 5;              ///< the current file included
  std::size_t queue = 1'024;          ///< capacity in lines; when full, the oldest are dropped
};

} // namespace inferd
