#define BOOST_TEST_MODULE admin_server
#include "runtime/admin/admin_client.hpp"
#include "runtime/admin/admin_server.hpp"

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <future>
#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace inferd;

namespace {

struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "admin.XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(path.data()));
    socket = path + "/admin.sock";
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path, socket;
};

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  return address;
}

/// A peer that says what it likes.
struct Peer {
  explicit Peer(const std::string& path) : fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto address = address_of(path);
    BOOST_REQUIRE(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    timeval most{20, 0}; // a server that never closes fails the test instead of hanging it
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
  }
  ~Peer() { close(fd); }
  void say(const std::string& bytes) { (void)!::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL); }
  /// All until the server closes; "TIMEOUT" when it does not.
  std::string hear() {
    std::string all;
    char buffer[4096];
    for (;;) {
      const auto n = recv(fd, buffer, sizeof buffer, 0);
      if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return "TIMEOUT";
      if (n <= 0) return all;
      all.append(buffer, static_cast<std::size_t>(n));
    }
  }
  std::string status() { return hear().substr(0, 12); }
  /// Bytes that the server has not read yet.
  int unread() const {
    int bytes = 0;
    BOOST_REQUIRE(ioctl(fd, SIOCOUTQ, &bytes) == 0);
    return bytes;
  }
  int fd;
};

AdminAnswer echo(const AdminRequest& r) { return {200, r.method + ' ' + r.path}; }
constexpr std::int64_t ample = 10'000;

template <class F> std::string complaint(F&& f) {
  try {
    f();
  } catch (const std::exception& e) {
    return e.what();
  }
  return "";
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin_server, Folder)

BOOST_AUTO_TEST_CASE(a_request_reaches_the_handler_and_its_answer_comes_back) {
  AdminServer server(socket, echo);
  const auto answer = ask_admin(socket, {"POST", "/restart/timer/67"}, ample);
  BOOST_TEST(answer.status == 200u);
  BOOST_TEST(answer.body == "POST /restart/timer/67");
}

BOOST_AUTO_TEST_CASE(only_the_owner_may_open_it_whatever_the_umask) {
  const auto before = umask(0);
  AdminServer server(socket, echo);
  umask(before);
  struct stat s {};
  BOOST_REQUIRE(lstat(socket.c_str(), &s) == 0);
  BOOST_TEST((s.st_mode & 07777) == 0600u);
}

BOOST_AUTO_TEST_CASE(the_socket_is_gone_when_the_server_is) {
  { AdminServer server(socket, echo); }
  BOOST_TEST(!std::filesystem::exists(socket));
}

