#include "runtime/endpoints/url.hpp"

#include <algorithm>
#include <charconv>
#include <span>

namespace inferd {
namespace {

struct Scheme {
  std::string_view name;
  bool tls;
};

constexpr Scheme http_schemes[] = {{"http", false}, {"https", true}};
constexpr Scheme rpc_schemes[] = {{"http", false}, {"https", true}, {"ws", false}, {"wss", true}, {"tcp", false}};

std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

bool is_port(std::string_view text) {
  unsigned port{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port > 0 && port < 65536;
}

std::variant<Url, std::string> parse(std::string_view text, std::span<const Scheme> schemes) {
  // Rejects bytes that could break the HTTP request line.
  if (std::ranges::any_of(text, [](unsigned char c) { return c <= ' ' || c >= 0x7f; }))
    return "the URL holds a space or a character that is not plain ASCII";
  const auto colon = text.find("://");
  if (colon == text.npos) return "the URL has no scheme like https://";
  const auto scheme = std::ranges::find(schemes, lower(text.substr(0, colon)), &Scheme::name);
  if (scheme == schemes.end()) return "the URL's scheme is none of those understood here";
  text.remove_prefix(colon + 3);
  text = text.substr(0, text.find('#'));

  Url url;
  url.tls = scheme->tls;
  const auto slash = text.find_first_of("/?");
  auto authority = text.substr(0, slash);
  url.target = slash == text.npos ? "" : text.substr(slash);
  if (url.target.empty() || url.target.front() == '?') url.target.insert(0, "/");
  if (authority.find('@') != authority.npos) return "the URL holds a user name or password, which is not supported";

  if (!authority.empty() && authority.front() == '[') {
    const auto bracket = authority.find(']');
    if (bracket == authority.npos) return "the URL's IPv6 address has no closing bracket";
    url.host = authority.substr(1, bracket - 1);
    authority.remove_prefix(bracket + 1);
    if (!authority.empty() && authority.front() != ':') return "the URL has something other than a port after its host";
  } else {
    url.host = lower(authority.substr(0, authority.find(':')));
    authority.remove_prefix(url.host.size());
  }
  if (url.host.empty()) return "the URL has no host";
  url.port = authority.empty() ? (url.tls ? "443" : "80") : authority.substr(1);
  if (!is_port(url.port)) return "the URL's port is not a number from 1 to 65535";
  return url;
}

} // namespace

std::string Url::peer() const { return (host.find(':') == host.npos ? host : "[" + host + "]") + ":" + port; }

std::string Url::authority() const {
  const auto named = peer();
  return port == (tls ? "443" : "80") ? named.substr(0, named.size() - port.size() - 1) : named;
}

std::variant<Url, std::string> parse_http_url(std::string_view text) { return parse(text, http_schemes); }

std::variant<Url, std::string> parse_rpc_url(std::string_view text) {
  auto parsed = parse(text, rpc_schemes);
  if (auto* url = std::get_if<Url>(&parsed)) {
    auto path = url->target.substr(0, url->target.find('?'));
    const auto query = url->target.substr(path.size());
    while (!path.empty() && path.back() == '/') path.pop_back();
    if (!path.ends_with("/websocket")) path += "/websocket";
    url->target = path + query;
  }
  return parsed;
}

} // namespace inferd
