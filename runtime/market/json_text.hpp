#pragma once

#include <boost/json/value.hpp>
#include <string_view>

namespace inferd::market {

/// JSON with numbers kept as text: 42000.10 and "42000.10" both become the string "42000.10". Boost.JSON 1.81 has no
/// number_precision::precise; its doubles are not correctly rounded. Throws std::runtime_error with the byte offset: invalid
/// JSON, deeper than limits::json_depth, or more than limits::json_values values.
boost::json::value parse_json_text(std::string_view text);

} // namespace inferd::market
