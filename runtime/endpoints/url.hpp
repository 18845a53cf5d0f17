#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace inferd {

/// `target` may hold a secret (keys in paths and queries are common): show only `peer()`.
struct Url {
  bool tls{};
  std::string host;   ///< name or address; IPv6 without brackets
  std::string port;   ///< decimal digits
  std::string target; ///< path and query, at least "/"

  std::string peer() const;      ///< "host:port", for messages
  std::string authority() const; ///< Host header: without the scheme's default port
  bool operator==(const Url&) const = default;
};

/// http:// or https://. On error a sentence that does not repeat the URL.
std::variant<Url, std::string> parse_http_url(std::string_view text);

/// An RPC address: http, https, ws, wss or tcp (CometBFT's configuration files use it). The target becomes the WebSocket's
/// path: /websocket is appended unless present.
std::variant<Url, std::string> parse_rpc_url(std::string_view text);

} // namespace inferd
