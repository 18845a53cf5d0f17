#define BOOST_TEST_MODULE ridge
#include "model/ridge.hpp"
#include "tests/model/series.hpp"

#include <Eigen/Dense>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

std::array<bool, feature_count> all() {
  std::array<bool, feature_count> used;
  used.fill(true);
  return used;
}

/// Reference implementation on the standardised inputs.
Eigen::VectorXd textbook(const FeatureRows& x, const Eigen::VectorXd& y, double penalty) {
  Eigen::MatrixXd z = x.rowwise() - x.colwise().mean();
  for (Eigen::Index j = 0; j < z.cols(); ++j) z.col(j) /= std::sqrt(z.col(j).squaredNorm() / static_cast<double>(z.rows()));
  const Eigen::VectorXd centred = y.array() - y.mean();
  // Ridge as least squares on sqrt(penalty) * I appended as rows, which avoids the condition number of the Gram matrix.
  Eigen::MatrixXd rows(z.rows() + z.cols(), z.cols());
  rows << z, std::sqrt(penalty) * Eigen::MatrixXd::Identity(z.cols(), z.cols());
  Eigen::VectorXd target = Eigen::VectorXd::Zero(rows.rows());
  target.head(y.size()) = centred;
  const Eigen::VectorXd w = rows.colPivHouseholderQr().solve(target);
  return (z * w).array() + y.mean();
}

} // namespace

BOOST_AUTO_TEST_CASE(running_moments_give_the_textbook_fit_on_real_candles) {
  const auto s = make_samples(real_candles().candles, 168);
  Moments moments(s.features.topRows(1'000));
  for (Eigen::Index i = 0; i < 5'000; i += 1'250) moments.add(s.features.middleRows(i, 1'250), s.labels.segment(i, 1'250));
  const FeatureRows x = s.features.topRows(5'000);
  const Eigen::VectorXd y = s.labels.head(5'000);
  for (const double penalty : {1.0, 100.0, 10'000.0}) {
    const Eigen::VectorXd difference = moments.ridge(all(), penalty).predict(x) - textbook(x, y, penalty);
    BOOST_TEST(difference.cwiseAbs().maxCoeff() < 1e-9);
  }
}

BOOST_AUTO_TEST_CASE(a_penalty_of_as_many_rows_halves_a_lonely_weight) {
  Normal normal(1);
  FeatureRows x = FeatureRows::Zero(1'000, feature_count);
  Eigen::VectorXd y(1'000);
  for (Eigen::Index i = 0; i < 1'000; ++i) {
    x(i, 4) = normal();
    y[i] = 3 * x(i, 4);
  }
  Moments moments(x);
  moments.add(x, y);
  const auto weak = moments.ridge(all(), 1e-9), strong = moments.ridge(all(), 1'000);
  BOOST_TEST(std::abs(weak.weight[4] / weak.scale[4] - 3) < 1e-9);
  BOOST_TEST(std::abs(strong.weight[4] / weak.weight[4] - 0.5) < 1e-9);
}

BOOST_AUTO_TEST_CASE(features_that_never_change_or_are_not_used_get_no_weight) {
  Normal normal(2);
  FeatureRows x(500, static_cast<Eigen::Index>(feature_count));
  Eigen::VectorXd y(500);
  for (Eigen::Index i = 0; i < 500; ++i) {
    for (Eigen::Index j = 0; j < 10; ++j) x(i, j) = j == 3 ? 118'000.1 : normal();
    y[i] = x(i, 0) + x(i, 1);
  }
  Moments moments(x.topRows(100));
  moments.add(x, y);
  auto used = all();
  used[1] = false;
  const auto fit = moments.ridge(used, 1);
  BOOST_TEST(fit.weight[3] == 0);
  BOOST_TEST(fit.weight[1] == 0);
  BOOST_TEST(fit.weight[0] > 0.9);
  BOOST_TEST(fit.scale.minCoeff() > 0);
}

BOOST_AUTO_TEST_CASE(a_fit_scaled_to_nothing_predicts_nothing) {
  const auto s = make_samples(random_walk(1, 500), 24);
  Moments moments(s.features);
  moments.add(s.features, s.labels);
  BOOST_TEST(moments.ridge(all(), 1).times(0).predict(s.features).cwiseAbs().maxCoeff() == 0);
}

BOOST_AUTO_TEST_CASE(the_labels_mean_and_variance_are_those_of_all_rows) {
  const auto s = make_samples(random_walk(3, 1'000), 24);
  Moments moments(s.features);
  moments.add(s.features.topRows(300), s.labels.head(300));
  moments.add(s.features.bottomRows(s.rows() - 300), s.labels.tail(s.rows() - 300));
  BOOST_TEST(moments.rows() == s.rows());
  BOOST_TEST(std::abs(moments.label_mean() - s.labels.mean()) < 1e-15);
  const double variance = (s.labels.array() - s.labels.mean()).square().sum() / static_cast<double>(s.rows() - 1);
  BOOST_TEST(std::abs(moments.label_variance() / variance - 1) < 1e-12);
}
