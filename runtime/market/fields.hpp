#pragma once
// Parses members of untrusted replies. Each function throws std::runtime_error with a sentence that names the member.

#include "messages/candles.hpp"
#include "runtime/market/refusal.hpp"

#include <boost/json/value.hpp>
#include <functional>

namespace inferd::market {

/// A finite decimal from a JSON number's text or a string: optional minus, digits with at most one point, optional exponent.
/// Rejects NaN, infinity, hexadecimal and surrounding characters.
double decimal(const boost::json::value&, const char* name);
double decimal(std::string_view text, const char* name);

/// NaN for one that is absent or no such decimal: no feature uses it, so it costs no candle.
double volume(const boost::json::value*);

std::int64_t integer(const boost::json::value&, const char* name);

/// `unit_ms` times the integer, since the epoch; within [earliest, latest].
Instant time_of(const boost::json::value&, std::int64_t unit_ms, const char* name);
/// ISO 8601, within [earliest, latest].
Instant time_of(const boost::json::value& iso, const char* name);

const boost::json::array& array(const boost::json::value&, const char* name);
const boost::json::object& object(const boost::json::value&, const char* name);
const boost::json::value& member(const boost::json::object&, const char* name);
/// An array of at least `n` elements.
const boost::json::array& row(const boost::json::value&, std::size_t n);

/// Parses a reply: the HTTP status, the body as JSON, then `read`; an exception's message becomes the refusal. A refusal with
/// status 200 is one too: an object with words in the place of the data, or a plain text.
Parsed parse_answer(const HttpAnswer&, Instant now, const std::function<Parsed(const boost::json::value&)>& read);

/// Reads each row. One that `read` throws on is left out, with a warning that names its number, from 1; its hour counts as
/// missing. Throws if none can be read.
Rows each_row(const boost::json::array& rows, const std::function<Candle(const boost::json::value&)>& read);

} // namespace inferd::market
