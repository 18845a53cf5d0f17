#include "runtime/admin/access.hpp"

#include "base/base64.hpp"
#include "base/equal_secret.hpp"
#include "base/secret_text.hpp"

#include <algorithm>
#include <string_view>

namespace inferd {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// 127.0.0.1, localhost or [::1], with or without a port: a tunnel may have another one.
bool is_loopback_host(std::string_view host) {
  for (const std::string_view name : {"127.0.0.1", "localhost", "[::1]"}) {
    if (!host.starts_with(name)) continue;
    const auto rest = host.substr(name.size());
    if (rest.empty() || (rest.front() == ':' && rest.size() <= 6 && all_digits(rest.substr(1)))) return true;
  }
  return false;
}

bool is_scheme(std::string_view header, std::string_view scheme) {
  return header.size() > scheme.size() && header[scheme.size()] == ' ' &&
         std::equal(scheme.begin(), scheme.end(), header.begin(), [](char a, char b) { return a == (b | 0x20); });
}

bool right_token(std::string_view header, const SecretBytes& token) {
  if (is_scheme(header, "bearer")) return equal_secret(header.substr(7), token.text());
  if (!is_scheme(header, "basic")) return false;
  auto plain = from_base64(header.substr(6));
  if (!plain) return false;
  const auto colon = plain->find(':');
  const bool right = colon != plain->npos && equal_secret(std::string_view(*plain).substr(colon + 1), token.text());
  wipe(*plain);
  return right;
}

} // namespace

std::optional<AdminAnswer> refused(const AdminRequest& request, const SecretBytes* token) {
  if (!request.tcp) return {};
  if (!is_loopback_host(request.host))
    return admin_error(403, "the Host header has to be localhost, 127.0.0.1 or [::1], with or without a port");
  if (!request.origin.empty() && request.origin != "http://" + request.host)
    return admin_error(403, "requests of another site's pages are refused (Origin)");
  const bool changes = request.method != "GET";
  if (!token) {
    if (changes) return admin_error(403, "over TCP this needs a token: set [admin] token_file, or use the Unix socket");
    return {};
  }
  if (right_token(request.authorization, *token)) return {};
  auto answer = admin_error(401, request.authorization.empty() ? "a token is needed: Authorization: Bearer TOKEN"
                                                               : "the token is not that of [admin] token_file");
  answer.headers.emplace_back("WWW-Authenticate", R"(Basic realm="inferd: any user, the token as password", charset="UTF-8")");
  return answer;
}

AdminHandler guarded(AdminHandler handler, std::shared_ptr<const SecretBytes> token) {
  return [handler = std::move(handler), token = std::move(token)](const AdminRequest& request) {
    if (auto no = refused(request, token.get())) return std::move(*no);
    return handler(request);
  };
}

} // namespace inferd
