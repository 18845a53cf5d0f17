#include "model/ridge.hpp"

#include <Eigen/Cholesky>
#include <cassert>

namespace inferd {

Eigen::VectorXd LinearFit::predict(const Eigen::Ref<const FeatureRows>& features) const {
  if (weight.size() == 0) return Eigen::VectorXd::Constant(features.rows(), intercept);
  const FeatureVector slope = weight.cwiseQuotient(scale);
  return (features * slope).array() + (intercept - slope.dot(mean));
}

LinearFit LinearFit::times(double share) const {
  auto out = *this;
  out.intercept *= share;
  out.weight *= share;
  return out;
}

Moments::Moments(const Eigen::Ref<const FeatureRows>& typical) {
  assert(typical.rows() > 0);
  centre_ = typical.colwise().mean().transpose();
  unit_ =
    (typical.rowwise() - centre_.transpose()).colwise().norm().transpose() / std::sqrt(static_cast<double>(typical.rows()));
  unit_ = (unit_.array() > 0).select(unit_, 1.0);
  sum_ = products_ = FeatureVector::Zero(typical.cols());
  squares_ = Eigen::MatrixXd::Zero(typical.cols(), typical.cols());
}

void Moments::add(const Eigen::Ref<const FeatureRows>& features, const Eigen::Ref<const Eigen::VectorXd>& labels) {
  assert(features.rows() == labels.size());
  const FeatureRows z = (features.rowwise() - centre_.transpose()).array().rowwise() / unit_.transpose().array();
  rows_ += z.rows();
  sum_ += z.colwise().sum().transpose();
  squares_.noalias() += z.transpose() * z;
  products_.noalias() += z.transpose() * labels;
  label_sum_ += labels.sum();
  label_squares_ += labels.squaredNorm();
}

double Moments::label_variance() const {
  const double n = static_cast<double>(rows_);
  return rows_ < 2 ? 0 : std::max(0.0, (label_squares_ - label_sum_ * label_sum_ / n) / (n - 1));
}

LinearFit Moments::ridge(double penalty) const { return ridge({}, penalty); }

LinearFit Moments::ridge(std::span<const bool> used, double penalty) const {
  assert(rows_ > 0 && penalty > 0 && (used.empty() || std::ssize(used) == sum_.size()));
  const double n = static_cast<double>(rows_);
  const FeatureVector mean = sum_ / n;
  const FeatureVector variance = (squares_.diagonal() / n - mean.cwiseProduct(mean)).cwiseMax(0);
  FeatureVector scale = variance.cwiseSqrt();

  // A constant's deviation is rounding error, below 1e-7 in `unit_`s.
  FeatureVector mask(scale.size());
  for (Eigen::Index i = 0; i < scale.size(); ++i) {
    mask[i] = (used.empty() || used[static_cast<std::size_t>(i)]) && scale[i] > 1e-7 ? 1 : 0;
    if (scale[i] <= 1e-7) scale[i] = 1;
  }
  const auto inverse = mask.cwiseQuotient(scale).asDiagonal();
  Eigen::MatrixXd gram = inverse * (squares_ - n * mean * mean.transpose()) * inverse;
  gram.diagonal().array() += penalty;
  const FeatureVector target = inverse * (products_ - mean * label_sum_);

  LinearFit fit;
  fit.intercept = label_mean();
  fit.mean = centre_ + unit_.cwiseProduct(mean);
  fit.scale = unit_.cwiseProduct(scale);
  fit.weight = mask.cwiseProduct(gram.ldlt().solve(target));
  return fit;
}

} // namespace inferd
