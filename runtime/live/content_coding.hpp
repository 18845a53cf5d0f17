#pragma once

#include <string>
#include <string_view>

namespace inferd::live {

/// What the client asks for (RFC 9110, section 12.5.3).
inline constexpr std::string_view accepted_codings = "gzip, deflate";

/// Undoes the codings of a Content-Encoding header (RFC 9110, section 8.4): gzip and x-gzip (RFC 1952, several members),
/// deflate (RFC 1950; a raw RFC 1951 stream is taken too, because servers send it), identity; at most two. Throws
/// std::runtime_error, one sentence: an unknown coding, damaged or cut data, more than `limit` bytes.
std::string decode_content(std::string_view codings, std::string body, std::size_t limit);

} // namespace inferd::live
