#pragma once

#include "runtime/ports/http_port.hpp"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd {

/// `user_info` and `target` may hold secrets (keys in paths and queries are common): show only `peer()`.
struct Url {
  bool tls{};
  std::string host;      ///< name or address; IPv6 without brackets
  std::string port;      ///< decimal digits
  std::string target;    ///< path and query, at least "/"
  std::string user_info; ///< "user:password", percent-encoded as given; empty: none

  std::string peer() const;      ///< "host:port", for messages
  std::string authority() const; ///< Host header: without the scheme's default port
  std::string text() const;      ///< the whole URL, http or https; user_info included
  bool same_origin(const Url& other) const { return tls == other.tls && host == other.host && port == other.port; }
  bool operator==(const Url&) const = default;
};

/// A CometBFT node: `target` is its WebSocket's.
struct RpcUrl : Url {
  std::string post_target; ///< of JSON-RPC by POST, on the same host
  HttpHeaders headers;     ///< for every request to it; secret

  std::string post_url() const;
  std::vector<std::string> secrets() const; ///< texts that no message may repeat
};

/// http:// or https://, with user and password if any. On error a sentence that does not repeat the URL.
std::variant<Url, std::string> parse_http_url(std::string_view text);

/// An RPC address: http, https, ws, wss or tcp (CometBFT's configuration files use it). The WebSocket's path is `websocket` (an
/// absolute path, may have a query) if given; the URL's own where its last segment is websocket, wss or ws, which POST requests
/// go without; otherwise the URL's and /websocket.
std::variant<RpcUrl, std::string> parse_rpc_url(std::string_view text, std::string_view websocket = {});

/// The URL that a Location header names (RFC 3986, section 5): absolute, //host/path, /path, path or ?query. Without
/// user_info, which a server does not choose.
std::variant<Url, std::string> resolve_location(const Url& base, std::string_view location);

/// What is secret in a URL: user, password, both as basic authorization has them, path segments of 12 characters and more, and
/// the values of the query.
std::vector<std::string> secrets_of(const Url&);

/// What is secret in headers: each value, and what follows the scheme of an Authorization ("Bearer …").
std::vector<std::string> secrets_of(const HttpHeaders&);

/// `text` with each of the secrets of 4 characters and more replaced by ***.
std::string redact(std::string text, const std::vector<std::string>& secrets);

/// What follows "Basic " for a Url's user_info (RFC 7617).
std::string basic_credentials(std::string_view user_info);

/// Percent-decoded; a % without two hexadecimal digits stays.
std::string percent_decoded(std::string_view text);

} // namespace inferd
