// TCP and streams of the admin port, over real sockets.
#define BOOST_TEST_MODULE admin_streams
#include "runtime/admin/access.hpp"
#include "runtime/admin/admin_client.hpp"
#include "runtime/admin/admin_server.hpp"
#include "messages/operator_limits.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

using namespace inferd;

namespace {

struct Folder {
  Folder() {
    path = (std::filesystem::temp_directory_path() / "streams.XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(path.data()));
    socket = path + "/admin.sock";
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path, socket;
};

/// A TCP client that says what it likes.
struct Peer {
  explicit Peer(std::uint16_t port) : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    timeval most{20, 0}; // a server that never closes fails the test instead of hanging it
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof most);
    BOOST_REQUIRE(connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  ~Peer() { close(fd); }
  std::string exchange(const std::string& request) {
    BOOST_REQUIRE(::send(fd, request.data(), request.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(request.size()));
    std::string all;
    char buffer[4096];
    for (ssize_t n = 0; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;) all.append(buffer, static_cast<std::size_t>(n));
    return all;
  }
  int fd;
};

AdminAnswer echo(const AdminRequest& r) { return {200, (r.tcp ? "tcp " : "unix ") + r.method + ' ' + r.path + ' ' + r.host}; }
constexpr std::int64_t ample = 10'000;

} // namespace

BOOST_FIXTURE_TEST_SUITE(admin_streams, Folder)

BOOST_AUTO_TEST_CASE(both_doors_lead_to_one_handler_that_knows_which_it_was) {
  AdminServer server(socket, "127.0.0.1:0", echo);
  BOOST_REQUIRE(server.port() != 0);
  const auto answer = Peer(server.port()).exchange("GET /tree HTTP/1.1\r\nHost: localhost\r\n\r\n");
  BOOST_TEST(answer.starts_with("HTTP/1.1 200"));
  BOOST_TEST(answer.ends_with("tcp GET /tree localhost"));
  BOOST_TEST(answer.find("X-Content-Type-Options: nosniff") != answer.npos);
  BOOST_TEST(answer.find("Access-Control-Allow-Origin") == answer.npos);
  BOOST_TEST(ask_admin(socket, {"GET", "/tree"}, ample).body == "unix GET /tree inferd");
}

BOOST_AUTO_TEST_CASE(a_guarded_server_refuses_a_rebound_name_over_the_wire) {
  AdminServer server(socket, "127.0.0.1:0", guarded(echo, nullptr));
  BOOST_TEST(Peer(server.port()).exchange("GET /tree HTTP/1.1\r\nHost: evil.example\r\n\r\n").starts_with("HTTP/1.1 403"));
  BOOST_TEST(Peer(server.port()).exchange("GET /tree HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 403"));
  BOOST_TEST(Peer(server.port()).exchange("POST /drain HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 403"));
  BOOST_TEST(Peer(server.port())
               .exchange("GET /tree HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n")
               .starts_with("HTTP/1.1 403"));
  BOOST_TEST(Peer(server.port())
               .exchange("GET /tree HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
               .starts_with("HTTP/1.1 400"));
  BOOST_TEST(Peer(server.port()).exchange("GET /tree HTTP/1.1\r\nHost: localhost\r\n\r\n").starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(an_address_in_use_leaves_the_unix_socket_alone) {
  AdminServer first(socket, "127.0.0.1:0", echo);
  const auto address = "127.0.0.1:" + std::to_string(first.port());
  AdminServer second(path + "/second.sock", address, echo);
  BOOST_TEST(second.port() == 0);
  BOOST_TEST(second.tcp_trouble() == "admin.listen " + address + ": Address already in use");
  BOOST_TEST(ask_admin(path + "/second.sock", {"GET", "/x"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(slow_tcp_clients_do_not_keep_the_unix_socket_from_answering) {
  AdminServer server(socket, "127.0.0.1:0", echo);
  std::vector<std::unique_ptr<Peer>> idle;
  for (std::size_t i = 0; i < limits::admin_connections + 2; ++i) idle.push_back(std::make_unique<Peer>(server.port()));
  BOOST_TEST(ask_admin(socket, {"GET", "/x"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_stream_is_followed_until_it_ends) {
  int turn = 0;
  AdminServer server(socket, [&](const AdminRequest&) {
    AdminAnswer out{200, "begin ", "text/event-stream"};
    out.stream_ms = 1;
    out.stream = [&turn](std::string& text) {
      if (++turn % 2 == 0) text = std::to_string(turn) + ' ';
      return turn < 6;
    };
    return out;
  });
  std::string all;
  const auto answer = follow_admin(socket, {"GET", "/events"}, ample, [&](std::string_view text) {
    all += text;
    return true;
  });
  BOOST_TEST(answer.status == 200u);
  BOOST_TEST(answer.type == "text/event-stream");
  BOOST_TEST(all == "begin 2 4 6 ");
}

BOOST_AUTO_TEST_CASE(a_reader_that_has_enough_ends_the_stream_and_frees_its_place) {
  std::atomic<int> alive = 0;
  struct Counted {
    explicit Counted(std::atomic<int>& n) : n(n) { ++n; }
    ~Counted() { --n; }
    std::atomic<int>& n;
  };
  AdminServer server(socket, [&](const AdminRequest&) {
    AdminAnswer out{.type = "text/event-stream"};
    out.stream_ms = 1;
    out.stream = [counted = std::make_shared<Counted>(alive)](std::string& text) {
      text = "data: 1\n\n";
      return true;
    };
    return out;
  });
  for (std::size_t i = 0; i < 3 * limits::admin_streams; ++i) { // more than there are places at once
    unsigned status = 503;
    for (int attempt = 0; status == 503 && attempt < 1'000; ++attempt) // the place of the one before is freed soon
      status = follow_admin(socket, {"GET", "/events"}, ample, [](std::string_view) { return false; }).status;
    BOOST_TEST(status == 200u);
  }
}

BOOST_AUTO_TEST_CASE(too_many_streams_are_refused_and_other_requests_are_not) {
  AdminServer server(socket, "127.0.0.1:0", [](const AdminRequest& r) {
    AdminAnswer out{200, "begin\n"};
    if (r.path == "/events") out.stream = [](std::string&) { return true; };
    return out;
  });
  std::vector<std::unique_ptr<Peer>> readers;
  for (std::size_t i = 0; i < limits::admin_streams; ++i) {
    readers.push_back(std::make_unique<Peer>(server.port()));
    const std::string request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
    BOOST_REQUIRE(::send(readers.back()->fd, request.data(), request.size(), MSG_NOSIGNAL) > 0);
    char first{};
    BOOST_REQUIRE(recv(readers.back()->fd, &first, 1, 0) == 1); // it has begun
  }
  const auto refused = follow_admin(socket, {"GET", "/events"}, ample, [](std::string_view) { return true; });
  BOOST_TEST(refused.status == 503u);
  BOOST_TEST(refused.body.find("streams already") != std::string::npos);
  BOOST_TEST(ask_admin(socket, {"GET", "/x"}, ample).status == 200u);
}

BOOST_AUTO_TEST_CASE(a_server_stops_while_streams_are_open) {
  auto server = std::make_unique<AdminServer>(socket, "127.0.0.1:0", [](const AdminRequest&) {
    AdminAnswer out{200, "begin\n"};
    out.stream = [](std::string& text) {
      text = "x\n";
      return true;
    };
    return out;
  });
  Peer peer(server->port());
  const std::string request = "GET /events HTTP/1.1\r\nHost: localhost\r\n\r\n";
  BOOST_REQUIRE(::send(peer.fd, request.data(), request.size(), MSG_NOSIGNAL) > 0);
  char first{};
  BOOST_REQUIRE(recv(peer.fd, &first, 1, 0) == 1);
  server.reset();
  std::string rest = peer.exchange("");
  BOOST_TEST(rest.find("begin") != rest.npos);
}

BOOST_AUTO_TEST_SUITE_END()
