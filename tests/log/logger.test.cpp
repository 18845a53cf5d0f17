#define BOOST_TEST_MODULE log_logger
#include "runtime/log/logger.hpp"

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

using namespace inferd;
namespace fs = std::filesystem;

namespace {

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-log-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { fs::remove_all(path); }
  std::string path;
};

std::string content(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// Redirects stderr to `path`.
struct Stderr {
  explicit Stderr(const std::string& path) : path(path), before(::dup(STDERR_FILENO)) {
    const int fd = ::open(path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    ::dup2(fd, STDERR_FILENO);
    ::close(fd);
  }
  ~Stderr() {
    ::dup2(before, STDERR_FILENO);
    ::close(before);
  }
  std::string path;
  int before;
};

} // namespace

BOOST_AUTO_TEST_CASE(the_console_shows_info_and_the_file_holds_debug) {
  const Folder folder;
  {
    const Stderr console(folder.path + "/console");
    auto log = make_logger({LogLevel::info, folder.path + "/log"});
    log->debug("quiet");
    log->info("window opened topic=67");
    log->error("loud");
  }
  const auto console = content(folder.path + "/console"), file = content(folder.path + "/log/inferd.log");
  BOOST_TEST(!holds(console, "quiet"));
  BOOST_TEST(holds(console, "INFO    window opened topic=67\n"));
  BOOST_TEST(holds(console, "loud\n"));
  BOOST_TEST(holds(file, "DEBUG   quiet\n"));
  BOOST_TEST(holds(file, "ERROR   loud\n"));
}

BOOST_AUTO_TEST_CASE(held_lines_keep_their_place_among_the_others_and_are_never_lost) {
  const Folder folder;
  {
    const Stderr console(folder.path + "/console");
    auto log = make_logger({LogLevel::info, folder.path + "/log"});
    log->write_deferred(LogLevel::debug, "first");
    log->write_deferred(LogLevel::info, "second");
    log->release_deferred();
    log->write_deferred(LogLevel::debug, "third");
    log->info("fourth");
    log->write_deferred(LogLevel::info, "fifth"); // not released explicitly
  }
  const auto file = content(folder.path + "/log/inferd.log");
  std::size_t at = 0;
  for (const auto* word : {"first", "second", "third", "fourth", "fifth"}) {
    const auto found = file.find(word);
    BOOST_TEST(found != file.npos, word);
    BOOST_TEST(found >= at, word);
    at = found;
  }
  BOOST_TEST(holds(content(folder.path + "/console"), "fifth"));
}

BOOST_AUTO_TEST_CASE(the_level_changes_while_it_runs) {
  const Folder folder;
  {
    const Stderr console(folder.path + "/console");
    auto log = make_logger({LogLevel::warn, ""});
    BOOST_TEST(!log->writes(LogLevel::info));
    log->info("before");
    log->set_level(LogLevel::trace);
    BOOST_TEST((log->level() == LogLevel::trace));
    log->write(LogLevel::trace, "after");
    make_logger({LogLevel::off, ""})->error("never");
  }
  const auto console = content(folder.path + "/console");
  BOOST_TEST((!holds(console, "before") && holds(console, "after") && !holds(console, "never")));
}

BOOST_AUTO_TEST_CASE(files_are_bounded_in_size_and_count) {
  const Folder folder;
  {
    const Stderr console(folder.path + "/console");
    auto log = make_logger({LogLevel::off, folder.path, 10'000, 3, 100'000});
    for (int i = 0; i < 2'000; ++i) log->debug("a line of some forty characters, no more");
  }
  std::size_t files = 0;
  for (const auto& entry : fs::directory_iterator(folder.path)) {
    if (entry.path().filename() == "console") continue;
    ++files;
    BOOST_TEST(entry.file_size() <= 10'000u);
  }
  BOOST_TEST(files == 3u);
}

BOOST_AUTO_TEST_CASE(an_unwritable_directory_is_a_warning_not_an_end) {
  const Folder folder;
  std::ofstream(folder.path + "/file") << "x";
  {
    const Stderr console(folder.path + "/console");
    auto log = make_logger({LogLevel::info, folder.path + "/file/log"});
    BOOST_TEST(log->trouble().starts_with("log.dir: no log file in " + folder.path + "/file/log: "));
    log->info("still here");
  }
  const auto console = content(folder.path + "/console");
  BOOST_TEST((holds(console, "WARNING") && holds(console, "writing to the console only") && holds(console, "still here")));
}

BOOST_AUTO_TEST_CASE(into_the_journal_lines_have_a_priority_and_no_time) {
  const Folder folder;
  {
    const Stderr console(folder.path + "/console");
    struct stat s {};
    ::fstat(STDERR_FILENO, &s);
    ::setenv("JOURNAL_STREAM", (std::to_string(s.st_dev) + ":" + std::to_string(s.st_ino)).c_str(), 1);
    auto log = make_logger({LogLevel::debug, ""});
    log->debug("d");
    log->info("i");
    log->warn("w");
    log->error("e");
  }
  ::unsetenv("JOURNAL_STREAM");
  BOOST_TEST(content(folder.path + "/console") == "<7>d\n<6>i\n<4>w\n<3>e\n");
}

BOOST_AUTO_TEST_CASE(one_event_is_one_line_whoever_wrote_its_words) {
  BOOST_TEST(one_line("a\nb\tc\rd\x1b\x7f") == "a\\nb\\tc\\rd\\x1b\\x7f");
  BOOST_TEST(one_line("\x7f") == "\\x7f"); // a single one
  BOOST_TEST(one_line("\x01") == "\\x01");
  BOOST_TEST(one_line("prix en €", 100) == "prix en €");
  BOOST_TEST(one_line("abcdef", 3) == "abc…");
  BOOST_TEST(one_line("ab€", 4) == "ab…"); // no split UTF-8 sequence
  const Folder folder;
  {
    const Stderr console(folder.path + "/console");
    make_logger({LogLevel::info, ""})->info("{} %v %s\n<0>fake");
  }
  BOOST_TEST(holds(content(folder.path + "/console"), "{} %v %s\\n<0>fake\n"));
}

BOOST_AUTO_TEST_CASE(a_reader_that_stalls_costs_lines_not_time) {
  // The console is a pipe without a reader: once it is full the writer thread blocks and the queue overruns.
  std::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  BOOST_REQUIRE_EQUAL(::pipe(ends), 0);
  const int before = ::dup(STDERR_FILENO);
  ::dup2(ends[1], STDERR_FILENO);
  ::close(ends[1]);
  std::uint64_t dropped = 0;
  {
    LogSettings settings{LogLevel::info, ""};
    settings.queue = 16;
    auto log = make_logger(settings);
    for (int i = 0; i < 5'000; ++i) log->info(std::string(200, 'x'));
    dropped = log->dropped();
    ::dup2(before, STDERR_FILENO); // later lines go to the old stderr …
    ::close(ends[0]);              // … and the blocked write fails
    log->set_level(LogLevel::off);
  }
  ::close(before);
  BOOST_TEST(dropped > 0u);
}

BOOST_AUTO_TEST_CASE(levels_are_read_in_any_case) {
  LogLevel level{};
  BOOST_TEST((parse_level("DEBUG", level) && level == LogLevel::debug));
  BOOST_TEST((parse_level("Warning", level) && level == LogLevel::warn));
  BOOST_TEST(!parse_level("verbose", level));
  BOOST_TEST(!parse_level("", level));
}

BOOST_AUTO_TEST_CASE(a_log_file_that_is_removed_or_replaced_is_made_anew) { // lines went to the removed file
  for (const std::string strike : {"file removed", "folder removed", "folder moved", "file replaced"}) {
    const Folder folder;
    const auto dir = folder.path + "/log", file = dir + "/inferd.log";
    const Stderr console(folder.path + "/console");
    auto log = make_logger({LogLevel::info, dir});
    log->info("before");
    log->flush();
    for (int i = 0; i < 500 && !holds(content(file), "before"); ++i) ::usleep(10'000); // another thread writes
    BOOST_TEST(holds(content(file), "before"), strike);
    if (strike == "file removed") fs::remove(file);
    if (strike == "folder removed") fs::remove_all(dir);
    if (strike == "folder moved") fs::rename(dir, folder.path + "/old");
    if (strike == "file replaced") {
      std::ofstream(folder.path + "/other") << "other\n";
      fs::rename(folder.path + "/other", file);
    }
    for (int i = 0; i < 500 && !holds(content(file), "after"); ++i) { // within the interval of its checks
      log->info("after");
      log->flush();
      ::usleep(10'000);
    }
    BOOST_TEST(holds(content(file), "after\n"), strike);
    BOOST_TEST(holds(content(file), "other") == (strike == "file replaced"));
  }
}
