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

std::variant<Url, std::string> parse_proxy(std::string_view text) {
  const auto colon = text.find("://");
  if (colon != text.npos && text.substr(0, colon) != "http") return "only proxies of the form http://host:port are supported";
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

bool proxy_exception(std::string_view entry, const std::string& host) {
  if (entry == "*") return true;
  if (entry.starts_with('[') && entry.ends_with(']')) entry = entry.substr(1, entry.size() - 2);
  if (const auto address = address_of(host)) {
    const auto slash = entry.find('/');
    const auto network = address_of(std::string(entry.substr(0, slash)));
    if (!network) return false;
    if (slash == entry.npos) return in_network(*address, *network, network->bits);
    int bits = -1;
    std::from_chars(entry.data() + slash + 1, entry.data() + entry.size(), bits);
    return in_network(*address, *network, bits);
  }
  std::string name(entry);
  for (auto& c : name)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  if (name.starts_with('.')) name.erase(0, 1);
  if (name.ends_with('.')) name.pop_back();
  return !name.empty() &&
         (host == name || (host.size() > name.size() && host.ends_with(name) && host[host.size() - name.size() - 1] == '.'));
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
  if (!proxy || std::ranges::any_of(exceptions_, [&](const auto& entry) { return proxy_exception(entry, target.host); }))
    return nullptr;
  return &*proxy;
}

} // namespace inferd
