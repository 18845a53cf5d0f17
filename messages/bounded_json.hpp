#pragma once
// JSON from outside, nested no deeper than limits::json_depth.

#include "messages/limits.hpp"

#include <boost/json/parse.hpp>
#include <string_view>

namespace inferd {

/// Null with an `error` where the text is not JSON, or deeper.
inline boost::json::value parse_bounded_json(std::string_view text, boost::json::error_code& error) {
  boost::json::parse_options options;
  options.max_depth = limits::json_depth;
  return boost::json::parse(boost::json::string_view(text.data(), text.size()), error, {}, options);
}

} // namespace inferd
