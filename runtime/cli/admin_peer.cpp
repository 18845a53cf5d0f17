#include "runtime/cli/admin_peer.hpp"

#include "runtime/admin/admin_client.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "messages/limits.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace inferd::cli {

std::shared_ptr<AdminPeer> add_peer_options(CLI::App& verb) {
  auto peer = std::make_shared<AdminPeer>();
  verb
    .add_option_function<std::string>(
      "--socket", [peer](const std::string& s) { peer->socket = s; },
      "the admin socket; default: [admin] socket of the configuration")
    ->type_name("PATH");
  verb
    .add_option_function<std::string>(
      "--config", [peer](const std::string& s) { peer->config = s; },
      "TOML file; default: $INFERD_CONFIG, ./inferd.toml, /etc/inferd/inferd.toml")
    ->type_name("FILE");
  return peer;
}

AdminAnswer ask(const AdminPeer& peer, const std::string& method, const std::string& path, int unreachable) {
  const auto socket = peer.socket.empty() ? load_or_fail(peer.config, ConfigFor::lookup).admin_socket : peer.socket;
  try {
    return ask_admin(socket, {method, path}, 2 * limits::admin_deadline);
  } catch (const AdminUnreachable& e) {
    throw Failure(e.what(), unreachable);
  }
}

std::string refusal(const AdminAnswer& answer) {
  boost::json::error_code error;
  const auto v = boost::json::parse(answer.body, error);
  if (!error && v.is_object())
    for (const char* name : {"error", "reason"})
      if (const auto* text = v.get_object().if_contains(name); text && text->is_string())
        return std::string(text->get_string());
  return "inferd answered HTTP " + std::to_string(answer.status);
}

} // namespace inferd::cli
