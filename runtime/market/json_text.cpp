#include "runtime/market/json_text.hpp"

#include "messages/limits.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <fmt/format.h>
#include <limits>
#include <stdexcept>

namespace inferd::market {
namespace {

namespace json = boost::json;
using json::error_code;
using json::string_view;

/// SAX handler for basic_parser. Strings with escapes arrive in parts even from a single buffer.
struct Handler {
  static constexpr std::size_t max_object_size = limits::json_values;
  static constexpr std::size_t max_array_size = limits::json_values;
  static constexpr std::size_t max_key_size = limits::http_body;
  static constexpr std::size_t max_string_size = limits::http_body;

  json::value_stack stack;
  std::size_t values = 0;

  bool count(error_code& ec) {
    if (++values > limits::json_values) ec = json::error::array_too_large;
    return !ec;
  }
  bool number(string_view text, error_code& ec) {
    stack.push_string(text);
    return count(ec);
  }

  bool on_document_begin(error_code&) { return stack.reset(), true; }
  bool on_document_end(error_code&) { return true; }
  bool on_object_begin(error_code& ec) { return count(ec); }
  bool on_object_end(std::size_t n, error_code&) { return stack.push_object(n), true; }
  bool on_array_begin(error_code& ec) { return count(ec); }
  bool on_array_end(std::size_t n, error_code&) { return stack.push_array(n), true; }
  bool on_key_part(string_view s, std::size_t, error_code&) { return stack.push_chars(s), true; }
  bool on_key(string_view s, std::size_t, error_code&) { return stack.push_key(s), true; }
  bool on_string_part(string_view s, std::size_t, error_code&) { return stack.push_chars(s), true; }
  bool on_string(string_view s, std::size_t, error_code& ec) { return stack.push_string(s), count(ec); }
  bool on_number_part(string_view, error_code&) { return true; }
  bool on_int64(std::int64_t, string_view s, error_code& ec) { return number(s, ec); }
  bool on_uint64(std::uint64_t, string_view s, error_code& ec) { return number(s, ec); }
  bool on_double(double, string_view s, error_code& ec) { return number(s, ec); }
  bool on_bool(bool b, error_code& ec) { return stack.push_bool(b), count(ec); }
  bool on_null(error_code& ec) { return stack.push_null(), count(ec); }
  bool on_comment_part(string_view, error_code&) { return true; }
  bool on_comment(string_view, error_code&) { return true; }
};

} // namespace

boost::json::value parse_json_text(std::string_view text) {
  json::parse_options options;
  options.max_depth = limits::json_depth;
  json::basic_parser<Handler> parser{options};
  error_code error;
  const auto used = parser.write_some(false, text.data(), text.size(), error);
  if (!error && used < text.size()) error = json::error::extra_data;
  if (error) throw std::runtime_error(fmt::format("not the JSON expected, at byte {}: {}", used, error.message()));
  return parser.handler().stack.release();
}

} // namespace inferd::market