BOOST_AUTO_TEST_CASE(a_socket_that_is_removed_is_made_anew) { // the daemon could not be reached any more
  AdminServer server(socket, echo);
  for (int round = 0; round < 2; ++round) {
    std::filesystem::remove(socket);
    const auto reached = [&] { return complaint([&] { ask_admin(socket, {"GET", "/"}, ample); }).empty(); };
    BOOST_TEST(!reached());
    for (int i = 0; i < 500 && !reached(); ++i) ::usleep(10'000); // the file is there before somebody listens
    BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
  }
}

BOOST_AUTO_TEST_CASE(what_a_dead_process_left_behind_is_replaced) {
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto address = address_of(socket);
  BOOST_REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  close(fd);
  BOOST_REQUIRE(std::filesystem::exists(socket));
  AdminServer server(socket, echo);
  BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_socket_someone_listens_on_is_left_to_him) {
  AdminServer first(socket, echo);
  BOOST_TEST(complaint([&] { AdminServer second(socket, echo); }) ==
             "admin socket " + socket + ": another process listens there; is inferd running already?");
  BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_file_that_is_no_socket_is_left_alone) {
  std::ofstream(socket) << "books";
  BOOST_TEST(complaint([&] { AdminServer server(socket, echo); }).find("not a socket") != std::string::npos);
  BOOST_TEST(std::filesystem::file_size(socket) == 5u);
}

BOOST_AUTO_TEST_CASE(a_path_that_cannot_be_is_refused_by_name) {
  const auto far = path + '/' + std::string(120, 'x');
  BOOST_TEST(complaint([&] { AdminServer server(far, echo); }).find("too long, at most 107 bytes") != std::string::npos);
  BOOST_TEST(complaint([] { AdminServer server("", echo); }) == "admin socket: the path is empty");
  std::ofstream(path + "/file") << "x";
  BOOST_TEST(complaint([&] { AdminServer server(path + "/file/admin.sock", echo); }).find("its folder cannot be made") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_socket_that_took_our_name_meanwhile_is_not_removed) {
  auto server = std::make_unique<AdminServer>(socket, echo);
  unlink(socket.c_str());
  AdminServer other(socket, echo);
  server.reset();
  BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(garbage_is_refused_as_such_and_the_next_one_is_served) {
  AdminServer server(socket, echo);
  for (const std::string junk :
       {"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "GET\r\n\r\n", "\r\n\r\n\r\n\r\nX / HTTP/9.9\r\n\r\n",
        "GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nZZZ\r\n"}) {
    Peer peer(socket);
    peer.say(junk);
    shutdown(peer.fd, SHUT_WR);
    const auto answer = peer.hear();
    BOOST_TEST((answer.empty() || answer.starts_with("HTTP/1.1 400")), "answered " << answer);
  }
  BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_path_of_unprintable_bytes_does_not_reach_the_handler) {
  AdminServer server(socket, [](const AdminRequest&) -> AdminAnswer { throw std::logic_error("reached"); });
  Peer peer(socket);
  peer.say("GET /inspect/\xff\xfe HTTP/1.1\r\n\r\n");
  BOOST_TEST(peer.status() == "HTTP/1.1 400");
  Peer relative(socket);
  relative.say("GET tree HTTP/1.1\r\n\r\n");
  BOOST_TEST(relative.status() == "HTTP/1.1 400");
}

BOOST_AUTO_TEST_CASE(oversized_requests_are_refused_before_they_are_kept) {
  AdminServer server(socket, echo);
  Peer header(socket);
  header.say("GET / HTTP/1.1\r\nX: " + std::string(100'000, 'x') + "\r\n\r\n");
  BOOST_TEST(header.status() == "HTTP/1.1 431");
  Peer announced(socket);
  announced.say("POST / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n");
  BOOST_TEST(announced.status() == "HTTP/1.1 413");
  Peer chunked(socket);
  chunked.say("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n10000\r\n" + std::string(0x10000, 'x') + "\r\n");
  BOOST_TEST(chunked.status() == "HTTP/1.1 413");
}

BOOST_AUTO_TEST_CASE(who_is_slow_or_silent_is_hung_up_on) {
  AdminServer server(socket, echo, 50);
  Peer silent(socket), slow(socket);
  slow.say("GET /tr");
  BOOST_TEST(silent.hear() == "");
  BOOST_TEST(slow.hear() == "");
}

BOOST_AUTO_TEST_CASE(a_crowd_of_silent_peers_keeps_nobody_out_for_longer_than_the_deadline) {
  AdminServer server(socket, echo, 50);
  std::vector<std::unique_ptr<Peer>> crowd;
  for (std::size_t i = 0; i < limits::admin_connections; ++i) crowd.push_back(std::make_unique<Peer>(socket));
  BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_peer_that_leaves_in_the_middle_harms_nobody) {
  AdminServer server(socket, echo);
  for (int i = 0; i < 50; ++i) {
    Peer peer(socket);
    peer.say(i % 2 ? "GET / HTTP/1.1\r\n\r\n" : "GET / HT");
  }
  BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_handler_that_throws_is_an_answer) {
  AdminServer server(socket, [](const AdminRequest&) -> AdminAnswer { throw std::runtime_error("no tree"); });
  const auto answer = ask_admin(socket, {"GET", "/"}, ample);
  BOOST_TEST(answer.status == 500u);
  BOOST_TEST(answer.body == "{\"error\":\"the handler failed: no tree\"}\n");
}

BOOST_AUTO_TEST_CASE(a_handler_that_waits_does_not_hold_up_the_next_request) {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  AdminServer server(socket, [&](const AdminRequest& r) {
    if (r.path == "/slow") opened.wait();
    return echo(r);
  });
  Peer slow(socket);
  slow.say("GET /slow HTTP/1.1\r\n\r\n");
  BOOST_TEST(ask_admin(socket, {"GET", "/quick"}, ample).status == 200u);
  gate.set_value();
  BOOST_TEST(slow.status() == "HTTP/1.1 200");
}

BOOST_AUTO_TEST_CASE(requests_in_every_place_that_all_wait_for_their_handlers_are_all_answered) {
  std::promise<void> gate;
  auto opened = gate.get_future().share();
  AdminServer server(socket, [&](const AdminRequest& r) {
    opened.wait();
    return echo(r);
  });
  std::vector<std::unique_ptr<Peer>> crowd;
  for (std::size_t i = 0; i < limits::admin_connections; ++i) {
    crowd.push_back(std::make_unique<Peer>(socket));
    crowd.back()->say("GET / HTTP/1.1\r\n\r\n");
  }
  for (const auto& peer : crowd)
    while (peer->unread() > 0) std::this_thread::yield();
  gate.set_value(); // now the server's thread has nothing to accept, to read or to write
  for (const auto& peer : crowd) BOOST_REQUIRE_EQUAL(peer->status(), "HTTP/1.1 200");
  BOOST_TEST(ask_admin(socket, {"GET", "/"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(an_answer_without_bound_is_not_sent) {
  AdminServer server(socket, [](const AdminRequest&) { return AdminAnswer{200, std::string(limits::admin_answer + 1, 'x')}; });
  const auto answer = ask_admin(socket, {"GET", "/"}, ample);
  BOOST_TEST(answer.status == 500u);
}

BOOST_AUTO_TEST_CASE(a_client_says_what_is_wrong_with_the_socket) {
  BOOST_TEST(complaint([&] {
               ask_admin(socket, {"GET", "/"}, ample);
             }) == "admin socket " + socket + ": there is no such socket; inferd does not run");
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  const auto address = address_of(socket);
  BOOST_REQUIRE(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_TEST(complaint([&] { ask_admin(socket, {"GET", "/"}, ample); }).find("nobody listens") != std::string::npos);
  BOOST_REQUIRE(listen(fd, 4) == 0);
  BOOST_TEST(complaint([&] { ask_admin(socket, {"GET", "/"}, 20); }) == "admin socket " + socket + ": no answer within 20 ms");
  close(fd);
}

BOOST_AUTO_TEST_SUITE_END()
