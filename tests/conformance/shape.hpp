#pragma once
// How an answer is written, apart from what it says: the names and kinds that the daemon's decoders go by.

#include "messages/verdict.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <boost/json/value.hpp>
#include <ostream>
#include <string>
#include <string_view>

namespace inferd::conformance {

/// Empty, or the first place where `value` is not as `shape` says. A shape is JSON: its objects name members that must be
/// there (others may be), its list holds one shape for every element, of which there must be one, and its texts name kinds:
/// number, digits (a number in text), text, hash (64 upper-case hex digits), base64 (not empty), bool, null; a text with =
/// in front stands for what follows it; kinds with | between are alternatives.
std::string misfit(const boost::json::value& value, std::string_view shape);

/// A sentence of the chain's without what differs from run to run: numbers are #, addresses @, lines of
/// the node's own source [place].
std::string worded(std::string_view log);

} // namespace inferd::conformance

namespace inferd {
inline std::ostream& boost_test_print_type(std::ostream& out, Verdict v) {
  return out << boost::describe::enum_to_string(v, "?");
}
} // namespace inferd
