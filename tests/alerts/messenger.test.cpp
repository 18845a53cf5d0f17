#define BOOST_TEST_MODULE messenger
#include "runtime/alerts/messenger.hpp"

#include "runtime/live/http_client.hpp"
#include "tests/live/awaited.hpp"
#include "tests/live/peer.hpp"
#include "tests/support/has_ended.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <unistd.h>

using namespace inferd;
using namespace inferd::alerts;
using namespace inferd::test;

namespace {

const Message message{{{"alert", "InferdNotEarning"}, {"text", "it does not earn"}}, "it does not earn"};
const Instant now{1'700'000'000'000};

MessengerSettings to(std::string url, NotifyForm form = NotifyForm::json) {
  MessengerSettings s{.with_webhook = [url](const auto& use) { return use(url), std::string(); }, .form = form, .chat = "-100"};
  s.deadline_ms = 2'000;
  return s;
}

/// What came of one POST.
std::string posted(MessengerSettings settings) {
  IoThread io;
  Messenger m(std::move(settings), make_http(io));
  const auto failure = m.post(message, now);
  return failure ? failure->why : "delivered";
}

/// Answers with `bytes` and keeps the request.
struct Service {
  explicit Service(std::string bytes)
    : peer([this, bytes = std::move(bytes)](Connection& c) {
        requests.put(c.request());
        c.send_raw(bytes);
      }) {}
  Awaited<std::string> requests;
  Peer peer;
};

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-notify-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string script(const std::string& text) const {
    const auto file = path + "/command";
    std::ofstream(file) << "#!/bin/sh\n" << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return file;
  }
  std::string read(const std::string& name) const {
    std::ifstream in(path + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  std::string path;
};

std::string ran(std::vector<std::string> command, std::int64_t deadline_ms = 5'000) {
  MessengerSettings s{.with_webhook = {}, .command = std::move(command), .environment = {"PATH=/usr/bin:/bin"}};
  s.deadline_ms = deadline_ms;
  const auto failure = Messenger(std::move(s), nullptr).run(message);
  return failure ? failure->why : "delivered";
}

} // namespace

BOOST_AUTO_TEST_CASE(a_message_is_posted_as_json_to_the_address) {
  Service service("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  BOOST_TEST(posted(to(service.peer.url("http") + "/hooks/T0/secret")) == "delivered");
  const auto request = service.requests.next();
  BOOST_TEST(request.starts_with("POST /hooks/T0/secret HTTP/1.1\r\n"), request);
  BOOST_TEST(request.find("Content-Type: application/json\r\n") != request.npos, request);
  const auto body = boost::json::parse(request.substr(request.find("\r\n\r\n") + 4));
  BOOST_TEST((body == message.json));
}

BOOST_AUTO_TEST_CASE(discord_answers_204_and_telegram_wants_the_chat) {
  Service discord("HTTP/1.1 204 No Content\r\n\r\n");
  BOOST_TEST(posted(to(discord.peer.url("http"), NotifyForm::discord)) == "delivered");
  BOOST_TEST(discord.requests.next().ends_with(R"({"content":"it does not earn"})"));
  Service telegram("HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{\"ok\":true}");
  BOOST_TEST(posted(to(telegram.peer.url("http"), NotifyForm::telegram)) == "delivered");
  BOOST_TEST(telegram.requests.next().ends_with(R"({"chat_id":"-100","text":"it does not earn"})"));
}

BOOST_AUTO_TEST_CASE(a_failure_says_what_the_service_said_and_never_the_addresss_path) {
  Service refuses("HTTP/1.1 404 Not Found\r\nContent-Length: 10\r\n\r\nno_service");
  BOOST_TEST(posted(to(refuses.peer.url("http") + "/secret")) == "webhook: HTTP 404: no_service");
  Service moved("HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
  BOOST_TEST(posted(to(moved.peer.url("http"))) == "webhook: HTTP 302"); // a POST is not sent elsewhere
  const auto closed = posted(to(closed_port_url("http") + "/secret"));
  BOOST_TEST(closed.starts_with("webhook: 127.0.0.1:"), closed);
  BOOST_TEST(closed.find("secret") == closed.npos);
  MessengerSettings unreadable{.with_webhook = [](const auto&) { return std::string("HOOK in the environment is not set"); }};
  BOOST_TEST(posted(unreadable) == "the webhook's address: HOOK in the environment is not set");
}

BOOST_AUTO_TEST_CASE(a_service_that_says_when_to_come_back_is_heard) {
  Service busy("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n");
  IoThread io;
  Messenger m(to(busy.peer.url("http")), make_http(io));
  BOOST_TEST(m.post(message, now)->pause_ms == 30'000);
}

BOOST_AUTO_TEST_CASE(a_service_that_never_answers_costs_its_deadline_and_a_stop_nothing) {
  Peer silent([](Connection& c) { c.discard_input(); });
  auto settings = to(silent.url("http"));
  settings.deadline_ms = 200;
  BOOST_TEST(posted(settings).find("webhook: ") == 0u);
  settings.deadline_ms = 60'000;
  IoThread io;
  Messenger m(settings, make_http(io));
  std::thread other([&] { m.stop(); });
  BOOST_TEST(m.post(message, now)->why == "inferd is stopping");
  other.join();
}

BOOST_AUTO_TEST_CASE(a_command_gets_the_json_on_its_input) {
  const Folder folder;
  BOOST_TEST(ran({folder.script("cat >" + folder.path + "/got; echo noise; echo more >&2"), "-v"}) == "delivered");
  BOOST_TEST((boost::json::parse(folder.read("got")) == message.json));
  BOOST_TEST(ran({folder.script("exit 0")}) == "delivered"); // it need not read
}

BOOST_AUTO_TEST_CASE(a_command_that_fails_says_how) {
  const Folder folder;
  const auto fails = folder.script("echo 'no such pager' >&2; exit 3");
  BOOST_TEST(ran({fails}) == "command: " + fails + " exited with code 3: no such pager");
  const auto traces = folder.script("echo 'Traceback (most recent call last):' >&2; echo 'OSError: no pager' >&2; exit 1");
  BOOST_TEST(ran({traces}) == "command: " + traces + " exited with code 1: OSError: no pager");
  BOOST_TEST(ran({"/nowhere/command"}).starts_with("command: /nowhere/command: No such file"));
  BOOST_TEST(ran({"no-such-command-of-inferd"}) == "command: no-such-command-of-inferd is not in PATH");
  const auto dies = folder.script("kill -9 $$");
  BOOST_TEST(ran({dies}).find("was killed by signal 9") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_command_that_hangs_floods_or_leaves_children_ends_with_them) {
  const Folder folder;
  const auto hangs = folder.script("trap '' TERM; sleep 600 & echo $! >" + folder.path + "/child; sleep 600");
  BOOST_TEST(ran({hangs}, 300) == "command: " + hangs + " did not end within 0.3 s");
  const auto child = folder.read("child");
  BOOST_REQUIRE(!child.empty());
  BOOST_TEST(has_ended(static_cast<pid_t>(std::stol(child))));
  BOOST_TEST(ran({folder.script("head -c 10000000 /dev/zero; head -c 10000000 /dev/zero >&2; exit 1")}).size() < 400u);
}
