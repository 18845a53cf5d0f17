#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace inferd {

/// Where a request goes. `target` may hold a secret (keys in paths and queries are common): only `peer()` is shown.
struct Url {
  bool tls{};
  std::string host;   ///< a name or an address, IPv6 without brackets
  std::string port;   ///< digits
  std::string target; ///< path and query, at least "/"

  std::string peer() const;      ///< "host:port", for sentences
  std::string authority() const; ///< for the Host header: the port only when it is not the scheme's own
  bool operator==(const Url&) const = default;
};

/// http:// or https://. Otherwise a sentence that says what is wrong and does not repeat the URL.
std::variant<Url, std::string> parse_http_url(std::string_view text);

/// A node's RPC address in any of the spellings in use: http, https, ws, wss or tcp (as in CometBFT's own files).
/// The target is the path of its WebSocket: /websocket is added unless it is there.
std::variant<Url, std::string> parse_rpc_url(std::string_view text);

} // namespace inferd
