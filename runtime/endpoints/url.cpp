#include "runtime/endpoints/url.hpp"

#include "base/base64.hpp"

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
  if (const auto at = authority.rfind('@'); at != authority.npos) {
    url.user_info = authority.substr(0, at);
    authority.remove_prefix(at + 1);
  }

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

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

/// RFC 3986, section 5.2.4; `target` starts with a slash.
std::string without_dots(std::string_view target) {
  const auto query = target.substr(std::min(target.find('?'), target.size()));
  target.remove_suffix(query.size());
  target.remove_prefix(1);
  std::vector<std::string_view> kept;
  const auto segments = split(target, '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] == "..") {
      if (!kept.empty()) kept.pop_back();
      if (last) kept.emplace_back();
    } else if (segments[i] == ".") {
      if (last) kept.emplace_back();
    } else {
      kept.push_back(segments[i]);
    }
  }
  std::string path;
  for (const auto segment : kept) path.append("/").append(segment);
  return (path.empty() ? "/" : path).append(query);
}

} // namespace

std::string Url::peer() const { return (host.find(':') == host.npos ? host : "[" + host + "]") + ":" + port; }

std::string Url::authority() const {
  const auto named = peer();
  return port == (tls ? "443" : "80") ? named.substr(0, named.size() - port.size() - 1) : named;
}

std::string Url::text() const {
  return (tls ? "https://" : "http://") + (user_info.empty() ? "" : user_info + "@") + peer() + target;
}

std::string RpcUrl::post_url() const {
  auto url = static_cast<const Url&>(*this);
  url.target = post_target;
  return url.text();
}

std::vector<std::string> RpcUrl::secrets() const {
  auto all = secrets_of(*this);
  for (auto& secret : secrets_of(Url{tls, host, port, post_target, {}})) all.push_back(std::move(secret));
  for (auto& secret : secrets_of(headers)) all.push_back(std::move(secret));
  return all;
}

std::variant<Url, std::string> parse_http_url(std::string_view text) { return parse(text, http_schemes); }

std::variant<RpcUrl, std::string> parse_rpc_url(std::string_view text, std::string_view websocket) {
  auto parsed = parse(text, rpc_schemes);
  if (auto* wrong = std::get_if<std::string>(&parsed)) return std::move(*wrong);
  RpcUrl url{std::move(std::get<Url>(parsed)), {}, {}};
  const auto query = url.target.substr(std::min(url.target.find('?'), url.target.size()));
  auto path = url.target.substr(0, url.target.size() - query.size());
  while (path.ends_with('/')) path.pop_back();
  const auto last = path.substr(path.rfind('/') + 1);
  const bool own = last == "websocket" || last == "wss" || last == "ws";
  url.target = (own ? path : path + "/websocket") + query;
  if (own) path.resize(path.size() - last.size());
  url.post_target = (path.ends_with('/') ? path : path + '/') + query;
  if (!websocket.empty()) url.target = websocket;
  return url;
}

std::variant<Url, std::string> resolve_location(const Url& base, std::string_view location) {
  const auto scheme = location.substr(0, location.find_first_of("/?#"));
  if (location.starts_with("//") || scheme.find(':') != scheme.npos) {
    auto parsed = parse_http_url(location.starts_with("//") ? (base.tls ? "https:" : "http:") + std::string(location)
                                                            : std::string(location));
    if (auto* url = std::get_if<Url>(&parsed)) url->user_info.clear();
    return parsed;
  }
  const auto path = base.target.substr(0, base.target.find('?'));
  location = location.substr(0, location.find('#'));
  std::string target;
  if (location.starts_with('/')) target = location;
  else if (location.starts_with('?')) target = path + std::string(location);
  else if (location.empty()) target = base.target;
  else target = path.substr(0, path.rfind('/') + 1) + std::string(location);
  auto url = base;
  url.target = without_dots(target);
  return parse_http_url(url.text()); // checks the characters of the reference
}

std::vector<std::string> secrets_of(const Url& url) {
  std::vector<std::string> secrets;
  const auto add = [&](std::string_view text) {
    if (text.empty()) return;
    secrets.emplace_back(text);
    if (auto plain = percent_decoded(text); plain != text) secrets.push_back(std::move(plain));
  };
  const auto colon = std::min(url.user_info.find(':'), url.user_info.size());
  add(std::string_view(url.user_info).substr(0, colon));
  add(std::string_view(url.user_info).substr(std::min(colon + 1, url.user_info.size())));
  if (!url.user_info.empty()) secrets.push_back(basic_credentials(url.user_info));
  const auto mark = std::min(url.target.find('?'), url.target.size());
  for (const auto& segment : split(std::string_view(url.target).substr(0, mark), '/'))
    if (segment.size() >= 12) add(segment);
  for (const auto& pair : split(std::string_view(url.target).substr(mark), '&'))
    if (const auto equals = pair.find('='); equals != pair.npos) add(pair.substr(equals + 1));
  return secrets;
}

std::vector<std::string> secrets_of(const HttpHeaders& headers) {
  std::vector<std::string> secrets;
  for (const auto& [name, value] : headers) {
    secrets.push_back(value);
    if (const auto space = value.rfind(' '); space != value.npos) secrets.push_back(value.substr(space + 1));
  }
  return secrets;
}

std::string redact(std::string text, const std::vector<std::string>& secrets) {
  constexpr std::string_view mask = "***";
  for (const auto& secret : secrets) {
    if (secret.size() < 4) continue; // would be found in ordinary words
    for (auto at = text.find(secret); at != text.npos; at = text.find(secret, at + mask.size()))
      text.replace(at, secret.size(), mask);
  }
  return text;
}

std::string basic_credentials(std::string_view user_info) {
  // The colon that separates user and password is the first one; one inside the user's name is encoded.
  auto plain = percent_decoded(user_info);
  if (user_info.find(':') == user_info.npos) plain += ':';
  return base64_text(plain);
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte{};
    const auto* digits = text.data() + i + 1;
    if (text[i] == '%' && i + 2 < text.size() && std::from_chars(digits, digits + 2, byte, 16).ptr == digits + 2) {
      out += static_cast<char>(byte);
      i += 2;
    } else {
      out += text[i];
    }
  }
  return out;
}

} // namespace inferd
