#include "runtime/admin/admin_routes.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace inferd {
namespace {

/// The path without its parameter.
std::string_view fixed_part(const std::string& path) { return std::string_view(path).substr(0, path.find('{')); }

bool takes(const AdminRoute& route, std::string_view path) {
  const auto fixed = fixed_part(route.path);
  if (fixed.size() == route.path.size()) return path == fixed;
  return path.size() > fixed.size() && path.starts_with(fixed);
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char small = static_cast<char>(c | 0x20);
  return small >= 'a' && small <= 'f' ? small - 'a' + 10 : -1;
}

/// Percent-decoded; empty optional: not a valid encoding, or a control character.
std::optional<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '%') {
      if (i + 2 >= text.size()) return {};
      const int high = hex_digit(text[i + 1]), low = hex_digit(text[i + 2]);
      if (high < 0 || low < 0) return {};
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) return {};
    out += c;
  }
  return out;
}

/// Empty: parsed into `out`. Otherwise what is wrong.
std::string read_query(std::string_view text, const std::vector<std::string>& known, std::map<std::string, std::string>& out) {
  while (!text.empty()) {
    const auto end = std::min(text.find('&'), text.size());
    const auto pair = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto equals = pair.find('=');
    const auto name = std::string(pair.substr(0, equals));
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      std::string list;
      for (const auto& k : known) list += ' ' + k;
      return "the query has a parameter that this path does not take; " + (list.empty() ? "it takes none" : "there are" + list);
    }
    auto value = decoded(equals == pair.npos ? std::string_view() : pair.substr(equals + 1));
    if (!value) return "the parameter " + name + " is not percent-encoded text";
    if (!out.emplace(name, std::move(*value)).second) return "the parameter " + name + " is given twice";
  }
  return {};
}

} // namespace

AdminRoutes::AdminRoutes(std::vector<AdminRoute> routes) : routes_(std::move(routes)) {
  const auto list = [&](const char* method) {
    std::string out;
    for (const auto& r : routes_)
      if (r.method == method) out += ' ' + r.path;
    return out;
  };
  unknown_ = "no such path; there are" + list("GET") + ", and by POST" + list("POST");
}

AdminAnswer AdminRoutes::operator()(const AdminRequest& request) const {
  const auto mark = request.path.find('?');
  const auto path = std::string_view(request.path).substr(0, mark);
  std::string allowed;
  for (const auto& route : routes_) {
    if (!takes(route, path)) continue;
    if (request.method != route.method) {
      allowed += (allowed.empty() ? "" : ", ") + route.method;
      continue;
    }
    AdminCall call{request, std::string(path.substr(fixed_part(route.path).size())), {}};
    if (mark != request.path.npos)
      if (const auto fault = read_query(std::string_view(request.path).substr(mark + 1), route.query, call.query);
          !fault.empty())
        return admin_error(400, fault);
    return route.answer(call);
  }
  if (allowed.empty()) return admin_error(404, unknown_);
  auto answer = admin_error(405, std::string(path.substr(0, 80)) + " takes " + allowed + ", not " + request.method);
  answer.headers.emplace_back("Allow", allowed);
  return answer;
}

} // namespace inferd
