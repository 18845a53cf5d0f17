#define BOOST_TEST_MODULE sliding_window
#include "model/inputs/sliding_window.hpp"

#include <boost/test/unit_test.hpp>
#include <random>
#include <vector>

using namespace inferd;

namespace {

/// A non-commutative fold, to check the order.
struct Last {
  double first{}, last{};
  Last() = default;
  explicit Last(double x) : first(x), last(x) {}
  friend Last operator+(const Last& a, const Last& b) {
    Last out;
    out.first = a.first;
    out.last = b.last;
    return out;
  }
};

} // namespace

BOOST_AUTO_TEST_CASE(a_window_is_full_with_its_last_value_and_not_before) {
  SlidingWindow<Sum> window(3);
  window.push(1);
  window.push(2);
  BOOST_TEST(!window.full());
  window.push(3);
  BOOST_TEST(window.full());
  BOOST_TEST(window.fold().sum == 6);
}

BOOST_AUTO_TEST_CASE(at_every_position_the_fold_is_of_the_last_values_in_order) {
  SlidingWindow<Last> window(5);
  for (int i = 0; i < 40; ++i) {
    window.push(i);
    if (i < 4) continue;
    BOOST_TEST(window.fold().first == i - 4);
    BOOST_TEST(window.fold().last == i);
  }
}

BOOST_AUTO_TEST_CASE(extremes_leave_the_window_with_their_value) {
  SlidingWindow<MinMax> window(4);
  std::vector<double> values{5, 1, 9, 3, 3, 3, 3, 7, 2, 2, 2, 2, 8};
  for (std::size_t i = 0; i < values.size(); ++i) {
    window.push(values[i]);
    if (i < 3) continue;
    const auto [min, max] = std::minmax_element(values.begin() + static_cast<std::ptrdiff_t>(i) - 3,
                                                values.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    BOOST_TEST(window.fold().min == *min);
    BOOST_TEST(window.fold().max == *max);
  }
}

BOOST_AUTO_TEST_CASE(a_giant_value_leaves_no_trace_once_it_is_out) {
  SlidingWindow<Sum> sums(24);
  SlidingWindow<RunningVariance> spreads(24);
  sums.push(1e300);
  spreads.push(1e150);
  for (int i = 0; i < 24; ++i) {
    sums.push(0.1);
    spreads.push(0.1);
  }
  BOOST_TEST(std::abs(sums.fold().sum - 2.4) < 1e-14);
  BOOST_TEST(spreads.fold().squares == 0);
}

BOOST_AUTO_TEST_CASE(equal_values_have_no_spread_at_all) {
  SlidingWindow<RunningVariance> window(7);
  for (int i = 0; i < 100; ++i) window.push(0.1);
  BOOST_TEST(window.fold().squares == 0);
  BOOST_TEST(window.fold().n == 7);
}
