// chain.rpc with its headers, and [network].

#include "runtime/config/checks.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/config/sections.hpp"
#include "runtime/endpoints/proxies.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace inferd {
namespace {

constexpr const char* default_rpc = "https://allora-rpc.testnet.allora.network";
constexpr const char* wanted = R"(wanted is { env = "VARIABLE" }, { credential = "name" } or { file = "path" })";

std::string endpoint_fault(const std::string& url) { return url_fault(url, {"https", "http", "wss", "ws", "tcp"}); }

std::string path_fault(const std::string& path) {
  if (path.starts_with('/') && std::all_of(path.begin(), path.end(), [](char c) { return c > ' ' && c <= '~' && c != '#'; }))
    return {};
  return "is not a path on the endpoint's host; it starts with / and holds neither blanks nor #";
}

/// Of one text of network.no_proxy, which may hold several entries as the variable does.
std::string no_proxy_fault(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find_first_of(", \t", at), text.size());
    if (end > at)
      if (auto fault = proxy_exception_fault(std::string_view(text).substr(at, end - at)); !fault.empty()) return fault;
    at = end + 1;
  }
  return {};
}

} // namespace

std::optional<std::string> directory(const HostEnvironment& host, const char* variable) {
  const auto value = host.variable(variable);
  if (!value || value->empty()) return std::nullopt;
  return value->substr(0, value->find(':')); // systemd separates several directories by colons
}

std::string credential_place(const HostEnvironment& host, const std::string& name) {
  const auto credentials = directory(host, "CREDENTIALS_DIRECTORY");
  return credentials ? *credentials + "/" + name : std::string();
}

SecretSource read_secret(Table& parent, const char* name) {
  auto t = parent.table(name);
  auto& reading = t.reading();
  const auto shown = reading.effective.size();
  const auto variable = t.text({"env"}, ""), credential = t.text({"credential"}, ""), file = t.path({"file"}, "");
  reading.effective.resize(shown);
  t.finish();
  if (t.given("env") + t.given("credential") + t.given("file") != 1) {
    parent.wrong(name, std::string("names no place of its value, or several; ") + wanted);
    return {};
  }
  if (t.given("env")) {
    if (!is_variable_name(variable)) {
      t.wrong("env", "is not the name of an environment variable; the secret itself does not belong in this file");
      return {};
    }
    const auto found = reading.secret(variable);
    if (!found && reading.complete)
      t.wrong("env", fmt::format("{} is set neither in the environment nor in a .env file", shown_variable(variable)));
    return found.value_or(SecretSource{});
  }
  if (t.given("credential")) {
    if (credential.empty() || credential.find('/') != std::string::npos) {
      t.wrong("credential", "is not a credential's name, as in LoadCredential=name:/path");
      return {};
    }
    const auto place = credential_place(reading.host, credential);
    if (!place.empty()) need_file(t, "credential", place, "; LoadCredential= in the unit lays it there");
    return {SecretSource::Kind::credential, place, credential};
  }
  need_file(t, "file", file, "");
  if (const auto open = open_to_others(file, reading.host.facts(file)); !open.empty())
    t.wrong("file", fmt::format("{} {}", toml_text(file), open));
  return {SecretSource::Kind::file, file, {}};
}

std::vector<HeaderSource> read_headers(Table& t) {
  std::vector<HeaderSource> headers;
  auto all = t.table("headers");
  auto& reading = t.reading();
  for (const auto& name : all.keys()) {
    if (const auto fault = header_name_fault(name); !fault.empty()) {
      all.wrong(name.c_str(), fault);
      continue;
    }
    if (!all.is_table(name.c_str())) {
      all.wrong(name.c_str(), fmt::format("holds something else; {}. The secret itself does not belong in this file", wanted));
      continue;
    }
    headers.push_back({name, read_secret(all, name.c_str())});
    reading.show(all.name() + "." + name, "(secret: " + place_of(headers.back().value) + ")", all.place(name.c_str()));
  }
  return headers;
}

