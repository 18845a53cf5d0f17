#define BOOST_TEST_MODULE sha256
#include "base/sha256.hpp"

#include <boost/test/unit_test.hpp>

BOOST_AUTO_TEST_CASE(the_standards_examples) { // FIPS 180-2, B.1, and of the empty text
  BOOST_TEST(inferd::sha256_text("abc") == "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(inferd::sha256_text("") == "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
