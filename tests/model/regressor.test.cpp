#define BOOST_TEST_MODULE regressor
#include "model/regressor.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

BOOST_AUTO_TEST_CASE(a_linear_regressor_weighs_standardised_inputs) {
  const LinearRegressor r(0.5, {{10, 2, 0.25}, {0, 1, -1}});
  double out = 0;
  r.predict(std::array{14.0, 0.125}, std::span(&out, 1));
  BOOST_TEST(out == 0.5 + 0.25 * 2 - 0.125);
}

BOOST_AUTO_TEST_CASE(a_constant_regressor_needs_no_inputs_and_fills_every_output) {
  std::array<double, 3> out{};
  ConstantRegressor({0.2, 0.3, 0.5}).predict({}, out);
  BOOST_TEST((out == std::array{0.2, 0.3, 0.5}));
}
