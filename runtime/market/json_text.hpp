#pragma once

#include <boost/json/value.hpp>
#include <string_view>

namespace inferd::market {

/// Parses JSON with each number kept as its text: 42000.10 and "42000.10" both become the string "42000.10". Boost.JSON 1.81
/// has no number_precision::precise, so its doubles may differ from the correctly rounded value; std::from_chars on the text is
/// exact. Throws std::runtime_error with the byte offset: invalid or truncated JSON, deeper than limits::json_depth, or more
/// than limits::json_values values.
boost::json::value parse_json_text(std::string_view text);

} // namespace inferd::market
