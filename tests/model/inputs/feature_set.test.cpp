#define BOOST_TEST_MODULE feature_set
#include "model/inputs/feature_set.hpp"
#include "model/inputs/volatility.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <iterator>

using namespace inferd;
using namespace inferd::test;

namespace {

const FeatureContext four_hours{one_hour, 4};

/// The value of one feature after `rows` candles.
double at(const std::string& name, std::size_t rows, const std::vector<Candle>& candles, FeatureContext context = four_hours) {
  FeatureSet set({name}, context);
  for (std::size_t i = 0; i < rows; ++i) set.push(candles[i]);
  return set.values()[0];
}

std::string refused(const std::string& name, FeatureContext context = four_hours) {
  return error_of<FeatureError>([&] { FeatureSet({name}, context); });
}

const std::vector<Candle>& real() {
  static const auto candles = real_candles().candles;
  return candles;
}

const auto tolerance = boost::test_tools::tolerance(1e-11);

/// From the definition, over rows [end - rows, end).
double mean_of(double (*f)(const Candle&), std::size_t rows, std::size_t end) {
  double sum = 0;
  for (auto i = end - rows; i < end; ++i) sum += f(real()[i]);
  return sum / static_cast<double>(rows);
}

double log_return(std::size_t from, std::size_t to) { return std::log(real()[to].close) - std::log(real()[from].close); }

} // namespace

BOOST_AUTO_TEST_CASE(the_classic_features_are_the_same_bytes_in_a_set) {
  FeatureState state;
  FeatureSet set({"vol_24h", "gk_24", "log_price", "exp_vol_ratio"}, four_hours);
  for (std::size_t i = 0; i < 500; ++i) {
    state.push(real()[i]);
    set.push(real()[i]);
    if (i < 72) continue;
    BOOST_TEST(set.values()[0] == state.values()[5]);
    BOOST_TEST(set.values()[2] == state.values()[0]);
    BOOST_TEST(set.values()[3] == state.values()[9]);
  }
  BOOST_TEST(set.needed() == 700u);
}

