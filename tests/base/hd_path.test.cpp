#define BOOST_TEST_MODULE hd_path
#include "base/hd_path.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

std::string fault_of(std::string_view text) {
  const auto parsed = parse_hd_path(text);
  const auto* fault = std::get_if<std::string>(&parsed);
  return fault ? *fault : "none";
}

} // namespace

BOOST_AUTO_TEST_CASE(the_usual_path_is_bip_44_with_cosmos_coin_type) {
  BOOST_TEST(hd_path_text(cosmos_path()) == "m/44'/118'/0'/0/0");
  BOOST_TEST(hd_path_text(cosmos_path(7)) == "m/44'/118'/7'/0/0");
  BOOST_TEST(cosmos_path(0x7fffffff)[2] == 0xffffffffu);
}

BOOST_AUTO_TEST_CASE(a_path_is_read_in_each_of_its_spellings) {
  for (const auto* text : {"m/44'/118'/0'/0/0", "44'/118'/0'/0/0", "m/44h/118h/0h/0/0", "m/44H/118H/0H/0/0"})
    BOOST_TEST((std::get<HdPath>(parse_hd_path(text)) == cosmos_path()), text);
  BOOST_TEST((std::get<HdPath>(parse_hd_path("m/0")) == HdPath{0}));
  BOOST_TEST((std::get<HdPath>(parse_hd_path("2147483647'/2147483647")) == HdPath{0xffffffff, 0x7fffffff}));
  BOOST_TEST((std::get<HdPath>(parse_hd_path("0/1/2/3/4/5/6/7/8/9")) == HdPath{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

BOOST_AUTO_TEST_CASE(a_wrong_path_is_refused_with_its_level) {
  BOOST_TEST(fault_of("m/44'/118'/2147483648'/0/0") == "has a number above 2147483647 at level 3");
  BOOST_TEST(fault_of("m/99999999999999999999") == "has a number above 2147483647 at level 1");
  BOOST_TEST(fault_of("m/44'/x'/0") == "is no number at level 2; wanted is a path like m/44'/118'/0'/0/0");
  for (const auto* text : {"", "m", "m/", "/0", "m/0/", "m//0", "m/-1", "m/+1", "m/ 1", "m/1 ", "m/1''", "m/'", "m/0x1", "M/0"})
    BOOST_TEST(fault_of(text).starts_with("is no number at level"), text);
  BOOST_TEST(fault_of("0/1/2/3/4/5/6/7/8/9/10") == "has more than 10 levels");
}
