#define BOOST_TEST_MODULE run_child
#include "runtime/models/run_child.hpp"
#include "tests/support/has_ended.hpp"

#include <boost/test/unit_test.hpp>
#include <sys/resource.h>
#include <chrono>
#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

using namespace inferd::models;

namespace {

using How = ChildEnd::How;

ChildRun shell(const std::string& script, std::int64_t deadline_ms = 30'000) {
  ChildRun run;
  run.child.command = {"/bin/sh", "-c", script};
  run.child.environment = child_environment(environ);
  run.deadline_ms = deadline_ms;
  return run;
}

ChildEnd end_of(const ChildRun& run) {
  auto ended = run_child(run);
  BOOST_REQUIRE(std::holds_alternative<ChildEnd>(ended));
  return std::get<ChildEnd>(ended);
}

} // namespace

BOOST_AUTO_TEST_CASE(a_child_that_ends_well_gets_its_input_and_its_output_is_dropped) {
  auto run = shell("read line; echo \"$line\"; test \"$line\" = hello");
  run.input = "hello\n";
  const auto end = end_of(run);
  BOOST_TEST((end.how == How::exited));
  BOOST_TEST(end.status == 0);
  BOOST_TEST(end.said.empty());
  BOOST_TEST(end.last_line().empty());
}

BOOST_AUTO_TEST_CASE(a_child_has_the_priority_that_was_asked_for_and_dies_first_when_memory_is_short) {
  auto run = shell("nice >&2; cat /proc/self/oom_score_adj >&2");
  BOOST_TEST(end_of(run).said == std::to_string(::getpriority(PRIO_PROCESS, 0)) + "\n1000\n"); // the test's own
  run.child.lowest_priority = true;
  BOOST_TEST(end_of(run).said == "19\n1000\n");
}

BOOST_AUTO_TEST_CASE(a_child_that_fails_says_how) {
  const auto end = end_of(shell("echo first >&2; echo 'no such file' >&2; echo >&2; exit 3"));
  BOOST_TEST((end.how == How::exited));
  BOOST_TEST(exit_text(end.status) == "exited with code 3");
  BOOST_TEST(end.said == "first\nno such file\n\n");
  BOOST_TEST(end.last_line() == "no such file");
  BOOST_TEST(end_of(shell("printf one >&2")).last_line() == "one");
  const auto killed = end_of(shell("kill -9 $$"));
  BOOST_TEST((killed.how == How::exited));
  BOOST_TEST(exit_text(killed.status).find("was killed by signal 9") == 0u);
  auto absent = shell("");
  absent.child.command = {"/nowhere/program"};
  BOOST_TEST(std::get<std::string>(run_child(absent)).starts_with("/nowhere/program: No such file"));
}

BOOST_AUTO_TEST_CASE(a_child_that_takes_too_long_is_killed_with_what_it_started) {
  const auto end = end_of(shell("trap '' TERM; sleep 600 & echo $! >&2; sleep 600", 300));
  BOOST_TEST((end.how == How::late));
  BOOST_TEST((WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGKILL));
  BOOST_TEST(inferd::test::has_ended(static_cast<pid_t>(std::stol(end.last_line()))));
}

BOOST_AUTO_TEST_CASE(a_child_is_killed_as_soon_as_the_caller_is_stopped) {
  auto run = shell("sleep 600");
  int asked = 0;
  run.stopped = [&] { return ++asked == 3; };
  const auto end = end_of(run);
  BOOST_TEST((end.how == How::stopped));
  BOOST_TEST(asked == 3);
  run.stopped = [] { return true; };
  BOOST_TEST((end_of(run).how == How::stopped));
}

BOOST_AUTO_TEST_CASE(a_child_that_has_closed_its_outputs_is_not_polled_in_a_loop) { // the caller took a whole core meanwhile
  for (const auto* script : {"exec >&- 2>&-; sleep 1", "exec >&-; sleep 1", "exec 2>&-; sleep 1", "exec <&-; sleep 1"})
    BOOST_TEST_CONTEXT(script) {
      auto run = shell(script);
      run.input = std::string(1'000'000, 'x');
      int turns = 0;
      run.stopped = [&] { return ++turns, false; };
      const auto begun = std::chrono::steady_clock::now();
      BOOST_TEST(end_of(run).status == 0);
      const auto ms = (std::chrono::steady_clock::now() - begun) / std::chrono::milliseconds(1);
      BOOST_TEST(turns <= ms / 50 + 20); // one for every event, of which there are few
    }
}

BOOST_AUTO_TEST_CASE(a_child_need_not_read_its_input) {
  for (const auto* script : {"exit 0", "sleep 0.3", "head -c 10 >/dev/null; sleep 0.3"}) BOOST_TEST_CONTEXT(script) {
      auto run = shell(script);
      run.input = std::string(10'000'000, 'x');
      const auto end = end_of(run);
      BOOST_TEST((end.how == How::exited));
      BOOST_TEST(end.status == 0);
    }
  auto reads = shell("wc -c >&2");
  reads.input = std::string(10'000'000, 'x');
  BOOST_TEST(std::stoi(end_of(reads).last_line()) == 10'000'000);
}

BOOST_AUTO_TEST_CASE(of_a_flood_the_end_is_kept) {
  const auto end =
    end_of(shell("head -c 10000000 /dev/zero; head -c 10000000 /dev/zero >&2; printf '\\nthe end\\n' >&2; exit 3"));
  BOOST_TEST(exit_text(end.status) == "exited with code 3");
  BOOST_TEST(end.said.size() == 4'096u);
  BOOST_TEST(end.last_line() == "the end");
  BOOST_TEST((end_of(shell("yes >&2", 300)).how == How::late)); // a flood does not outlast the deadline
}

BOOST_AUTO_TEST_CASE(a_program_is_searched_in_the_path_of_its_environment) {
  BOOST_TEST(program_path("sh", {"PATH=/nowhere::/bin"}) == "/bin/sh");
  BOOST_TEST(program_path("sh", {"PATH=/nowhere"}).empty());
  BOOST_TEST(!program_path("sh", {}).empty()); // the usual folders
  BOOST_TEST(program_path("./any", {}) == "./any");
}
