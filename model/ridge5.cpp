#include "model/ridge5.hpp"

namespace inferd {
namespace {

using Eigen::Index;
constexpr Index inputs = 5;

/// Fits growing ranges of rows.
class Fitter {
public:
  Fitter(const Samples& s, Index typical) : s_(s), moments_(s.ridge5.topRows(typical).leftCols(inputs)) {
    scale_ = s.ridge5.col(inputs) * std::sqrt(static_cast<double>(s.horizon));
    labels_ = (s.labels.array() / scale_.array()).min(5.0).max(-5.0);
  }
  LinearFit on(Index known) {
    const auto begin = moments_.rows();
    moments_.add(s_.ridge5.middleRows(begin, known - begin).leftCols(inputs), labels_.segment(begin, known - begin));
    auto fit = moments_.ridge(1'000 * static_cast<double>(s_.horizon));
    fit.intercept = 0;
    return fit;
  }
  Eigen::VectorXd predict(const LinearFit& fit, Index begin, Index end) const {
    return fit.predict(s_.ridge5.middleRows(begin, end - begin).leftCols(inputs))
      .cwiseProduct(scale_.segment(begin, end - begin));
  }

private:
  const Samples& s_;
  Moments moments_;
  Eigen::VectorXd scale_, labels_;
};

} // namespace

bool offers_ridge5(const FeatureContext& context) { return context.interval == one_hour && context.horizon <= 2; }

std::vector<std::string> ridge5_features() {
  return {"z_return_1_72", "z_return_4_72", "z_return_24_72", "z_return_168_72", "z_clv_72", "sigma_72"};
}

Eigen::VectorXd ridge5_walk(const Samples& s, const std::vector<Block>& blocks) {
  const auto first = blocks.front().begin;
  Fitter fitter(s, blocks.front().known);
  Eigen::VectorXd out(blocks.back().end - first);
  for (const auto& [known, begin, end] : blocks)
    out.segment(begin - first, end - begin) = fitter.predict(fitter.on(known), begin, end);
  return out;
}

LinearFit ridge5_fit(const Samples& s) { return Fitter(s, s.rows()).on(s.rows()); }

} // namespace inferd
