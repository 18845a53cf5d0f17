#define BOOST_TEST_MODULE notifier
#include "runtime/alerts/notifier.hpp"
#include "runtime/live/http_client.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"
#include "tests/support/scripted_tree.hpp"

#include <atomic>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::alerts;
using namespace inferd::test;

namespace {

/// A tree whose windows are lost from the second look on.
struct Tree : ScriptedTree {
  std::atomic<std::uint64_t> looks = 0;
  Tree() {
    SupervisorView view;
    view.vitals.healthy = true;
    supervisors = {{Place{PlaceKind::root}, view}};
  }
  std::vector<Answer> everyone() override {
    summary = BooksSummary{.missed = looks++ > 0 ? 3u : 0u};
    return ScriptedTree::everyone();
  }
};

/// A minute at each reading.
struct Clock : ClockPort {
  std::atomic<std::int64_t> ms = 1'700'000'000'000;
  Instant now() const override { return {const_cast<Clock*>(this)->ms += 60'000}; }
};

MessengerSettings to(const std::string& url) {
  MessengerSettings s{.with_webhook = [url](const auto& use) { return use(url), std::string(); }};
  s.deadline_ms = 5'000;
  return s;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_lost_window_reaches_the_webhook_at_the_second_try) {
  Awaited<std::string> requests;
  std::atomic<int> count = 0;
  const Peer peer([&](Connection& c) {
    requests.put(c.request());
    c.send_raw(count++ == 0 ? "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n"
                            : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  });
  IoThread io;
  {
    const Notifier notifier({.sender = {"allo1w", "localnet", "host"}, .check_ms = 5, .warn = {}}, std::make_shared<Tree>(),
                            std::make_shared<Clock>(), std::make_shared<Messenger>(to(peer.url("http")), make_http(io)));
    const auto first = requests.next(), second = requests.next();
    const auto body = boost::json::parse(second.substr(second.find("\r\n\r\n") + 4));
    BOOST_TEST(first.substr(first.find("\r\n\r\n")) == second.substr(second.find("\r\n\r\n")));
    BOOST_TEST(body.at("alert").as_string() == "InferdWindowLost");
    BOOST_TEST(body.at("subject").as_string() == "missed");
    BOOST_TEST(body.at("wallet").as_string() == "allo1w");
  }
}

BOOST_AUTO_TEST_CASE(a_message_is_given_up_after_three_tries_with_a_line_for_the_log) {
  Awaited<std::string> lines;
  IoThread io;
  const Notifier notifier({.check_ms = 5, .warn = [&](const std::string& line) { lines.put(line); }}, std::make_shared<Tree>(),
                          std::make_shared<Clock>(), std::make_shared<Messenger>(to(closed_port_url("http")), make_http(io)));
  const auto line = lines.next();
  BOOST_TEST(line.starts_with("notification not delivered: webhook: 127.0.0.1:"), line);
  BOOST_TEST(line.find("InferdWindowLost") != line.npos, line);
}

BOOST_AUTO_TEST_CASE(the_end_does_not_wait_for_a_service_that_is_silent) {
  Awaited<std::string> requests;
  const Peer silent([&](Connection& c) {
    requests.put(c.request());
    c.discard_input();
  });
  IoThread io;
  auto settings = to(silent.url("http"));
  settings.deadline_ms = 120'000; // the test's own deadline is 300 s
  const Notifier notifier({.check_ms = 5, .warn = {}}, std::make_shared<Tree>(), std::make_shared<Clock>(),
                          std::make_shared<Messenger>(settings, make_http(io)));
  requests.next();
}
