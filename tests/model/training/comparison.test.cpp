#define BOOST_TEST_MODULE comparison
#include "model/model.hpp"
#include "model/training/trainer.hpp"
#include "tests/model/score_row.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

/// Reference figures from an independent implementation (Python, scikit-learn) on the same candles and blocks.
struct Published {
  const char* name;
  double rmse, directional, pearson, weighted_gain;
};
constexpr Published published[] = {{"mean", 0.0618, 0.598, -0.24, 0.014},
                                   {"ridge, penalty 1", 0.1057, 0.473, -0.08, -0.31},
                                   {"ridge, penalty 100", 0.0760, 0.468, -0.07, -0.11},
                                   {"ridge, penalty 10000", 0.0653, 0.479, -0.04, -0.028}};

} // namespace

BOOST_AUTO_TEST_CASE(the_published_baselines_come_out_to_their_last_digit) {
  const auto table = compare(make_samples(real_candles().candles, 168), {});
  BOOST_TEST(table.span.predictions == 9'144);
  BOOST_TEST(std::round(table.span.independent) == 54);
  BOOST_TEST(std::abs(row(table, "zero").loss - 0.0624) < 0.00005);
  for (const auto& p : published) {
    const auto& r = row(table, p.name);
    BOOST_TEST_CONTEXT(p.name) {
      BOOST_TEST(std::abs(r.loss - p.rmse) < 0.00006);
      BOOST_TEST(std::abs(r.directional - p.directional) < 0.0006);
      BOOST_TEST(std::abs(r.pearson - p.pearson) < 0.006);
      BOOST_TEST(std::abs(r.weighted_gain - p.weighted_gain) < 0.006);
    }
  }
}

BOOST_AUTO_TEST_CASE(ranges_on_real_candles_are_as_wide_as_54_rows_make_them) {
  const auto table = compare(make_samples(real_candles().candles, 168), {});
  const auto& mean = row(table, "mean");
  BOOST_TEST(mean.directional_low < 0.5);
  BOOST_TEST(mean.directional_high > 0.7);
  BOOST_TEST(mean.pearson_high > 0);
  BOOST_TEST(mean.gain_low < 0);
  BOOST_TEST(mean.gain_high > mean.gain);
}

BOOST_AUTO_TEST_CASE(a_planted_feature_is_found_without_the_levels) {
  // Plants a dependence of the weekly return on ret_1h: r = 0.28.
  auto s = make_samples(real_candles().candles, 168);
  const Eigen::VectorXd planted = s.features.col(1).array() - s.features.col(1).mean();
  s.labels += planted * (0.3 * 0.066 / std::sqrt(planted.squaredNorm() / static_cast<double>(s.rows())));
  const auto table = compare(s, {});
  BOOST_TEST(row(table, "ridge without levels, penalty 100").gain > 0.03);
  BOOST_TEST(row(table, "ridge, penalty 100").gain < 0);
  BOOST_TEST(table.rows[table.chosen].name.starts_with("ridge without levels"));
}

BOOST_AUTO_TEST_CASE(a_model_on_its_own_training_candles_is_marked_in_sample) {
  auto settings = week_ahead();
  settings.keep = "ridge, penalty 1";
  const auto candles = real_candles();
  const Model model(train(candles, settings), "m.json");
  const auto score = score_model(model, candles.candles, make_samples(candles.candles, 168), {});
  BOOST_TEST(score.in_sample);
  BOOST_TEST(score.rows == 9'144);
  BOOST_TEST(score.row.gain > 0.02); // walk-forward it is -0.69
}

BOOST_AUTO_TEST_CASE(a_model_on_later_candles_is_scored_on_those_after_its_training_only) {
  auto settings = week_ahead();
  settings.keep = "ridge, penalty 1";
  const auto all = real_candles();
  const CandleFile half{{all.candles.begin(), all.candles.begin() + 8'000}, {}};
  const Model model(train(half, settings), "m.json");
  const auto score = score_model(model, all.candles, make_samples(all.candles, 168), {});
  BOOST_TEST(!score.in_sample);
  BOOST_TEST(score.rows == 13'872 - 8'000 - 168);
  BOOST_TEST(score.first == utc_text(all.candles[8'000].opens));
  BOOST_TEST(score.row.gain < 0);
}

BOOST_AUTO_TEST_CASE(a_model_of_labels_is_scored_by_log_loss_against_equal_labels) {
  const auto all = real_candles();
  const Model model(train_labels(all, week_ahead(), {{"down", "flat", "up"}, {-0.3, 0.3}}), "m.json");
  const auto score = score_model(model, all.candles, make_samples(all.candles, 168), {});
  BOOST_TEST(score.row.loss < 0.1);
  BOOST_TEST(score.row.gain > 0.9);
  BOOST_TEST(std::isnan(score.row.pearson));
}

BOOST_AUTO_TEST_CASE(candles_too_few_for_any_score_are_refused) {
  const Model model(train(real_candles(), week_ahead()), "m.json");
  BOOST_TEST(error_of<TrainingError>([&] {
               const auto few = random_walk(1, 500);
               score_model(model, few, make_samples(few, 168), {});
             }).find("rows have all features") != std::string::npos);
}
