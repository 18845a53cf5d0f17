#define BOOST_TEST_MODULE json_text
#include "runtime/market/json_text.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <stdexcept>

using namespace inferd::market;

BOOST_AUTO_TEST_CASE(numbers_keep_their_text) {
  const auto json = parse_json_text(R"([0.1, -5, 1e-7, 42000.10, 18446744073709551616, 0.30000000000000004])");
  BOOST_TEST(boost::json::serialize(json) == R"(["0.1","-5","1e-7","42000.10","18446744073709551616","0.30000000000000004"])");
}

BOOST_AUTO_TEST_CASE(the_rest_is_as_ever) {
  const auto json = parse_json_text(R"( {"a\n":"b\u00e4","c":[true,false,null,{}],"":"x"} )");
  BOOST_TEST(boost::json::serialize(json) == "{\"a\\n\":\"b\xC3\xA4\",\"c\":[true,false,null,{}],\"\":\"x\"}");
}

BOOST_AUTO_TEST_CASE(what_is_not_json_is_refused_with_its_place) {
  for (const auto* text : {"", "{", "[1,]", "[1 2]", "01", "1.", "+1", "NaN", "[1] 2", "{\"a\"}", "\"\x01\"", "\xff", "[\"a]"})
    BOOST_CHECK_THROW(parse_json_text(text), std::runtime_error);
  try {
    parse_json_text("[1,x]");
  } catch (const std::runtime_error& e) {
    BOOST_TEST(std::string(e.what()).find("at byte 3") != std::string::npos, e.what());
  }
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_bounded) {
  BOOST_CHECK_THROW(parse_json_text(std::string(1'000, '[') + std::string(1'000, ']')), std::runtime_error);
  std::string many = "[";
  for (int i = 0; i < 100'000; ++i) many += "[],[],";
  BOOST_CHECK_THROW(parse_json_text(many + "0]"), std::runtime_error);
}
