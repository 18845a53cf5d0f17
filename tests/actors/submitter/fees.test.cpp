#define BOOST_TEST_MODULE fees
#include "actors/submitter/fees.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr GasPrice one{1'000'000'000}; // 1 uallo per unit of gas

FeePolicy tier(std::uint32_t percent, std::uint64_t cap = 5'000'000) {
  FeePolicy p;
  p.tier_percent = percent;
  p.fee_cap = Uallo{cap};
  return p;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_tiers_multiply_the_minimum_fee) {
  BOOST_TEST((offer(tier(100), Gas{200'000}, one)->value == 200'000u));
  BOOST_TEST((offer(tier(150), Gas{200'000}, one)->value == 300'000u));
  BOOST_TEST((offer(tier(250), Gas{200'000}, one)->value == 500'000u));
}

BOOST_AUTO_TEST_CASE(the_least_fee_is_rounded_up_because_one_uallo_less_is_refused) {
  BOOST_TEST((least_fee(Gas{3}, GasPrice{333'333'334}).value == 2u));
  BOOST_TEST((least_fee(Gas{250'000}, one).value == 250'000u));
  BOOST_TEST((least_fee(Gas{1}, GasPrice{1}).value == 1u));
}

BOOST_AUTO_TEST_CASE(the_cap_limits_the_tier_but_not_below_the_minimum) {
  BOOST_TEST((offer(tier(250, 300'000), Gas{200'000}, one)->value == 300'000u));
  BOOST_TEST(!offer(tier(100, 199'999), Gas{200'000}, one).has_value());
}

BOOST_AUTO_TEST_CASE(huge_prices_saturate_instead_of_wrapping) {
  BOOST_TEST((least_fee(Gas{UINT64_MAX}, GasPrice{uint128_max}).value == uint128_max));
  BOOST_TEST((least_fee(Gas{1}, GasPrice{uint128_max}).value == uint128_max / 1'000'000'000 + 1));
  for (const auto price : {Uint128{UINT64_MAX}, Uint128{UINT64_MAX} + 1, uint128_max / 2, uint128_max})
    BOOST_TEST(!offer(tier(100), Gas{UINT64_MAX}, GasPrice{price}).has_value());
  auto unlimited = tier(250);
  unlimited.fee_cap = {uint128_max};
  BOOST_TEST((offer(unlimited, Gas{UINT64_MAX}, GasPrice{uint128_max}).has_value()));
}

BOOST_AUTO_TEST_CASE(mainnets_prices_are_exact) { // 250,000,000, 10^9 and 1.5 * 10^9 uallo
  constexpr Uint128 nano = 1'000'000'000;
  BOOST_TEST((least_fee(Gas{171'000}, GasPrice{250'000'000 * nano}) == Uallo{42'750'000'000'000}));
  BOOST_TEST((least_fee(Gas{260'000}, GasPrice{1'000'000'000 * nano}) == Uallo{260'000'000'000'000}));
  BOOST_TEST(
    (offer(tier(250, 2'000'000'000'000'000), Gas{260'000}, GasPrice{1'500'000'000 * nano}) == Uallo{975'000'000'000'000}));
  BOOST_TEST((least_fee(Gas{260'000}, GasPrice{18'446'744'074 * nano}) == Uallo{4'796'153'459'240'000})); // above 2^64 nano
  BOOST_TEST((least_fee(Gas{3}, GasPrice{1'000'000'000 * nano + 1}) == Uallo{3'000'000'001}));
}

BOOST_AUTO_TEST_CASE(the_gas_limit_has_a_margin_and_stops_at_the_cap) {
  BOOST_TEST(gas_limit(FeePolicy{}, Gas{150'000}).value == 195'000u);
  BOOST_TEST(gas_limit(FeePolicy{}, Gas{490'000}).value == FeePolicy{}.gas_cap.value);
  BOOST_TEST(gas_limit(FeePolicy{}, Gas{UINT64_MAX}).value == FeePolicy{}.gas_cap.value);
}
