// Bytes on the admin socket, with the daemon's real server and routes: an HTTP response, or none.

#include "runtime/admin/routes.hpp"
#include "runtime/admin/admin_server.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/support/scripted_tree.hpp"

#include <cstring>
#include <filesystem>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace {

using namespace inferd;

const Place watcher{PlaceKind::watcher};

struct SmallTree : test::ScriptedTree {
  SmallTree() {
    SupervisorView view;
    view.children.push_back({watcher, ChildKind::permanent, ChildState::running, 0, {5}, {9}, 0, false});
    view.failures.push_back({{10}, watcher, "boo", "", 1});
    supervisors = {{{PlaceKind::root}, view}};
    actors = {{watcher, Inspection{watcher, {}, {}, 7}}};
    summary = BooksSummary{};
    all_loads = {{watcher, 7, 1, {{"Tick", 1}}, "Tick", 5, 60, 20, {1, 6}}};
  }
  void restart(const Place& place) override { FUZZ_CHECK(place == watcher); }
};

/// Sends everything, shuts down its side and reads to the end. Retries EINTR, as the fuzzer uses SIGALRM.
std::string answer_to(const std::string& path, std::string_view bytes) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  FUZZ_CHECK(TEMP_FAILURE_RETRY(::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address)) == 0);
  while (!bytes.empty()) {
    const auto sent = TEMP_FAILURE_RETRY(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL));
    if (sent <= 0) break; // closed early by the server
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(fd, SHUT_WR);
  std::string answer;
  char part[4096];
  for (ssize_t got; (got = TEMP_FAILURE_RETRY(::read(fd, part, sizeof part))) > 0;)
    answer.append(part, static_cast<std::size_t>(got));
  ::close(fd);
  return answer;
}

struct Port {
  std::string path = std::filesystem::temp_directory_path() / ("inferd-fuzz-" + std::to_string(::getpid()) + ".sock");
  AdminServer server{path,
                     admin_routes(std::make_shared<SmallTree>(), [](const std::string& level) { return level == "info"; })};
};

} // namespace

void inferd::fuzz::one(std::string_view input) {
  static Port port;
  const auto answer = answer_to(port.path, input);
  FUZZ_CHECK(answer.empty() || answer.starts_with("HTTP/1.1 "));
  // A request without a response does not block the next one.
  if (answer.empty()) FUZZ_CHECK(answer_to(port.path, "GET /health HTTP/1.1\r\nHost: x\r\n\r\n").starts_with("HTTP/1.1 200 "));
}
