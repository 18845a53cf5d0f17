#pragma once
// Checks the form of responses: the names and types that the daemon's decoders rely on.

#include "messages/verdict.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/value.hpp>
#include <ostream>
#include <string>
#include <string_view>

namespace inferd::conformance {

/// Empty, or the first place where `value` does not match `shape`. A shape is JSON: objects list required members (others may
/// exist); an array has one shape for all elements, of which there must be at least one; a string names a type: number, digits
/// (a number as text), text, hash (64 upper-case hex digits), base64 (not empty), bool, null. "=TEXT" requires that text; "|"
/// separates alternatives.
std::string shape_mismatch(const boost::json::value& value, std::string_view shape);

/// Normalizes a log: numbers become #, addresses @, source locations of the node [place].
std::string normalized_log(std::string_view log);

} // namespace inferd::conformance

namespace inferd {
inline std::ostream& boost_test_print_type(std::ostream& out, Verdict v) {
  return out << boost::describe::enum_to_string(v, "?");
}
} // namespace inferd
