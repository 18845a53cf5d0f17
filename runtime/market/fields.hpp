#pragma once
// Reading an answer's members, hostile until proven otherwise. Each throws std::runtime_error with a sentence that names
// the member; what a message says is for people, that it is thrown is what counts.

#include "messages/candles.hpp"
#include "runtime/market/refusal.hpp"

#include <boost/json/value.hpp>
#include <functional>

namespace inferd::market {

/// A finite decimal, from a number's text or a string: digits, at most one point, an exponent. No "NaN", no "inf", no
/// hexadecimal, nothing before or after.
double decimal(const boost::json::value&, const char* name);
double decimal(std::string_view text, const char* name);

std::int64_t integer(const boost::json::value&, const char* name);

/// A count of `unit_ms` since the epoch, within [earliest, latest].
Instant time_of(const boost::json::value&, std::int64_t unit_ms, const char* name);
/// ISO 8601, within [earliest, latest].
Instant time_of(const boost::json::value& iso, const char* name);

const boost::json::array& array(const boost::json::value&, const char* name);
const boost::json::object& object(const boost::json::value&, const char* name);
const boost::json::value& member(const boost::json::object&, const char* name);
/// An array of at least `n` elements.
const boost::json::array& row(const boost::json::value&, std::size_t n);

/// The way of every answer: the status, then the body as JSON, then `read`, whose sentence becomes the reason.
Parsed parse_answer(const HttpAnswer&, Instant now, const std::function<Parsed(const boost::json::value&)>& read);

/// Reads each row with `read`; a bad one is named by its number, counted from 1.
std::vector<Candle> each_row(const boost::json::array& rows, const std::function<Candle(const boost::json::value&)>& read);

} // namespace inferd::market
