#define BOOST_TEST_MODULE chain_decimal
#include "runtime/chain/encoding/decimal.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;

namespace {

std::string spelled(std::string_view text) {
  const auto decimal = canonical_decimal(text);
  const auto* value = std::get_if<Decimal>(&decimal);
  return value ? value->text : "refused: " + std::get<std::string>(decimal);
}

bool refused(std::string_view text) { return std::holds_alternative<std::string>(canonical_decimal(text)); }

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_decimal_is_spelled_as_the_chain_spells_it_or_refused_as_it_must_be) {
  for (const auto& row : test::golden_lines("decimals.jsonl")) {
    const auto& fields = row.as_object();
    const auto in = test::text(fields.at("in"));
    if (fields.contains("error") || !fields.at("finite").as_bool() || !fields.at("in_range").as_bool())
      BOOST_TEST(refused(in), in);
    else BOOST_TEST(spelled(in) == test::text(fields.at("out")));
  }
}

BOOST_AUTO_TEST_CASE(a_canonical_spelling_stays_what_it_is) {
  for (const auto& row : test::golden_lines("decimals.jsonl"))
    if (const auto& fields = row.as_object(); fields.contains("in_range") && fields.at("in_range").as_bool())
      BOOST_TEST(spelled(test::text(fields.at("out"))) == test::text(fields.at("out")));
}

BOOST_AUTO_TEST_CASE(the_range_ends_exactly_at_its_ends) {
  BOOST_TEST(spelled("10000000000000000000000000000000000000000") == "10000000000000000000000000000000000000000");
  BOOST_TEST(refused("10000000000000000000000000000000000000001"));
  BOOST_TEST(refused("1.0000000001e40"));
  BOOST_TEST(spelled("-1.000e40") == "-1.000E+40");
  BOOST_TEST(spelled("1e-40") == "1E-40");
  BOOST_TEST(refused("9.99999e-41"));
  BOOST_TEST(refused("0.00000000000000000000000000000000000000001"));
}

BOOST_AUTO_TEST_CASE(exponents_too_large_to_count_are_out_of_range) {
  for (const auto text : {"1e99999999999999999999", "1e-99999999999999999999", "1e2147483647", "1e-2147483648", "0e99999999"})
    BOOST_TEST(refused(text), text);
}

BOOST_AUTO_TEST_CASE(what_only_looks_like_a_number_is_refused) {
  for (const auto text :
       {"",    "+",  "-",  ".",     "-.", "e5",  ".e5",  "1e",   "1e+", "1e+-5",    "1e--5", "--1", "+-1",     "1.2.3",
        "1,5", " 1", "1 ", "0x1p3", "1f", "NaN", "-nan", "sNaN", "inf", "Infinity", "+INF",  "1\n", "\xc2\xb2"})
    BOOST_TEST(refused(text), text);
  BOOST_TEST(refused(std::string_view("1\0", 2)));
  BOOST_TEST(refused(std::string(257, '1')));
}

BOOST_AUTO_TEST_CASE(a_refusal_shows_what_was_wrong) {
  BOOST_TEST(spelled("NaN") == "refused: \"NaN\" is not finite");
  BOOST_TEST(spelled("ten") == "refused: \"ten\" is not a decimal");
  BOOST_TEST(spelled("1e41") == "refused: \"1e41\" is out of the chain's range: 0, or 1e-40 to 1e40 in size");
}
