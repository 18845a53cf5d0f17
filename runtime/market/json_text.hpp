#pragma once

#include <boost/json/value.hpp>
#include <string_view>

namespace inferd::market {

/// JSON whose numbers are kept as the text they had: 42000.10 and "42000.10" both become the string "42000.10". Boost.JSON
/// 1.81 reads doubles inexactly, and prices must be exact.
/// Throws std::runtime_error that says where it went wrong: not JSON, cut short, deeper than limits::json_depth, or more
/// than limits::json_values values.
boost::json::value parse_json_text(std::string_view text);

} // namespace inferd::market
