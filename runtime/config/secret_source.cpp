#include "runtime/config/secret_source.hpp"

#include "base/secret_text.hpp"
#include "runtime/config/dotenv.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace inferd {
namespace {

std::string_view trimmed(std::string_view s) {
  const auto blank = " \t\r\n";
  const auto first = s.find_first_not_of(blank);
  if (first == std::string_view::npos) return {};
  return s.substr(first, s.find_last_not_of(blank) - first + 1);
}

} // namespace

std::string open_to_others(const std::string& path, const FileFacts& facts) {
  if (!facts.exists || (facts.mode & 077u) == 0) return {};
  return fmt::format("may be read or written by others (mode {:04o}); only its owner may: chmod 600 {}", facts.mode, path);
}

std::string place_of(const SecretSource& s) {
  switch (s.kind) {
    case SecretSource::Kind::none: return "nowhere";
    case SecretSource::Kind::file: return "the file " + s.place;
    case SecretSource::Kind::credential: return "the systemd credential " + s.name;
    case SecretSource::Kind::environment: return s.name + " in the environment";
    case SecretSource::Kind::dotenv: return s.name + " in " + s.place;
  }
  return "?";
}

std::string with_secret(const SecretSource& source, const HostEnvironment& host,
                        const std::function<void(std::string_view)>& use) {
  using Kind = SecretSource::Kind;
  if (source.kind == Kind::none) return "no secret is configured";
  SecretText secret;
  if (source.kind == Kind::environment) {
    auto value = host.variable(source.name);
    if (!value) return place_of(source) + " is not set";
    secret = SecretText(std::move(*value));
  } else {
    if (source.place.empty())
      return place_of(source) + " was not given to this process; the unit needs LoadCredential=" + source.name + ":/path";
    if (source.kind != Kind::credential) // systemd protects these by other means than the mode
      if (auto open = open_to_others(source.place, host.facts(source.place)); !open.empty()) return source.place + " " + open;
    auto content = host.read(source.place);
    if (!content.fault.empty()) return place_of(source) + " cannot be read: " + content.fault;
    SecretText whole(std::move(content.text));
    if (source.kind == Kind::dotenv) {
      auto parsed = parse_dotenv(source.place, whole.reveal());
      if (const auto* entry = find_entry(parsed.entries, source.name)) secret = SecretText(std::string(entry->value));
      for (auto& entry : parsed.entries) wipe(entry.value);
    } else {
      secret = std::move(whole);
    }
  }
  const auto shown = trimmed(secret.reveal());
  if (shown.empty()) return place_of(source) + " is empty";
  use(shown);
  return {};
}

std::variant<HttpHeaders, std::string> read_headers(const std::vector<HeaderSource>& sources, const HostEnvironment& host) {
  HttpHeaders headers;
  for (const auto& source : sources) {
    bool clean = true;
    const auto fault = with_secret(source.value, host, [&](std::string_view value) {
      clean = std::all_of(value.begin(), value.end(), [](char c) { return c >= ' ' && c <= '~'; });
      if (clean) headers.emplace_back(source.name, value);
    });
    if (!fault.empty()) return "header " + source.name + ": " + fault;
    if (!clean) return "header " + source.name + ": " + place_of(source.value) + " holds a character that no header may hold";
  }
  return headers;
}

std::variant<std::vector<HttpHeaders>, std::string> read_rpc_headers(const ChainSettings& chain, const HostEnvironment& host) {
  std::vector<HttpHeaders> all;
  for (const auto& endpoint : chain.endpoints) {
    auto headers = read_headers(endpoint.headers, host);
    if (const auto* fault = std::get_if<std::string>(&headers))
      return fmt::format("chain.rpc, endpoint {}: {}", all.size() + 1, *fault);
    all.push_back(std::get<HttpHeaders>(std::move(headers)));
  }
  return all;
}

} // namespace inferd
