#include "runtime/endpoints/proxies.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <stdexcept>

namespace inferd {
namespace {

struct Address {
  std::array<unsigned char, 16> bytes{};
  int bits = 0; ///< 32 or 128
};

std::optional<Address> address_of(const std::string& text) {
  Address a;
  if (::inet_pton(AF_INET, text.c_str(), a.bytes.data()) == 1) a.bits = 32;
  else if (::inet_pton(AF_INET6, text.c_str(), a.bytes.data()) == 1) a.bits = 128;
  return a.bits ? std::optional(a) : std::nullopt;
}

bool in_network(const Address& host, const Address& network, int bits) {
  if (host.bits != network.bits || bits < 0 || bits > host.bits) return false;
  for (int i = 0; i < bits; ++i) {
    const auto byte = static_cast<std::size_t>(i / 8);
    if ((host.bytes[byte] ^ network.bytes[byte]) >> (7 - i % 8) & 1) return false;
  }
  return true;
}

bool is_http(std::string_view scheme) {
  return scheme.size() == 4 && (scheme[0] | 32) == 'h' && (scheme[1] | 32) == 't' && (scheme[2] | 32) == 't' &&
         (scheme[3] | 32) == 'p';
}

/// An entry of no_proxy.
struct Exception {
  bool all = false;               ///< "*"
  std::string name;               ///< lower case, without dots around it; empty: an address
  std::optional<Address> network; ///< with its first `bits`
  int bits = 0;
  std::string port; ///< empty: any
};

bool is_number(std::string_view text, int most, int& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= 0 && value <= most;
}

std::variant<Exception, std::string> parse_exception(std::string_view text) {
  constexpr auto no_port = "has something other than a port behind its colon";
  Exception entry;
  const bool bracketed = text.starts_with('[');
  auto host = text;
  if (bracketed) {
    const auto end = text.find(']');
    if (end == text.npos) return "has no closing bracket";
    host = text.substr(1, end - 1);
    const auto rest = text.substr(end + 1);
    if (!rest.empty() && !rest.starts_with(':')) return no_port;
    if (!rest.empty()) entry.port = rest.substr(1);
    if (int port = 0; !rest.empty() && (!is_number(entry.port, 65'535, port) || port == 0)) return no_port;
  } else if (const auto colon = text.find(':'); colon != text.npos && text.find(':', colon + 1) == text.npos) {
    host = text.substr(0, colon);
    entry.port = text.substr(colon + 1);
    if (int port = 0; !is_number(entry.port, 65'535, port) || port == 0) return no_port;
  }
  const auto slash = host.find('/');
  entry.network = address_of(std::string(host.substr(0, slash)));
  if (entry.network) {
    entry.bits = entry.network->bits;
    if (slash != host.npos && !is_number(host.substr(slash + 1), entry.network->bits, entry.bits))
      return "has no length of a network behind its slash, 0 to " + std::to_string(entry.network->bits);
    return entry;
  }
  if (bracketed) return "holds no IPv6 address in its brackets";
  if (host == "*") {
    entry.all = true;
    return entry;
  }
  if (host.starts_with("*.")) host.remove_prefix(1);
  for (const char c : host) entry.name += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (entry.name.starts_with('.')) entry.name.erase(0, 1);
  if (entry.name.ends_with('.')) entry.name.pop_back();
  if (entry.name.empty()) return "names no host";
  if (entry.name.find_first_of("*/:@[] \t") != entry.name.npos)
    return "is not a host, a domain, an address or a network (10.0.0.0/8)";
  return entry;
}

std::variant<Url, std::string> parse_proxy(std::string_view text) {
  const auto colon = text.find("://");
  if (colon != text.npos && !is_http(text.substr(0, colon)))
    return text.starts_with("socks") ? "SOCKS proxies are not supported, only HTTP proxies of the form http://host:port"
                                     : "only proxies of the form http://host:port are supported";
  const auto authority = colon == text.npos ? text : text.substr(colon + 3);
  auto parsed = parse_http_url("http://" + std::string(authority.substr(0, authority.find('/'))));
  // curl's default port of a proxy.
  const auto host = authority.substr(authority.rfind('@', authority.find('/')) + 1);
  if (auto* url = std::get_if<Url>(&parsed); url && host.find(':', host.rfind(']') + 1) == host.npos) url->port = "1080";
  return parsed;
}

std::optional<Url> proxy(const std::string& text) {
  if (text.empty()) return {};
  auto parsed = parse_proxy(text);
  if (const auto* wrong = std::get_if<std::string>(&parsed)) throw std::invalid_argument("proxy: " + *wrong);
  return std::get<Url>(std::move(parsed));
}

} // namespace

bool proxy_exception(std::string_view text, const std::string& host, std::string_view port) {
  const auto parsed = parse_exception(text);
  const auto* entry = std::get_if<Exception>(&parsed);
  if (!entry || (!entry->port.empty() && entry->port != port)) return false;
  if (entry->all) return true;
  if (const auto address = address_of(host)) return entry->network && in_network(*address, *entry->network, entry->bits);
  const auto& name = entry->name;
  const auto known = std::string_view(host).substr(0, host.size() - host.ends_with('.'));
  return !name.empty() && (known == name || (known.size() > name.size() && known.ends_with(name) &&
                                             known[known.size() - name.size() - 1] == '.'));
}

std::string proxy_exception_fault(std::string_view entry) {
  const auto parsed = parse_exception(entry);
  const auto* wrong = std::get_if<std::string>(&parsed);
  return wrong ? *wrong : "";
}

std::string proxy_fault(std::string_view url) {
  const auto parsed = parse_proxy(url);
  const auto* wrong = std::get_if<std::string>(&parsed);
  return wrong ? *wrong : "";
}

Proxies::Proxies(const std::string& plain, const std::string& tls, const std::string& exceptions)
  : plain_(proxy(plain)), tls_(proxy(tls)) {
  std::string_view rest = exceptions;
  while (!rest.empty()) {
    const auto end = std::min(rest.find_first_of(", \t"), rest.size());
    if (end > 0) exceptions_.emplace_back(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

const Url* Proxies::of(const Url& target) const {
  const auto& proxy = target.tls ? tls_ : plain_;
  if (!proxy ||
      std::ranges::any_of(exceptions_, [&](const auto& entry) { return proxy_exception(entry, target.host, target.port); }))
    return nullptr;
  return &*proxy;
}

} // namespace inferd
