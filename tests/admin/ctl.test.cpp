#define BOOST_TEST_MODULE ctl
#include "runtime/admin/admin_server.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"

#include <CLI/App.hpp>
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace inferd;

namespace {

/// A daemon of canned answers, and the program that asks it.
struct Fixture {
  Fixture() {
    folder = (std::filesystem::temp_directory_path() / "ctl.XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(folder.data()));
    socket = folder + "/admin.sock";
    server = std::make_unique<AdminServer>(socket, [this](const AdminRequest& r) {
      const auto it = answers.find(r.method + ' ' + r.path);
      return it == answers.end() ? admin_error(404, "no such path") : it->second;
    });
  }
  ~Fixture() {
    server.reset();
    std::filesystem::remove_all(folder);
  }
  int run(std::vector<std::string> words) {
    std::ostringstream seen, complaint;
    auto* before = std::cout.rdbuf(seen.rdbuf());
    const int code = cli::run_program({cli::add_ctl, cli::add_health}, "0", words, std::cout, complaint);
    std::cout.rdbuf(before);
    out = seen.str();
    err = complaint.str();
    return code;
  }
  std::map<std::string, AdminAnswer> answers{
    {"GET /tree", {200, R"({"place":"root","children":[]})"}},
    {"GET /ps", {200, R"([{"place":"watcher","answers":true,"handled":7}])"}},
    {"GET /inspect/timer/67", {200, R"({"actor":"timer/67","handled":1,"state":{}})"}},
    {"GET /inspect/timer/9", admin_error(404, "there is no actor 'timer/9'; /ps lists them")},
    {"GET /health", {200, R"({"healthy":true})"}},
    {"GET /failures", {200, "[]"}},
    {"GET /metrics", {200, "inferd_healthy 1\n", "text/plain"}},
    {"POST /restart/timer/67", {202, "{}"}},
    {"GET /mailbox/ledger",
     {200, R"({"actor":"ledger","waiting":2,"handled":7,"busy_us":1500,"longest_us":900,"types":{"BookWindows":2}})"}},
    {"GET /windows?limit=3&topic=67",
     {200, R"([{"topic_id":67,"nonce":40,"status":"confirmed","value":"1","fee":2,"score":null,"reason":""}])"}},
    {"POST /pause/67", {200, R"({"topic":67,"paused":true})"}},
    {"POST /resume/67", {200, R"({"topic":67,"paused":false})"}},
    {"POST /drain", {202, R"({"draining":true})"}},
    {"POST /reload", {202, R"({"reloading":true,"changed":["chain.rpc"],"later":[]})"}},
    {"POST /submit/67?dry_run=true",
     {200, R"({"topic":67,"dry_run":true,"would":"skip","reason":"no source","remarks":["kraken: HTTP 500"]})"}},
    {"POST /log-level/debug", {200, "{}"}}};
  std::string folder, socket, out, err;
  std::unique_ptr<AdminServer> server;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(ctl, Fixture)

BOOST_AUTO_TEST_CASE(each_question_is_asked_of_its_path_and_told_in_words) {
  const std::pair<std::vector<std::string>, std::string> rows[] = {{{"tree"}, "PLACE"},
                                                                   {{"ps"}, "watcher"},
                                                                   {{"inspect", "timer/67"}, "actor: timer/67"},
                                                                   {{"health"}, "healthy"},
                                                                   {{"failures"}, "no failures"},
                                                                   {{"metrics"}, "inferd_healthy 1"},
                                                                   {{"restart", "timer/67"}, "restarting timer/67"},
                                                                   {{"log-level", "debug"}, "log level is debug"},
                                                                   {{"mailbox", "ledger"}, "     2  BookWindows"},
                                                                   {{"windows", "--limit", "3", "--topic", "67"}, "confirmed"},
                                                                   {{"pause", "67"}, "topic 67 is paused"},
                                                                   {{"resume", "67"}, "topic 67 is resumed"},
                                                                   {{"drain"}, "draining"},
                                                                   {{"reload"}, "changed: chain.rpc"},
                                                                   {{"submit", "67", "--dry-run"}, "would skip: no source"}};
  for (const auto& [question, expected] : rows) {
    std::vector<std::string> words{"ctl"};
    words.insert(words.end(), question.begin(), question.end());
    words.insert(words.end(), {"--socket", socket});
    BOOST_TEST(run(words) == 0, question.front() << ": " << err);
    BOOST_TEST(out.find(expected) != std::string::npos, question.front() << ": " << out);
  }
}

BOOST_AUTO_TEST_CASE(json_is_the_answer_as_it_came_wherever_the_flag_stands) {
  for (const auto& words : {std::vector<std::string>{"ctl", "--json", "--socket", socket, "tree"},
                            std::vector<std::string>{"ctl", "tree", "--socket", socket, "--json"}}) {
    BOOST_TEST(run(words) == 0);
    BOOST_TEST(out == answers["GET /tree"].body);
  }
}

BOOST_AUTO_TEST_CASE(the_socket_of_the_configuration_is_used) {
  std::ofstream(folder + "/inferd.toml") << "[admin]\nsocket = \"" << socket << "\"\n";
  BOOST_TEST(run({"ctl", "health", "--config", folder + "/inferd.toml"}) == 0, err);
  BOOST_TEST(run({"health", "--config", folder + "/inferd.toml"}) == 0, err);
}

BOOST_AUTO_TEST_CASE(a_refusal_is_one_sentence_and_no_success) {
  BOOST_TEST(run({"ctl", "inspect", "timer/9", "--socket", socket}) == 1);
  BOOST_TEST(err == "inferd: there is no actor 'timer/9'; /ps lists them\n");
  BOOST_TEST(out.empty());
}

BOOST_AUTO_TEST_CASE(a_submission_by_hand_is_refused_before_it_is_asked_for) {
  BOOST_TEST(run({"ctl", "submit", "67", "--socket", socket}) == 2);
  BOOST_TEST(err.find("only --dry-run can be asked for") != std::string::npos, err);
}

BOOST_AUTO_TEST_CASE(a_trace_is_shown_line_by_line_until_it_has_enough) {
  int turn = 0;
  auto& stream = answers["GET /trace?actor=ledger"];
  stream.type = "text/event-stream";
  stream.stream_ms = 1;
  stream.stream = [&turn](std::string& out) {
    out = "data: {\"at\":" + std::to_string(++turn) + ",\"to\":\"ledger\",\"from\":\"\",\"type\":\"Tick\"}\n\n";
    return true;
  };
  BOOST_TEST(run({"ctl", "trace", "ledger", "--count", "3", "--socket", socket}) == 0, err);
  BOOST_TEST(std::count(out.begin(), out.end(), '\n') == 3);
  BOOST_TEST(out.find("(outside) -> ledger  Tick") != std::string::npos);
  BOOST_TEST(run({"ctl", "trace", "ledger", "--json", "--count", "1", "--socket", socket}) == 0);
  BOOST_TEST(out.starts_with("{\"at\":"));
  BOOST_TEST(run({"ctl", "trace", "nobody", "--socket", socket}) == 1);
}

BOOST_AUTO_TEST_CASE(top_without_a_terminal_is_one_screen) {
  answers["GET /overview"] = {200,
                              R"({"version":"0","wallet":"allo1x","chain":"c","started":1,"now":2,"reloads":0,"dry_run":false,
    "health":{"healthy":true},"connected":true,"topics":[],"sources":[]})"};
  answers["GET /windows?limit=20"] = {200, "[]"};
  BOOST_TEST(run({"ctl", "top", "--once", "--socket", socket}) == 0, err);
  BOOST_TEST(out.find("healthy") != std::string::npos);
  BOOST_TEST(out.find("watcher") != std::string::npos);
  BOOST_TEST(out.find('\x1b') == std::string::npos);
  BOOST_TEST(run({"ctl", "top", "--json", "--socket", socket}) == 0);
  BOOST_TEST(out.starts_with("{\"overview\":{"));
}

BOOST_AUTO_TEST_CASE(a_word_that_cannot_be_a_place_is_not_sent) {
  for (const char* word : {"a b", "x\r\nY: z", "..%2f", ""}) BOOST_TEST(run({"ctl", "restart", word, "--socket", socket}) == 2);
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_shape_is_a_failure_not_a_crash) {
  answers["GET /ps"] = {200, "<html>"};
  BOOST_TEST(run({"ctl", "ps", "--socket", socket}) == 1);
  BOOST_TEST(err.find("not understood") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(health_succeeds_only_when_the_daemon_says_it_is_well) {
  BOOST_TEST(run({"health", "--socket", socket}) == 0);
  BOOST_TEST(out == "healthy\n");
  answers["GET /health"] = {503, R"({"healthy":false,"reason":"watcher: no connection for 90 s"})"};
  BOOST_TEST(run({"health", "--socket", socket}) == 1);
  BOOST_TEST(err == "inferd: watcher: no connection for 90 s\n");
  BOOST_TEST(run({"ctl", "health", "--socket", socket}) == 1);
  server.reset();
  BOOST_TEST(run({"health", "--socket", socket}) == 2);
  BOOST_TEST(err == "inferd: admin socket " + socket + ": there is no such socket; inferd does not run\n");
}

BOOST_AUTO_TEST_CASE(a_stopped_process_is_noticed_within_two_seconds) { // took ten
  const auto silent = folder + "/silent.sock";
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  silent.copy(address.sun_path, sizeof address.sun_path - 1);
  BOOST_REQUIRE(::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(::listen(fd, 4) == 0); // the kernel accepts for it, as for a process under SIGSTOP
  for (const auto& words : {std::vector<std::string>{"health"}, {"ctl", "health"}}) {
    auto all = words;
    all.insert(all.end(), {"--socket", silent});
    BOOST_TEST(run(all) != 0);
    BOOST_TEST(err.find("no answer within 2000 ms") != std::string::npos, err);
  }
  ::close(fd);
}

BOOST_AUTO_TEST_SUITE_END()
