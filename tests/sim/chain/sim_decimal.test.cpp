#define BOOST_TEST_MODULE sim_decimal
#include "runtime/sim/chain/sim_decimal.hpp"
#include "tests/sim/sim_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd::sim;
using namespace inferd::sim::test;

namespace {

ChainDecimal read(const std::string& text) {
  const auto result = read_decimal(text);
  BOOST_REQUIRE_MESSAGE(result.value, text + ": " + result.error);
  return *result.value;
}

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_decimal_is_spelt_as_the_chain_spells_it_or_refused) {
  std::ifstream file(std::string(INFERD_SOURCE_DIR) + "/tests/golden/decimals.jsonl");
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const auto row = boost::json::parse(line).as_object();
    const auto in = str(row.at("in"));
    const auto flag = [&](const char* name, bool otherwise) { return row.contains(name) ? row.at(name).as_bool() : otherwise; };
    BOOST_TEST_CONTEXT(line) {
      const auto result = read_decimal(in);
      const bool good = !row.contains("error") && flag("finite", true) && flag("in_range", true);
      BOOST_TEST(result.value.has_value() == good);
      if (good && result.value) BOOST_TEST(result.value->canonical() == str(row.at("out")));
    }
  }
  BOOST_TEST(lines > 100);
}

BOOST_AUTO_TEST_CASE(refusals_have_the_chains_error_text) {
  BOOST_TEST(read_decimal("NaN").error == "value must be finite: value is out of range");
  BOOST_TEST(read_decimal("-Infinity").error == "value must be finite: value is out of range");
  BOOST_TEST(read_decimal("1E+41").error ==
             "value 100000000000000000000000000000000000000000 cannot be greater than ±1e40: value is out of range");
  for (const char* bad : {"", "-", ".", "1.2.3", "1e", "e5", "0x10", "1 ", " 1", "1e99999999999"})
    BOOST_TEST(!read_decimal(bad).value);
}

BOOST_AUTO_TEST_CASE(sums_are_exact_where_doubles_are_not) {
  const auto tolerance = read("0.000001");
  BOOST_TEST(check_unity({read("0.3"), read("0.2"), read("0.5")}, tolerance).holds);
  BOOST_TEST(check_unity({read("0.3"), read("0.2"), read("0.6")}, tolerance).sum == "1.1");
  BOOST_TEST(!check_unity({read("0.3"), read("0.2"), read("0.6")}, tolerance).holds);
  BOOST_TEST(check_unity({read("0.1"), read("0.2")}, tolerance).sum == "0.3");
  BOOST_TEST(check_unity({read("1"), read("0.000001")}, tolerance).holds);
  BOOST_TEST(!check_unity({read("1"), read("0.00000101")}, tolerance).holds);
  BOOST_TEST(check_unity({read("-0.5"), read("2")}, tolerance).sum == "1.5");
}

BOOST_AUTO_TEST_CASE(huge_and_tiny_values_do_not_overflow_a_sum) {
  const auto tolerance = read("0.000001");
  BOOST_TEST(!check_unity({read("1E+40"), read("1E+40")}, tolerance).holds);
  BOOST_TEST(check_unity({read("1"), read("1E-40")}, tolerance).holds);
}