void read_rpc(Table& t, ChainSettings& chain) {
  auto& reading = t.reading();
  std::vector<std::string> shown;
  const auto items = t.items("rpc");
  for (const auto& item : items) {
    if (!item.fault.empty()) {
      reading.wrong(item.place, item.fault);
      continue;
    }
    std::string url = item.text;
    EndpointSettings more;
    if (auto table = item.table) {
      const auto before = reading.effective.size();
      if (!table->given("url")) table->wrong("url", "is missing; the URL of a CometBFT endpoint is wanted");
      url = table->text({"url"}, "", endpoint_fault, shown_url);
      reading.effective.resize(before); // chain.rpc shows it
      more.websocket = table->text({"websocket"}, "", path_fault, [](const std::string& path) {
        return path.empty() ? "" : "/…"; // providers put keys there
      });
      if (!table->given("websocket")) reading.effective.resize(before);
      more.headers = read_headers(*table);
      table->finish();
    } else if (const auto fault = endpoint_fault(url); !fault.empty()) {
      reading.wrong(item.place, fmt::format("{} {}", toml_text(shown_url(url)), fault));
    }
    if (std::find(chain.rpc.begin(), chain.rpc.end(), url) != chain.rpc.end()) {
      reading.wrong(item.place, fmt::format("names {} twice; once is enough", toml_text(shown_url(url))));
      continue;
    }
    chain.rpc.push_back(std::move(url));
    chain.endpoints.push_back(std::move(more));
    shown.push_back(toml_text(shown_url(chain.rpc.back())));
  }
  if (!t.given("rpc")) {
    chain.rpc = {default_rpc};
    chain.endpoints.resize(1);
    shown = {toml_text(default_rpc)};
  } else if (items.empty()) {
    t.wrong("rpc", "is empty; at least one CometBFT endpoint is wanted");
  }
  reading.show(t.name() + ".rpc", list_text(shown), t.given("rpc") ? t.place("rpc") : SettingPlace{});
}

NetworkSettings read_network(Table t) {
  auto& reading = t.reading();
  NetworkSettings n;
  const auto check = [](const std::string& url) -> std::string {
    const auto fault = url.empty() ? std::string() : proxy_fault(url);
    return fault.empty() ? "" : "cannot be used: " + fault + "; allowed: http://[user:password@]host:port, or \"\" for none";
  };
  std::set<std::string> faulty; // all_proxy is looked at twice
  const auto from_environment = [&](std::initializer_list<const char*> names, const char* setting, std::string& value) {
    for (const auto* name : names) {
      const auto found = reading.variable(name);
      if (!found) continue;
      value = found->value;
      if (const auto fault = check(value); !fault.empty() && faulty.insert(name).second)
        reading.wrong(found->place, fault + "; network.proxy in the configuration overrules this variable");
      reading.show(setting, toml_text(shown_url(value)), found->place);
      return;
    }
  };
  for (const auto* name : {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"})
    if (const auto value = reading.host.variable(name); value && value->find('@') != value->npos && reading.host.hide)
      reading.host.hide(name); // a password, used or not
  if (t.given("proxy")) {
    n.http_proxy = n.https_proxy = t.text({"proxy"}, "", check, shown_url);
  } else {
    t.text({"proxy"}, "");
    // curl reads no HTTP_PROXY: a CGI program's client could set it.
    from_environment({"http_proxy", "all_proxy", "ALL_PROXY"}, "network.http_proxy", n.http_proxy);
    from_environment({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}, "network.https_proxy", n.https_proxy);
  }
  for (const auto& host : t.texts({"no_proxy"}, {}, no_proxy_fault)) n.no_proxy += (n.no_proxy.empty() ? "" : ",") + host;
  if (!t.given("no_proxy"))
    for (const auto* name : {"no_proxy", "NO_PROXY"})
      if (const auto found = reading.variable(name); found && n.no_proxy.empty()) n.no_proxy = found->value;
  t.finish();
  return n;
}

} // namespace inferd