BOOST_AUTO_TEST_CASE(gk_is_the_log_of_the_mean_range_variance) {
  for (const std::size_t end : {24u, 25u, 100u, 1'000u})
    BOOST_TEST(at("gk_24", end, real()) == std::log(mean_of(garman_klass, 24, end) + 1e-10), tolerance);
  BOOST_TEST(std::isnan(at("gk_24", 23, real())));
  auto flat = candles_of({1, 1, 1});
  BOOST_TEST(at("gk_3", 3, flat) == std::log(1e-10), tolerance);
  BOOST_TEST(at("gk_3", 3, flat, {{60'000}, 4}) == std::log(1e-12), tolerance);
}

BOOST_AUTO_TEST_CASE(seasons_are_the_mean_phase_of_the_coming_candles) {
  for (const auto& [period, harmonic] : {std::pair{24, 1}, {24, 3}, {168, 2}})
    for (const std::size_t end : {1u, 2u, 500u}) {
      const auto hour = real()[end - 1].opens.value / ms_per_hour;
      double cosine = 0, sine = 0;
      for (int j = 1; j <= 4; ++j) {
        const double phase = 2 * M_PI * harmonic * static_cast<double>((hour + j) % period) / period;
        cosine += std::cos(phase) / 4;
        sine += std::sin(phase) / 4;
      }
      const auto name = std::to_string(period) + "_" + std::to_string(harmonic);
      BOOST_TEST(std::abs(at("cos_" + name, end, real()) - cosine) < 1e-11);
      BOOST_TEST(std::abs(at("sin_" + name, end, real()) - sine) < 1e-11);
    }
}

BOOST_AUTO_TEST_CASE(past_volatility_is_scaled_to_the_horizon) {
  const std::size_t end = 1'000;
  double squares = 0, sum = 0;
  for (auto i = end - 24; i < end; ++i) {
    squares += log_return(i - 1, i) * log_return(i - 1, i);
    sum += log_return(i - 1, i);
  }
  BOOST_TEST(at("vol_gk_24", end, real()) == std::sqrt(4 * mean_of(garman_klass, 24, end)), tolerance);
  BOOST_TEST(at("vol_r2_24", end, real()) == std::sqrt(4 * squares / 24), tolerance);
  BOOST_TEST(at("vol_std_24", end, real()) == std::sqrt(4 * (squares - sum * sum / 24) / 23), tolerance);
  BOOST_TEST(std::isnan(at("vol_r2_24", 24, real()))); // the first row has no return
  BOOST_TEST(!std::isnan(at("vol_r2_24", 25, real())));
}

BOOST_AUTO_TEST_CASE(scaled_returns_are_in_units_of_the_weighted_range_deviation) {
  const std::size_t end = 400;
  const double keep = std::pow(0.5, 1.0 / 72);
  double variance = mean_of(garman_klass, 24, 25);
  for (std::size_t i = 25; i < end; ++i) variance = keep * variance + (1 - keep) * garman_klass(real()[i]);
  const double sigma = std::sqrt(variance);
  const auto& c = real()[end - 1];
  BOOST_TEST(at("sigma_72", end, real()) == sigma, tolerance);
  BOOST_TEST(at("z_return_24_72", end, real()) == log_return(end - 25, end - 1) / (sigma * std::sqrt(24)), tolerance);
  BOOST_TEST(at("z_clv_72", end, real()) ==
               (2 * c.close - c.high - c.low) / (c.high - c.low) * std::log(c.high / c.low) / std::sqrt(4 * M_LN2) / sigma,
             tolerance);
  BOOST_TEST(std::isnan(at("sigma_72", 24, real())));
  auto jump = real();
  jump[end - 1].close *= 2;
  jump[end - 1].high *= 2;
  BOOST_TEST(at("z_return_1_72", end, jump) <= 6);
}

BOOST_AUTO_TEST_CASE(lagged_features_are_those_of_some_rows_before) {
  const std::size_t end = 100;
  BOOST_TEST(at("return_5_3", end, real()) == log_return(end - 9, end - 4), tolerance);
  double high = 0, low = 1e9, volume = 0;
  for (auto i = end - 8; i < end - 3; ++i) {
    high = std::max(high, real()[i].high);
    low = std::min(low, real()[i].low);
    volume += real()[i].volume;
  }
  BOOST_TEST(at("range_5_3", end, real()) == std::log(high / low), tolerance);
  BOOST_TEST(at("volume_5_3", end, real()) == std::log1p(volume), tolerance);
  BOOST_TEST(std::isnan(at("return_5_3", 8, real())));
  BOOST_TEST(!std::isnan(at("return_5_3", 9, real())));
}

BOOST_AUTO_TEST_CASE(every_feature_is_defined_after_the_rows_it_needs) {
  for (const std::string name : {"gk_24", "cos_24_1", "vol_gk_24", "vol_std_24", "vol_r2_24", "sigma_10", "z_return_24_10",
                                 "z_clv_10", "return_24_3", "range_24_3", "volume_24_3"}) {
    const FeatureSet set({name}, four_hours);
    BOOST_TEST(!std::isnan(at(name, set.needed(), real())), name);
  }
}

BOOST_AUTO_TEST_CASE(the_page_lists_every_feature) {
  std::ifstream in(INFERD_SOURCE_DIR "/etc/design/features.md");
  const std::string page(std::istreambuf_iterator<char>(in), {});
  for (const auto& name : classic_features()) BOOST_TEST(page.find("`" + name + "`") != page.npos, name);
  for (const auto& family : feature_families()) {
    auto name = "`" + family.name;
    for (const auto& parameter : family.parameters) name += "_" + parameter;
    BOOST_TEST(page.find(name + "`") != page.npos, name);
  }
}

BOOST_AUTO_TEST_CASE(a_name_that_is_no_feature_is_refused_by_name) {
  BOOST_TEST(refused("rsi_14") == "\"rsi_14\" is not a feature this program computes");
  BOOST_TEST(refused("network") == "\"network\" is not computed from candles");
  BOOST_TEST(refused("gk") == "feature \"gk\": gk_rows is wanted for a horizon of 4 candles");
  BOOST_TEST(refused("gk_0").find("gk_rows is wanted") != std::string::npos);
  BOOST_TEST(refused("cos_24_13").find("cos_period_harmonic") != std::string::npos);
  BOOST_TEST(refused("cos_24_1", {one_hour, 24}).find("for a horizon of 24 candles") != std::string::npos);
  BOOST_TEST(refused("vol_std_1").find("is wanted") != std::string::npos);
  BOOST_TEST(refused("gk_100001") == "\"gk_100001\" is not a feature this program computes");
  BOOST_TEST(refused("") == "\"\" is not a feature this program computes");
}
