#pragma once
// Access of ctl and health to a running daemon.

#include "runtime/admin/admin_http.hpp"
#include "runtime/cli/program.hpp"

#include <functional>
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

/// The lines of server-sent events ("data: …", without the name) until `take` returns false or the daemon ends.
void follow(const AdminPeer&, const std::string& path, const std::function<bool(const std::string& data)>& take);

/// The message of an error response.
std::string refusal(const AdminAnswer&);

} // namespace inferd::cli
