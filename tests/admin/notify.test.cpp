#define BOOST_TEST_MODULE notify
#include "runtime/notify/notify.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

using namespace inferd;

namespace {

/// A service manager: a datagram socket that NOTIFY_SOCKET names.
struct Manager {
  Manager() {
    folder = (std::filesystem::temp_directory_path() / "notify.XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(folder.data()));
    path = folder + "/socket";
    fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    BOOST_REQUIRE(bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    setenv("NOTIFY_SOCKET", path.c_str(), 1);
  }
  ~Manager() {
    for (const char* name : {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "CREDENTIALS_DIRECTORY"}) unsetenv(name);
    close(fd);
    std::filesystem::remove_all(folder);
  }
  std::string received() {
    char buffer[4096];
    const auto n = recv(fd, buffer, sizeof buffer, 0);
    return n < 0 ? "" : std::string(buffer, static_cast<std::size_t>(n));
  }
  std::string folder, path;
  int fd;
};

} // namespace

BOOST_AUTO_TEST_CASE(without_a_service_manager_nothing_is_told_and_nothing_fails) {
  unsetenv("NOTIFY_SOCKET");
  BOOST_TEST(!notify::ready());
  BOOST_TEST(!notify::alive());
  BOOST_TEST(!notify::watchdog_ms().has_value());
}

BOOST_FIXTURE_TEST_SUITE(with_a_manager, Manager)

BOOST_AUTO_TEST_CASE(each_call_is_one_datagram_of_the_protocol) {
  BOOST_TEST(notify::ready());
  BOOST_TEST(received() == "READY=1");
  BOOST_TEST(notify::status("12 windows"));
  BOOST_TEST(received() == "STATUS=12 windows");
  BOOST_TEST(notify::alive());
  BOOST_TEST(received() == "WATCHDOG=1");
  BOOST_TEST(notify::stopping("draining"));
  BOOST_TEST(received() == "STOPPING=1\nSTATUS=draining");
}

BOOST_AUTO_TEST_CASE(a_line_break_in_a_status_cannot_smuggle_another_assignment) {
  notify::status("harmless\nWATCHDOG=trigger");
  BOOST_TEST(received() == "STATUS=harmless WATCHDOG=trigger");
}

BOOST_AUTO_TEST_CASE(a_manager_that_is_gone_is_not_an_error) {
  close(fd);
  unlink(path.c_str());
  BOOST_TEST(!notify::alive());
}

BOOST_AUTO_TEST_CASE(the_watchdogs_interval_is_read_only_when_it_is_meant_for_this_process) {
  setenv("WATCHDOG_USEC", "30000000", 1);
  BOOST_TEST(notify::watchdog_ms().value_or(0) == 30'000);
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  BOOST_TEST(notify::watchdog_ms().value_or(0) == 30'000);
  setenv("WATCHDOG_PID", "1", 1);
  BOOST_TEST(!notify::watchdog_ms().has_value());
  setenv("WATCHDOG_PID", std::to_string(getpid()).c_str(), 1);
  setenv("WATCHDOG_USEC", "soon", 1);
  BOOST_TEST(!notify::watchdog_ms().has_value());
}

BOOST_AUTO_TEST_CASE(a_credential_is_found_by_its_name_in_the_managers_folder_and_nowhere_else) {
  BOOST_TEST(!notify::credential("mnemonic").has_value());
  setenv("CREDENTIALS_DIRECTORY", folder.c_str(), 1);
  BOOST_TEST(!notify::credential("mnemonic").has_value());
  std::ofstream(folder + "/mnemonic") << "words";
  BOOST_TEST(notify::credential("mnemonic").value() == folder + "/mnemonic");
  BOOST_CHECK_THROW(notify::credential("../mnemonic"), std::runtime_error);
  BOOST_CHECK_THROW(notify::credential(""), std::runtime_error);
}

BOOST_AUTO_TEST_SUITE_END()
