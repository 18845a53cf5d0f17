#pragma once
// Validation of single values. Each check returns an empty string, or "what is wrong; what is allowed".

#include "messages/units.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd {

/// scheme://[user:password@]host[:port][/path][?query]. No fragment.
std::string url_fault(std::string_view url, const std::vector<std::string>& schemes);

/// The same of a model's URL: http or https; placeholders in braces, which no URL has, are accepted.
std::string model_url_fault(std::string url);

/// The URL with user and password, path and query replaced by "…": providers put keys there.
std::string shown_url(std::string_view url);

/// "allo1" and 38 bech32 characters, checksum included.
std::string address_fault(std::string_view address);

/// The name of a header that the operator may set: RFC 9110's token, and none that inferd sets itself.
std::string header_name_fault(std::string_view name);

/// Letters, digits and '_', not starting with a digit, at most 64.
bool is_variable_name(std::string_view name);

/// A variable's name for a message. One with small letters may be the secret itself, in the place of a name, and is not shown.
std::string shown_variable(const std::string& name);

/// Letters, digits, '-' and '_', 3 to 48 of them.
std::string chain_id_fault(std::string_view id);

/// Lower-case letters and digits, 3 to 20 of them: a pair such as btcusd.
std::string symbol_fault(std::string_view symbol);

/// An address of this machine only, 127.0.0.1:PORT or [::1]:PORT; empty is allowed.
std::string listen_fault(const std::string& address);

/// 2026-12-31, 2026-12-31T18:00:00Z, 2026-12-31T18:00:00+01:00; a space is accepted for the T, and a missing offset means UTC.
/// Empty for any other text. Also used for --until.
std::optional<Instant> parse_instant(std::string_view text);

} // namespace inferd
