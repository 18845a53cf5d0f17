#define BOOST_TEST_MODULE allo
#include "base/allo.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

Uallo uallo(std::string_view digits) { return {parse_digits(digits).value()}; }

std::string parsed(std::string_view text) {
  const auto amount = parse_allo(text);
  const auto* fault = std::get_if<std::string>(&amount);
  return fault ? *fault : to_digits(std::get<Uallo>(amount).value);
}

} // namespace

BOOST_AUTO_TEST_CASE(amounts_are_exact_to_the_last_of_18_places) {
  const std::pair<const char*, const char*> same[] = {
    {"0", "0"},
    {"1", "0.000000000000000001"},
    {"390000", "0.00000000000039"},
    {"999999999999999999", "0.999999999999999999"},
    {"1000000000000000000", "1"},
    {"18446744073709551616", "18.446744073709551616"}, // 2^64
    {"9007199254740993", "0.009007199254740993"},      // 2^53 + 1, which no double holds
    {"1000000000000000000000000001", "1000000000.000000000000000001"},
    {"340282366920938463463374607431768211454", "340282366920938463463.374607431768211454"},
  };
  for (const auto& [digits, text] : same) {
    BOOST_TEST(allo_text(uallo(digits)) == text);
    BOOST_TEST(parsed(text) == digits);
  }
}

BOOST_AUTO_TEST_CASE(operators_read_allo_where_that_needs_few_zeros) {
  BOOST_TEST(money_text({390'000}) == "390000 uallo");
  BOOST_TEST(money_text({999'999'999'999}) == "999999999999 uallo");
  BOOST_TEST(money_text({1'000'000'000'000}) == "0.000001 ALLO");
  BOOST_TEST(money_text(uallo("390000000000000")) == "0.00039 ALLO");
  BOOST_TEST(about_text(uallo("96123456789012345")) == "0.09612 ALLO");
  BOOST_TEST(about_text(uallo("99999999999999999999")) == "100 ALLO");
  BOOST_TEST(about_text({1'234'567}) == "1235000 uallo");
  BOOST_TEST(about_text({12}) == "12 uallo");
  BOOST_TEST(about_text({uint128_max}).ends_with(" ALLO"));
}

BOOST_AUTO_TEST_CASE(an_amount_is_read_as_people_write_it_or_refused_with_its_cause) {
  BOOST_TEST(parsed("0.0020") == "2000000000000000");
  BOOST_TEST(parsed("12 ALLO") == "12000000000000000000");
  BOOST_TEST(parsed("0.5ALLO") == "500000000000000000");
  BOOST_TEST(parsed("0.0000000000000000001") == "has more than 18 decimal places; 1 uallo is 0.000000000000000001 ALLO");
  BOOST_TEST(parsed("340282366920938463464") == "is more ALLO than there can be");
  BOOST_TEST(parsed(std::string(60, '9')) == "is no amount of ALLO; wanted is a decimal like 0.002");
  for (const auto* text : {"", " ", ".", "1.", ".5", "-1", "+1", "1e3", "0x1", "1,5", "1 uallo", "1 allo", "1 ALLO more",
                           "ALLO", "1.5.2", "0.000000000000000000x", "\xC2\xBD"})
    BOOST_TEST(parsed(text) == "is no amount of ALLO; wanted is a decimal like 0.002", text);
}

BOOST_AUTO_TEST_CASE(sums_and_products_beyond_128_bits_saturate) {
  BOOST_TEST((Uallo{uint128_max} + Uallo{1} == Uallo{uint128_max}));
  BOOST_TEST((Uallo{uint128_max - 1} + Uallo{1} == Uallo{uint128_max}));
  BOOST_TEST((saturating_multiply(uint128_max / 2, 2) == uint128_max - 1));
  BOOST_TEST((saturating_multiply(uint128_max / 2 + 1, 2) == uint128_max));
  BOOST_TEST(to_digits(uint128_max) == "340282366920938463463374607431768211455");
  BOOST_TEST((parse_digits("340282366920938463463374607431768211455") == uint128_max));
  BOOST_TEST(!parse_digits("340282366920938463463374607431768211456"));
}
