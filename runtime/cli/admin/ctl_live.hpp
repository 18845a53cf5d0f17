#pragma once
// The parts of `ctl` that stay: top and trace.

#include "runtime/cli/admin/admin_peer.hpp"

#include <cstddef>
#include <string>

namespace inferd::cli {

/// A terminal: until a key ends it. Otherwise, or with `once`, one screen as plain text; with `json` one object of the bodies.
void run_top(const AdminPeer&, bool json, bool once, double interval_s);

/// Messages as they pass, a line each, `count` of them (0: until interrupted). `what`: a place or a nonce; empty: all.
void run_trace(const AdminPeer&, const std::string& what, bool json, std::size_t count);

} // namespace inferd::cli
