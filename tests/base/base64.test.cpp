#define BOOST_TEST_MODULE base_base64
#include "base/base64.hpp"

#include <boost/test/unit_test.hpp>

using inferd::base64_text;

// RFC 4648, section 10.
BOOST_AUTO_TEST_CASE(the_vectors_of_the_rfc) {
  BOOST_TEST(base64_text("") == "");
  BOOST_TEST(base64_text("f") == "Zg==");
  BOOST_TEST(base64_text("fo") == "Zm8=");
  BOOST_TEST(base64_text("foo") == "Zm9v");
  BOOST_TEST(base64_text("foob") == "Zm9vYg==");
  BOOST_TEST(base64_text("fooba") == "Zm9vYmE=");
  BOOST_TEST(base64_text("foobar") == "Zm9vYmFy");
}
