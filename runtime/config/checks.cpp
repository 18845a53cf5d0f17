#include "runtime/config/checks.hpp"

#include "base/utc.hpp"
#include "runtime/config/suggest.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <fmt/format.h>

namespace inferd {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_alnum(char c) { return is_digit(c) || is_lower(c) || (c >= 'A' && c <= 'Z'); }

std::string allowed_url(const std::vector<std::string>& schemes) {
  return "; allowed: " + one_of(schemes) + ", then ://[user:password@]host[:port][/path]";
}

/// Bech32 checksum (BIP-173).
std::uint32_t polymod(const std::vector<std::uint8_t>& values) {
  constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
  std::uint32_t sum = 1;
  for (const auto v : values) {
    const auto top = sum >> 25;
    sum = (sum & 0x1ffffff) << 5 ^ v;
    for (std::size_t i = 0; i < generator.size(); ++i)
      if (top >> i & 1) sum ^= generator[i];
  }
  return sum;
}

/// Consumes `digits` digits within [least, most].
bool take_number(std::string_view& s, std::size_t digits, int least, int most, int& out) {
  if (s.size() < digits || !std::all_of(s.begin(), s.begin() + static_cast<std::ptrdiff_t>(digits), is_digit)) return false;
  std::from_chars(s.data(), s.data() + digits, out);
  s.remove_prefix(digits);
  return out >= least && out <= most;
}
bool take(std::string_view& s, std::string_view any) {
  if (s.empty() || any.find(s.front()) == std::string_view::npos) return false;
  s.remove_prefix(1);
  return true;
}

} // namespace

std::string url_fault(std::string_view url, const std::vector<std::string>& schemes) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return "is not a URL" + allowed_url(schemes);
  const auto scheme = std::string(url.substr(0, colon));
  if (std::find(schemes.begin(), schemes.end(), scheme) == schemes.end())
    return "has the scheme \"" + scheme + "\"" + allowed_url(schemes);
  auto rest = url.substr(colon + 3);
  if (std::any_of(rest.begin(), rest.end(), [](char c) { return c <= ' ' || c > '~'; }))
    return "holds a blank or a character that is not ASCII" + allowed_url(schemes);
  if (rest.find('#') != std::string_view::npos) return "has a fragment, which no server sees" + allowed_url(schemes);
  auto authority = rest.substr(0, rest.find_first_of("/?"));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) {
    if (at == 0) return "names no user before the @" + allowed_url(schemes);
    authority.remove_prefix(at + 1);
  }
  std::string_view host = authority, port;
  bool has_port = false;
  if (authority.starts_with('[')) { // IPv6
    const auto end = authority.find(']');
    if (end == std::string_view::npos) return "has an IPv6 host without ]" + allowed_url(schemes);
    host = authority.substr(1, end - 1);
    const auto after = authority.substr(end + 1);
    if (!after.empty() && after.front() != ':') return "has text after the host's ]" + allowed_url(schemes);
    if ((has_port = !after.empty())) port = after.substr(1);
  } else if (const auto at = authority.find(':'); at != std::string_view::npos) {
    host = authority.substr(0, at);
    port = authority.substr(at + 1);
    has_port = true;
  }
  if (host.empty()) return "names no host" + allowed_url(schemes);
  if (!std::all_of(host.begin(), host.end(),
                   [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == ':'; }))
    return "names a host with a character no host has" + allowed_url(schemes);
  int number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  if (has_port && (error != std::errc{} || end != port.data() + port.size() || number < 1 || number > 65'535))
    return "has the port \"" + std::string(port) + "\"; a port is 1 to 65535";
  return {};
}

std::string model_url_fault(std::string url) {
  std::replace_if(
    url.begin(), url.end(), [](char c) { return c == '{' || c == '}'; }, '_');
  return url_fault(url, {"https", "http"});
}

std::string shown_url(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) {
    const auto authority = url.substr(0, url.find_first_of("/?#"));
    const auto at = authority.rfind('@');
    return at == std::string_view::npos ? std::string(authority) : "…@" + std::string(authority.substr(at + 1));
  }
  const auto rest = url.substr(colon + 3);
  auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto tail = rest.substr(authority.size());
  std::string out(url.substr(0, colon + 3));
  if (const auto at = authority.rfind('@'); at != std::string_view::npos) out += "…@", authority.remove_prefix(at + 1);
  out += authority;
  return tail.empty() || tail == "/" || tail == "/websocket" ? out.append(tail) : out + "/…";
}

