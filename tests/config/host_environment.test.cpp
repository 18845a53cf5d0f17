#define BOOST_TEST_MODULE config_host_environment
#include "runtime/config/host_environment.hpp"

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

using namespace inferd;

namespace {

/// As the kernel shows it; the test is started with INFERD_TEST_SECRET in it.
std::string proc_environ() {
  std::ifstream in("/proc/self/environ", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

BOOST_AUTO_TEST_CASE(a_hidden_variable_is_erased_where_proc_shows_it_and_still_known) {
  const auto host = real_host();
  const std::string name = "INFERD_TEST_SECRET", value = "sesame-0123456789";
  BOOST_REQUIRE(proc_environ().find(name + "=" + value) != std::string::npos);
  for (int twice = 0; twice < 2; ++twice) {
    host.hide(name);
    BOOST_TEST(proc_environ().find(name) != std::string::npos);
    BOOST_TEST(proc_environ().find("sesame") == std::string::npos);
    BOOST_TEST(std::string(std::getenv(name.c_str())) == "");
    BOOST_TEST(real_host().variable(name).value() == value);
  }
  ::setenv(name.c_str(), "another", 1);
  BOOST_TEST(host.variable(name).value() == "another");
}

BOOST_AUTO_TEST_CASE(what_is_not_set_or_empty_stays_so) {
  const auto host = real_host();
  host.hide("INFERD_TEST_NOT_SET");
  BOOST_TEST(!host.variable("INFERD_TEST_NOT_SET").has_value());
  ::setenv("INFERD_TEST_EMPTY", "", 1);
  host.hide("INFERD_TEST_EMPTY");
  BOOST_TEST(host.variable("INFERD_TEST_EMPTY").value() == "");
}
