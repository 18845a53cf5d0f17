#include "runtime/cli/admin/admin_peer.hpp"

#include "runtime/admin/admin_client.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "messages/limits.hpp"
#include "messages/operator_limits.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

namespace inferd::cli {
namespace {

/// Monitors wait for it: above limits::admin_answer_deadline, within which the daemon answers.
constexpr std::int64_t health_deadline_ms = 2'000;

std::string socket_of(const AdminPeer& peer) {
  return peer.socket.empty() ? load_or_fail(peer.config, ConfigFor::lookup).admin_socket : peer.socket;
}

} // namespace

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
  const auto socket = socket_of(peer);
  try {
    return ask_admin(socket, {method, path}, path == "/health" ? health_deadline_ms : 2 * limits::admin_deadline);
  } catch (const AdminUnreachable& e) {
    throw Failure(e.what(), unreachable);
  }
}

void follow(const AdminPeer& peer, const std::string& path, const std::function<bool(const std::string& data)>& take) {
  std::string rest; // of an unfinished line
  const auto lines = [&](std::string_view text) {
    rest += text;
    for (auto end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
      const auto line = rest.substr(0, end);
      rest.erase(0, end + 1);
      if (line.starts_with("data: ") && !take(line.substr(6))) return false;
    }
    return rest.size() <= limits::admin_answer;
  };
  try {
    const auto answer = follow_admin(socket_of(peer), {"GET", path}, 2 * limits::admin_stream_silence, lines);
    if (answer.status >= 300) throw Failure(refusal(answer));
  } catch (const AdminUnreachable& e) {
    throw Failure(e.what());
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
