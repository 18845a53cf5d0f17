#pragma once
// How ctl and health reach a running inferd.

#include "runtime/admin/admin_http.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace inferd::cli {

/// The options that say which inferd is meant.
struct AdminPeer {
  std::string socket, config;
};
std::shared_ptr<AdminPeer> add_peer_options(CLI::App& verb);

/// One question. Throws Failure when the daemon cannot be reached, or names neither --socket nor a configuration.
AdminAnswer ask(const AdminPeer&, const std::string& method, const std::string& path);

/// The sentence of an answer that is no success.
std::string refusal(const AdminAnswer&);

} // namespace inferd::cli
