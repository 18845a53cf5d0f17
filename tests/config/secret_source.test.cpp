#define BOOST_TEST_MODULE config_secret
#include "runtime/config/secret_source.hpp"
#include "tests/config/config_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;
using Kind = SecretSource::Kind;

namespace {

struct Read {
  std::string secret, fault;
};
Read read(const FakeHost& m, const SecretSource& source) {
  Read r;
  r.fault = with_secret(source, m.host(), [&](std::string_view s) { r.secret = s; });
  return r;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_secret_is_found_in_each_of_its_places) {
  FakeHost m;
  m.files["/f"].text = " zoo zoo \n";
  m.files["/c/key"] = {"cred\n", 0440};
  m.files["/.env"].text = "X='a b'\nX='c d'\n";
  m.environment["V"] = "env";
  BOOST_TEST(read(m, {Kind::file, "/f", ""}).secret == "zoo zoo");
  BOOST_TEST(read(m, {Kind::credential, "/c/key", "key"}).secret == "cred");
  BOOST_TEST(read(m, {Kind::dotenv, "/.env", "X"}).secret == "c d");
  BOOST_TEST(read(m, {Kind::environment, "", "V"}).secret == "env");
}

BOOST_AUTO_TEST_CASE(what_others_can_read_is_refused_for_files_and_dotenv) {
  FakeHost m;
  m.files["/f"] = {"zoo", 0604};
  for (const auto kind : {Kind::file, Kind::dotenv}) {
    const auto r = read(m, {kind, "/f", "X"});
    BOOST_TEST(r.secret == "");
    BOOST_TEST(r.fault.find("mode 0604") != std::string::npos);
    BOOST_TEST(r.fault.find("zoo") == std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(what_is_missing_or_empty_is_named_by_its_place) {
  FakeHost m;
  m.files["/empty"].text = "\n ";
  m.files["/.env"].text = "Y=1\n";
  BOOST_TEST(read(m, {}).fault == "no secret is configured");
  BOOST_TEST(read(m, {Kind::file, "/none", ""}).fault == "the file /none cannot be read: No such file or directory");
  BOOST_TEST(read(m, {Kind::file, "/empty", ""}).fault == "the file /empty is empty");
  BOOST_TEST(read(m, {Kind::dotenv, "/.env", "X"}).fault == "X in /.env is empty");
  BOOST_TEST(read(m, {Kind::environment, "", "V"}).fault == "V in the environment is not set");
  BOOST_TEST(read(m, {Kind::credential, "", "key"}).fault.find("LoadCredential=key:") != std::string::npos);
}
