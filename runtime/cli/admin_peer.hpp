#pragma once
// Access of ctl and health to a running daemon.

#include "runtime/admin/admin_http.hpp"
#include "runtime/cli/program.hpp"

#include <memory>
#include <string>

namespace CLI {
class App;
}

namespace inferd::cli {

/// The options that select the daemon.
struct AdminPeer {
  std::string socket, config;
};
std::shared_ptr<AdminPeer> add_peer_options(CLI::App& verb);

/// One request. Throws Failure when the daemon cannot be reached, or when neither --socket nor a configuration names it.
/// `unreachable`: the exit code when it does not answer.
AdminAnswer ask(const AdminPeer&, const std::string& method, const std::string& path, int unreachable = exit_failed);

/// The message of an error response.
std::string refusal(const AdminAnswer&);

} // namespace inferd::cli
