#pragma once
// Who may ask what over TCP. The Unix socket needs no rules here: its file and its peer's credentials are the access control.
//
//   Host     names the loopback interface, so that a page of another site whose name was bound to 127.0.0.1 (DNS rebinding) is
//            refused
//   Origin   if a browser sends one, is the origin of this server
//   token    needed for everything that changes something, and for all requests if one is configured: `Authorization: Bearer
//            TOKEN`, or Basic with any user and the token as password, which browsers ask for

#include "base/secret_bytes.hpp"
#include "runtime/admin/admin_http.hpp"

#include <memory>
#include <optional>

namespace inferd {

inline constexpr std::size_t shortest_token = 16; ///< characters

/// Null token: none is configured. Empty: the request may pass.
std::optional<AdminAnswer> refused(const AdminRequest&, const SecretBytes* token);

/// `handler` behind these rules.
AdminHandler guarded(AdminHandler handler, std::shared_ptr<const SecretBytes> token);

} // namespace inferd
