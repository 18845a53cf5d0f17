#define BOOST_TEST_MODULE line_process
// Each child that does not keep to the protocol costs the request at most: the next one is answered by a new process.

#include "tests/models/children.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>

using namespace inferd;
using namespace inferd::test;

namespace {

/// A script that does `bad` at its first start and answers at every later one.
struct Once {
  explicit Once(const std::string& bad)
    : mark(std::filesystem::temp_directory_path() /
           ("inferd-once-" + std::to_string(::getpid()) + "-" + std::to_string(++count))) {
    std::filesystem::remove(mark);
    script = "if [ ! -e " + mark.string() + " ]; then : > " + mark.string() + "; " + bad + "; fi; " + good;
  }
  ~Once() { std::filesystem::remove(mark); }
  static inline int count = 0;
  static constexpr const char* good = R"(while read -r line; do echo '{"value":1}'; done)";
  std::filesystem::path mark;
  std::string script;
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

bool exists(pid_t pid) { return ::kill(pid, 0) == 0; }

/// What the first request to a bad child gives; the next one must be answered.
std::string first_answer(const std::string& bad, std::int64_t deadline_ms = 2'000) {
  Lines log;
  Once once(bad);
  LineProcess process(shell(once.script, log));
  const auto first = text(ask(process, "{}", deadline_ms));
  BOOST_TEST(recovers(process), log.all());
  BOOST_TEST(process.starts() >= 2u);
  return first;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_line_is_answered_by_a_line_in_order) {
  Lines log;
  LineProcess process(shell(R"(while read -r line; do echo "{\"you\":$line}"; done)", log));
  std::vector<std::future<Result>> answers;
  for (int i = 0; i < 20; ++i) answers.push_back(ask(process, std::to_string(i)));
  for (int i = 0; i < 20; ++i) BOOST_TEST(text(std::move(answers[i])) == "{\"you\":" + std::to_string(i) + "}");
  BOOST_TEST(process.starts() == 1u);
  BOOST_TEST(log.all() == "");
}

BOOST_AUTO_TEST_CASE(a_child_that_prints_nothing_costs_the_request) {
  const auto first = first_answer("sleep 60", 300);
  BOOST_TEST(holds(first, "no answer within 300 ms"), first);
}

BOOST_AUTO_TEST_CASE(half_a_line_costs_the_request) {
  const auto first = first_answer(R"(read -r line; printf '{"value":'; sleep 60)", 300);
  BOOST_TEST(holds(first, "no answer within 300 ms; it printed 9 bytes without the end of a line"), first);
}

BOOST_AUTO_TEST_CASE(a_second_line_is_not_taken_for_the_next_answer) {
  Lines log;
  Once once(R"(read -r line; echo '{"value":7}'; echo '{"value":8}'; sleep 60)");
  LineProcess process(shell(once.script, log));
  BOOST_TEST(text(ask(process, "{}")) == R"({"value":7})");
  BOOST_TEST(becomes([&] { return process.starts() >= 2; }), log.all());
  BOOST_TEST(holds(log.all(), "was not asked for"), log.all());
  BOOST_TEST(becomes([&] { return text(ask(process, "{}")) == R"({"value":1})"; }));
}

BOOST_AUTO_TEST_CASE(a_banner_before_the_first_request_is_no_answer) {
  Lines log;
  LineProcess process(shell(R"(echo '{"value":5}'; while read -r line; do echo '{"value":1}'; done)", log));
  BOOST_TEST(becomes([&] { return holds(log.all(), "was not asked for"); }), log.all());
  BOOST_TEST(becomes([&] { return process.starts() >= 3; }));
}

BOOST_AUTO_TEST_CASE(a_hundred_megabytes_cost_the_request) {
  const auto first = first_answer("read -r line; head -c 100000000 /dev/zero | tr '\\0' x");
  BOOST_TEST(holds(first, "more than 65536 bytes in one line"), first);
}

BOOST_AUTO_TEST_CASE(a_hundred_megabytes_of_lines_cost_the_request) {
  const auto first = first_answer("read -r line; yes '{' | head -c 100000000");
  BOOST_TEST(first == "{"); // the first line; the second was not asked for
}

BOOST_AUTO_TEST_CASE(a_flood_on_stderr_is_bounded_and_counted) {
  Lines log;
  LineProcess process(shell(R"(yes error | head -c 4000000 >&2; while read -r line; do echo '{"value":1}'; done)", log));
  BOOST_TEST(text(ask(process, "{}", 9'000)) == R"({"value":1})");
  BOOST_TEST(log.size() <= 21u);
}

BOOST_AUTO_TEST_CASE(text_that_is_no_answer_costs_the_request) {
  const auto first = first_answer("read -r line; echo hello; sleep 60");
  BOOST_TEST(first == "failed: the process answered \"hello\"");
}

BOOST_AUTO_TEST_CASE(an_exit_costs_the_request_and_names_code_and_last_words) {
  const auto first = first_answer("read -r line; echo 'ValueError: no weights' >&2; exit 3");
  BOOST_TEST(first == "failed: the process exited with code 3: ValueError: no weights");
  BOOST_TEST(holds(first_answer("read -r line; kill -SEGV $$"), "was killed by signal 11"));
}

BOOST_AUTO_TEST_CASE(what_it_forked_ends_with_it) {
  Lines log;
  const auto file = std::filesystem::temp_directory_path() / ("inferd-forked-" + std::to_string(::getpid()));
  pid_t forked = -1;
  {
    Once once("(trap '' TERM; sleep 60) & echo $! > " + file.string() + "; read -r line; exit 1");
    LineProcess process(shell(once.script, log));
    BOOST_TEST(holds(text(ask(process, "{}")), "exited with code 1"));
    std::ifstream(file) >> forked;
    BOOST_REQUIRE(forked > 0);
    BOOST_TEST(recovers(process));
    BOOST_TEST(becomes([&] { return !exists(forked); }));
  }
  std::filesystem::remove(file);
}

BOOST_AUTO_TEST_CASE(a_grandchild_that_holds_the_output_open_does_not_hide_the_exit) {
  BOOST_TEST(holds(first_answer("sleep 60 & read -r line; exit 4"), "exited with code 4"));
}

BOOST_AUTO_TEST_CASE(one_that_ignores_sigterm_is_killed) {
  Lines log;
  Once once("trap '' TERM; read -r line; while :; do sleep 1; done");
  LineProcess process(shell(once.script, log));
  const auto bad = process.pid();
  BOOST_TEST(holds(text(ask(process, "{}", 200)), "no answer within 200 ms"));
  BOOST_TEST(recovers(process));
  if (bad > 0) BOOST_TEST(!exists(bad));
}

BOOST_AUTO_TEST_CASE(the_destructor_ends_one_that_ignores_sigterm_and_its_requests) {
  Lines log;
  std::future<Result> answer;
  pid_t pid = -1;
  {
    LineProcess process(shell("trap '' TERM; while :; do sleep 1; done", log));
    BOOST_TEST(becomes([&] { return (pid = process.pid()) > 0; }));
    answer = ask(process, "{}", 60'000);
  }
  BOOST_TEST(text(std::move(answer)) == "failed: the program is ending");
  BOOST_TEST(!exists(pid));
}

BOOST_AUTO_TEST_CASE(a_closed_output_costs_the_request) {
  const auto first = first_answer("read -r line; exec 1>&-; sleep 60");
  BOOST_TEST(holds(first, "closed its output"), first);
}

BOOST_AUTO_TEST_CASE(a_closed_input_costs_the_request) {
  const auto first = first_answer("exec 0<&-; sleep 60", 300);
  BOOST_TEST(holds(first, "no answer within 300 ms"), first);
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_by_the_setting) {
  Lines log;
  auto settings = shell("", log);
  settings.child.command = {"python3", "-c",
                            "import sys\nsys.stdin.readline()\nx = bytearray(1 << 30)\nprint('{}', flush=True)"};
  LineProcess process(settings);
  const auto answer = text(ask(process, "{}"));
  if (holds(answer, "not in PATH")) return;
  BOOST_TEST(holds(answer, "MemoryError"), answer);
}

BOOST_AUTO_TEST_CASE(it_inherits_no_secret_and_no_descriptor) {
  Lines log;
  ::setenv("MNEMONIC", "abandon abandon", 1);
  ::setenv("TIINGO_API_KEY", "key", 1);
  auto settings =
    shell(R"(read -r line; for n in 3 4 5 6 7 8 9 10 11 12 20 30; do [ -e /proc/$$/fd/$n ] && open="$open $n"; done
                           echo "{\"env\":\"$MNEMONIC$TIINGO_API_KEY\",\"open\":\"$open\"}")",
          log);
  settings.child.environment = models::child_environment(environ);
  LineProcess process(settings);
  BOOST_TEST(text(ask(process, "{}")) == R"({"env":"","open":""})");
}

BOOST_AUTO_TEST_CASE(a_program_that_does_not_exist_is_named) {
  Lines log;
  auto settings = shell("", log);
  settings.child.command = {"no-such-program-of-a-quant"};
  LineProcess process(settings);
  BOOST_TEST(becomes([&] { return holds(text(ask(process, "{}")), "no-such-program-of-a-quant is not in PATH"); }));
  settings.child.command = {"/no/such/file"};
  LineProcess other(settings);
  BOOST_TEST(becomes([&] { return holds(text(ask(other, "{}")), "/no/such/file: No such file or directory"); }));
}

BOOST_AUTO_TEST_CASE(requests_beyond_the_bound_fail_at_once) {
  Lines log;
  LineProcess process(shell("sleep 60", log));
  std::vector<std::future<Result>> answers;
  for (int i = 0; i < 70; ++i) answers.push_back(ask(process, "{}", 500));
  BOOST_TEST(holds(text(std::move(answers.back())), "64 requests wait"));
  for (std::size_t i = 0; i + 1 < answers.size(); ++i) BOOST_TEST(holds(text(std::move(answers[i])), "failed: "));
}

BOOST_AUTO_TEST_CASE(a_hello_comes_before_the_first_request) {
  Lines log;
  auto settings = shell(R"(sleep 0.1; echo '{"ready":{}}'; while read -r line; do echo '{"value":1}'; done)", log);
  settings.hello = true;
  {
    LineProcess process(settings, [](std::string_view line) { return line == R"({"ready":{}})" ? "" : "not ready"; });
    BOOST_TEST(text(ask(process, "{}")) == R"({"value":1})");
  }
  LineProcess refused(settings, [](std::string_view) { return "the model has other inputs"; });
  BOOST_TEST(text(ask(refused, "{}")) == "failed: the model has other inputs");
}
