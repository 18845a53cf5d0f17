// The simulated node over real sockets, with valid and invalid input.
#define BOOST_TEST_MODULE sim_server
#include "runtime/sim/world/world.hpp"
#include "tests/sim/chain/test_wallet.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/test/unit_test.hpp>
#include <future>

using namespace inferd;
using namespace inferd::sim;
using namespace inferd::sim::test;
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace json = boost::json;
using tcp = asio::ip::tcp;

namespace {

const TestWallet me;

WorldSettings settings() {
  WorldSettings s;
  s.chain.topics[0].epoch_length = 10;
  s.funded = {{me.address(), 1'000'000'000}};
  s.registered = {me.address()};
  return s;
}

/// A blocking socket with a receive timeout.
struct Socket {
  explicit Socket(std::uint16_t port) : socket(io) {
    socket.connect({asio::ip::address_v4::loopback(), port});
    const timeval limit{10, 0};
    setsockopt(socket.native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  /// Sends raw text and reads until the server closes.
  std::string exchange(const std::string& text) {
    boost::system::error_code error;
    asio::write(socket, asio::buffer(text), error);
    std::string answer;
    asio::read(socket, asio::dynamic_buffer(answer), error);
    return answer;
  }
  asio::io_context io;
  tcp::socket socket;
};

std::string post(std::uint16_t port, const std::string& body, const std::string& path = "/") {
  return Socket(port).exchange("POST " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: " +
                               std::to_string(body.size()) + "\r\n\r\n" + body);
}

struct WebSocket {
  explicit WebSocket(std::uint16_t port) : stream(io) {
    stream.next_layer().connect({asio::ip::address_v4::loopback(), port});
    const timeval limit{10, 0};
    setsockopt(stream.next_layer().native_handle(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    stream.handshake("127.0.0.1", "/websocket");
    stream.text(true);
  }
  void send(const std::string& text) { stream.write(asio::buffer(text)); }
  json::value receive() {
    beast::flat_buffer buffer;
    stream.read(buffer);
    return json::parse(beast::buffers_to_string(buffer.cdata()));
  }
  asio::io_context io;
  beast::websocket::stream<tcp::socket> stream;
};

std::string subscribe(int id, const std::string& query) {
  return json::serialize(json::object{{"jsonrpc", "2.0"}, {"id", id}, {"method", "subscribe"}, {"params", {{"query", query}}}});
}

} // namespace

BOOST_AUTO_TEST_CASE(rpc_is_served_over_post_and_status_over_get) {
  World world(settings());
  const auto port = world.serve(0);
  BOOST_TEST(port != 0);
  const auto answer = post(port, R"({"jsonrpc":"2.0","id":7,"method":"health"})");
  BOOST_TEST(answer.starts_with("HTTP/1.1 200"));
  BOOST_TEST(answer.ends_with(R"({"jsonrpc":"2.0","id":7,"result":{}})"));
  BOOST_TEST(Socket(port).exchange("GET /status HTTP/1.1\r\nConnection: close\r\n\r\n").find("\"network\":\"localnet\"") !=
             std::string::npos);
  BOOST_TEST(Socket(port).exchange("GET /nothing HTTP/1.1\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 404"));
}

BOOST_AUTO_TEST_CASE(bad_requests_are_answered_and_the_next_client_is_served) {
  World world(settings());
  const auto port = world.serve(0);
  BOOST_TEST(post(port, "not json").starts_with("HTTP/1.1 500"));
  BOOST_TEST(post(port, "").find("-32700") != std::string::npos);
  BOOST_TEST(post(port, "{\"id\":1,").find("-32700") != std::string::npos);
  BOOST_TEST(Socket(port).exchange("rubbish\r\n\r\n").starts_with("HTTP/1.1 400"));
  BOOST_TEST(Socket(port).exchange("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n").starts_with("HTTP/1.1 413"));
  { Socket gone(port); } // connects and sends nothing
  BOOST_TEST(post(port, R"({"id":1,"method":"health"})").starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_CASE(pipelined_websocket_requests_are_answered_in_their_order) {
  World world(settings());
  WebSocket socket(world.serve(0));
  for (int i = 0; i < 200; ++i) socket.send(R"({"jsonrpc":"2.0","id":)" + std::to_string(i) + R"(,"method":"health"})");
  for (int i = 0; i < 200; ++i) BOOST_TEST(socket.receive().at("id").as_int64() == i);
}

BOOST_AUTO_TEST_CASE(a_websocket_survives_what_is_no_json_and_ends_on_what_is_too_large) {
  World world(settings());
  WebSocket socket(world.serve(0));
  socket.send("not json");
  BOOST_TEST(socket.receive().at("error").at("code").as_int64() == -32700);
  socket.send(R"({"id":2,"method":"health"})");
  BOOST_TEST(socket.receive().at("id").as_int64() == 2);
  boost::system::error_code error;
  socket.stream.write(asio::buffer(std::string(3u << 20, 'x')), error);
  beast::flat_buffer buffer;
  socket.stream.read(buffer, error);
  BOOST_TEST(error.failed());
}

BOOST_AUTO_TEST_CASE(subscribers_see_a_payload_from_its_window_to_its_block) {
  World world(settings());
  const auto port = world.serve(0);
  WebSocket one(port), two(port);
  one.send(subscribe(1, "tm.event='NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowOpened.topic_id = '\"1\"'"));
  two.send(subscribe(2, "tm.event='Tx' AND message.sender='" + me.address() + "'"));
  one.receive();
  two.receive();
  world.step_to(10);
  BOOST_TEST(one.receive().at("result").at("data").at("value").at("height").as_string() == "10");
  one.send(json::serialize(
    json::object{{"id", 3}, {"method", "broadcast_tx_sync"}, {"params", {{"tx", to_base64(me.payload(1, 10, 0))}}}}));
  const auto broadcast = one.receive();
  BOOST_TEST(broadcast.at("result").at("code").as_int64() == 0);
  world.step();
  const auto event = two.receive();
  BOOST_TEST(event.at("id").as_int64() == 2);
  BOOST_TEST(event.at("result").at("events").at("tx.hash").at(0).as_string() == broadcast.at("result").at("hash").as_string());
}

BOOST_AUTO_TEST_CASE(a_client_that_does_not_read_is_dropped_and_the_others_go_on) {
  std::promise<Server::Client> joined, left;
  Server::Handlers handlers;
  handlers.opened = [&](Server::Client c) { return joined.set_value(c), true; };
  handlers.closed = [&](Server::Client c) { left.set_value(c); };
  handlers.message = [](Server::Client, std::string_view) { return std::string(); };
  handlers.http = [](const HttpRequest&) { return Server::Delayed{{200, {}, "fine"}, 0}; };
  Server::Limits limits;
  limits.unsent = 1u << 20;
  Server server(0, handlers, limits);
  WebSocket sleeper(server.port());
  const auto client = joined.get_future().get();
  for (int i = 0; i < 64; ++i) server.send(client, std::string(256 << 10, 'x')); // 16 MiB, more than the socket buffers
  BOOST_TEST(left.get_future().get() == client);
  BOOST_TEST(post(server.port(), "").ends_with("fine"));
}

BOOST_AUTO_TEST_CASE(one_client_too_many_is_turned_away) {
  Server::Handlers handlers;
  handlers.http = [](const HttpRequest&) { return Server::Delayed{{200, {}, "fine"}, 0}; };
  Server::Limits limits;
  limits.clients = 1;
  Server server(0, handlers, limits);
  Socket first(server.port());
  asio::write(first.socket, asio::buffer(std::string("GET / HTTP/1.1\r\n\r\n")));
  char one[15];
  asio::read(first.socket, asio::buffer(one));
  BOOST_TEST(std::string(one, 15).starts_with("HTTP/1.1 200"));
  BOOST_TEST(Socket(server.port()).exchange("GET / HTTP/1.1\r\n\r\n").empty());
}

BOOST_AUTO_TEST_CASE(a_taken_port_is_named) {
  World first(settings()), second(settings());
  const auto port = first.serve(0);
  try {
    second.serve(port);
    BOOST_FAIL("the port was taken twice");
  } catch (const std::runtime_error& e) {
    BOOST_TEST(e.what() == "port " + std::to_string(port) + " is already in use on 127.0.0.1");
  }
}

BOOST_AUTO_TEST_CASE(a_mount_answers_under_its_prefix_with_headers_as_sent) {
  World world(settings());
  const auto port = world.serve(0, {{"/tiingo/", [](const HttpRequest& r) {
                                       std::string token;
                                       for (const auto& [name, value] : r.headers)
                                         if (name == "authorization") token = value;
                                       return Server::Delayed{{429, {{"Retry-After", "7"}}, r.url + " " + token}, 5};
                                     }}});
  const auto answer = Socket(port).exchange(
    "GET /tiingo/crypto/prices?tickers=btcusd HTTP/1.1\r\nAuthorization: Token x\r\nConnection: close\r\n\r\n");
  BOOST_TEST(answer.starts_with("HTTP/1.1 429"));
  BOOST_TEST(answer.find("Retry-After: 7") != std::string::npos);
  BOOST_TEST(answer.ends_with("/tiingo/crypto/prices?tickers=btcusd Token x"));
  BOOST_TEST(Socket(port).exchange("GET /tiingoo HTTP/1.1\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 404"));
}

BOOST_AUTO_TEST_CASE(a_running_world_makes_blocks_until_it_is_stopped) {
  auto s = settings();
  s.block_ms = 1'000;
  s.speed = 500; // two milliseconds a block
  World world(s);
  WebSocket socket(world.serve(0));
  socket.send(subscribe(1, "tm.event='NewBlockEvents'"));
  socket.receive();
  world.run();
  std::int64_t last = 0;
  for (int i = 0; i < 20; ++i) {
    const auto height = std::stoll(std::string(socket.receive().at("result").at("data").at("value").at("height").as_string()));
    BOOST_TEST(height > last);
    last = height;
  }
  world.stop();
  const auto height = [&] { return world.with_chain([](const ChainState& c) { return c.height(); }); };
  const auto stopped = height();
  BOOST_TEST(stopped >= last);
  world.step();
  BOOST_TEST(height() == stopped + 1);
}
