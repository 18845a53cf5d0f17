#pragma once
// tests/golden/promotion/make.py: the network's own signal and noise, with NumPy's figures for them.

#include "model/scoring/promotion.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace inferd::test {

struct PromotionCase {
  std::string name;
  std::int64_t horizon{}; ///< rows
  double minutes{};
  std::vector<double> figures; ///< the columns behind them
  Eigen::VectorXd truth, prediction;
};

inline std::vector<std::string> golden_lines(const std::string& name) {
  std::ifstream file(INFERD_SOURCE_DIR "/tests/golden/promotion/" + name + ".csv");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  BOOST_REQUIRE(lines.size() > 1u);
  lines.erase(lines.begin()); // the header
  return lines;
}

inline std::vector<double> golden_numbers(const std::string& line) {
  std::vector<double> out;
  std::istringstream fields(line);
  for (std::string field; std::getline(fields, field, ',');) out.push_back(std::stod(field));
  return out;
}

inline std::vector<PromotionCase> promotion_cases() {
  std::vector<PromotionCase> cases;
  for (const auto& line : golden_lines("figures")) {
    const auto comma = line.find(',');
    auto numbers = golden_numbers(line.substr(comma + 1));
    auto& c = cases.emplace_back(PromotionCase{line.substr(0, comma),
                                               static_cast<std::int64_t>(numbers.at(0)),
                                               numbers.at(1),
                                               {numbers.begin() + 2, numbers.end()},
                                               {},
                                               {}});
    const auto rows = golden_lines(c.name);
    c.truth.resize(static_cast<Eigen::Index>(rows.size()));
    c.prediction.resize(c.truth.size());
    for (Eigen::Index i = 0; i < c.truth.size(); ++i) {
      const auto row = golden_numbers(rows[static_cast<std::size_t>(i)]);
      c.truth[i] = row.at(0), c.prediction[i] = row.at(1);
    }
  }
  return cases;
}

inline void check_figures(const Promotion& g, const PromotionCase& c) {
  const std::vector<double> found{g.effective,       g.directional.value,   g.directional.bound,   g.pearson.value,
                                  g.pearson.bound,   g.weighted_gain.value, g.weighted_gain.bound, g.czar_gain.value,
                                  g.czar_gain.bound, g.log_aspect,          g.log_aspect_error};
  BOOST_REQUIRE(found.size() == c.figures.size());
  for (std::size_t i = 0; i < found.size(); ++i) {
    BOOST_TEST_CONTEXT(c.name << " over " << c.horizon << ", figure " << i)
    BOOST_TEST(std::abs(found[i] - c.figures[i]) <= 1e-9 * std::max(1.0, std::abs(c.figures[i])));
  }
}

} // namespace inferd::test
