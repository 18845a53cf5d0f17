#pragma once
// The embedded files: page, scripts, styles, openapi.json.

#include "runtime/admin/admin_routes.hpp"

#include <vector>

namespace inferd {

/// Nothing outside of this server may be loaded by the page or may frame it.
inline constexpr const char* content_security_policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; "
  "form-action 'none'; frame-ancestors 'none'";

std::vector<AdminRoute> page_routes();

} // namespace inferd