std::string header_name_fault(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  if (name.empty() || name.size() > 100 ||
      !std::all_of(name.begin(), name.end(), [&](char c) { return is_alnum(c) || marks.find(c) != std::string_view::npos; }))
    return "is not the name of a header";
  std::string lower(name);
  for (auto& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  constexpr std::array<std::string_view, 8> own{"host",           "connection",        "upgrade",         "te",
                                                "content-length", "transfer-encoding", "accept-encoding", "trailer"};
  if (std::find(own.begin(), own.end(), lower) != own.end() || lower.starts_with("sec-websocket") ||
      lower.starts_with("proxy-"))
    return "is a header that inferd sets itself";
  return {};
}

bool is_variable_name(std::string_view s) {
  return !s.empty() && s.size() <= 64 && !is_digit(s[0]) &&
         std::all_of(s.begin(), s.end(), [](char c) { return c == '_' || is_alnum(c); });
}

std::string shown_variable(const std::string& name) {
  const bool usual = std::none_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  return usual ? name : "the variable of this name (not shown: is it the secret itself?)";
}

std::string address_fault(std::string_view address) {
  constexpr std::string_view prefix = "allo", alphabet = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  if (!address.starts_with("allo1")) return "does not start with allo1; an Allora address does";
  const auto data = address.substr(5);
  if (data.size() != 38) return fmt::format("has {} characters; an Allora address has 43", address.size());
  std::vector<std::uint8_t> values;
  for (const char c : prefix) values.push_back(static_cast<std::uint8_t>(c >> 5));
  values.push_back(0);
  for (const char c : prefix) values.push_back(static_cast<std::uint8_t>(c & 31));
  for (const char c : data) {
    const auto at = alphabet.find(c);
    if (at == std::string_view::npos) return fmt::format("holds '{}', which bech32 does not know", c);
    values.push_back(static_cast<std::uint8_t>(at));
  }
  return polymod(values) == 1 ? "" : "has a wrong checksum: a letter is mistyped";
}

std::string chain_id_fault(std::string_view id) {
  const bool fine = id.size() >= 3 && id.size() <= 48 &&
                    std::all_of(id.begin(), id.end(), [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  return fine ? "" : "is not a chain id; 3 to 48 letters, digits, - or _, e.g. allora-testnet-1";
}

std::string listen_fault(const std::string& address) {
  if (address.empty()) return {};
  const auto colon = address.rfind(':');
  const auto host = std::string_view(address).substr(0, colon);
  const auto port = colon == address.npos ? std::string_view() : std::string_view(address).substr(colon + 1);
  unsigned number = 0;
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
  const bool is_port = error == std::errc() && end == port.data() + port.size() && number >= 1 && number <= 65'535;
  if (!is_port) return "has no port from 1 to 65535; e.g. 127.0.0.1:9478";
  if (host != "127.0.0.1" && host != "[::1]")
    return "is not on the loopback interface; use 127.0.0.1 or [::1], and a tunnel from another machine (ssh -L)";
  return {};
}

std::string symbol_fault(std::string_view symbol) {
  const bool fine = symbol.size() >= 3 && symbol.size() <= 20 &&
                    std::all_of(symbol.begin(), symbol.end(), [](char c) { return is_lower(c) || is_digit(c); });
  return fine ? "" : "is not a pair; 3 to 20 lower-case letters or digits, e.g. btcusd";
}

std::optional<Instant> parse_instant(std::string_view s) {
  int y{}, mo{}, d{}, h{}, mi{}, sec{}, oh{}, om{};
  if (!take_number(s, 4, 1970, 2999, y) || !take(s, "-") || !take_number(s, 2, 1, 12, mo) || !take(s, "-") ||
      !take_number(s, 2, 1, 31, d))
    return std::nullopt;
  if (s.empty()) return utc_instant(y, mo, d, 0, 0, 0);
  if (!take(s, "Tt ") || !take_number(s, 2, 0, 23, h) || !take(s, ":") || !take_number(s, 2, 0, 59, mi)) return std::nullopt;
  if (take(s, ":") && !take_number(s, 2, 0, 59, sec)) return std::nullopt;
  auto at = utc_instant(y, mo, d, h, mi, sec);
  if (!at || s.empty() || s == "Z" || s == "z") return at;
  const int sign = s.front() == '+' ? 1 : -1;
  if (!take(s, "+-") || !take_number(s, 2, 0, 23, oh) || !take(s, ":") || !take_number(s, 2, 0, 59, om) || !s.empty())
    return std::nullopt;
  at->value -= sign * (oh * 60 + om) * 60'000;
  return at;
}

} // namespace inferd
