#pragma once

#include "runtime/endpoints/url.hpp"

#include <optional>

namespace inferd {

/// Which requests go through a proxy. HTTP proxies only; a request over TLS or a WebSocket goes through a CONNECT tunnel.
class Proxies {
public:
  Proxies() = default; ///< none
  /// Proxy URLs for plain and for TLS requests, "http://[user:password@]host[:port]" or without the scheme, and the hosts to
  /// reach without one, as in no_proxy; empty: none. Throws std::invalid_argument, which does not repeat the URL.
  Proxies(const std::string& plain, const std::string& tls, const std::string& exceptions);

  /// Null: direct.
  const Url* of(const Url& target) const;

private:
  std::optional<Url> plain_, tls_;
  std::vector<std::string> exceptions_;
};

/// What is wrong with a proxy's URL, empty: nothing. Does not repeat it.
std::string proxy_fault(std::string_view url);

/// Whether an entry of no_proxy stands for `host` at `port`, by curl's rules: "*"; a name stands for itself and its subdomains,
/// with or without a leading dot; an address for itself; address/bits for a network. Beyond curl: "*.name" is ".name", and
/// behind ":port" the entry stands for this port only, as in Go and Python. An entry that cannot be read stands for nothing.
bool proxy_exception(std::string_view entry, const std::string& host, std::string_view port = {});

/// What is wrong with an entry of no_proxy, empty: nothing.
std::string proxy_exception_fault(std::string_view entry);

} // namespace inferd
