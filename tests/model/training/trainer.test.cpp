#define BOOST_TEST_MODULE trainer
#include "model/model.hpp"
#include "model/training/trainer.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::test;

namespace {

CandleFile file_of(std::vector<Candle> candles) {
  auto gaps = find_gaps(candles);
  return {std::move(candles), std::move(gaps)};
}

} // namespace

BOOST_AUTO_TEST_CASE(no_skill_is_claimed_on_random_walks) {
  int claimed = 0;
  for (std::uint64_t seed = 1; seed <= 40; ++seed)
    claimed += train(file_of(random_walk(seed, 13'872)), week_ahead()).chosen != "zero";
  BOOST_TEST(claimed <= 3); // at most 10 %; 1.7 % measured over 1,000 walks
}

BOOST_AUTO_TEST_CASE(a_price_drawn_back_to_its_level_is_found_out_and_predicted_from_its_features) {
  int found = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto model = train(file_of(mean_reverting(seed, 13'872)), week_ahead());
    if (model.chosen == "zero") continue;
    ++found;
    BOOST_TEST((model.kind == ModelKind::linear));
    BOOST_TEST(model.why.find("more than chance would give") != std::string::npos);
  }
  BOOST_TEST(found >= 7);
}

BOOST_AUTO_TEST_CASE(the_real_candles_are_not_claimed_to_be_predictable) {
  const auto model = train(real_candles(), week_ahead());
  BOOST_TEST(model.chosen == "zero");
  BOOST_TEST((model.kind == ModelKind::constant));
  BOOST_TEST(model.constant == 0);
  BOOST_TEST(model.why.starts_with("no other candidate's walk-forward error is lower by more than chance would give"));
  BOOST_TEST(model.scores.size() == candidates().size());
  BOOST_TEST(model.training.candles == 13'872);
  BOOST_TEST(model.training.rows == 13'632);
  BOOST_TEST(model.training.first == "2024-01-01T00:00:00Z");
  BOOST_TEST(model.training.last == "2025-07-31T23:00:00Z");
  BOOST_TEST(model.plausible.most == 6 * 0.066, boost::test_tools::tolerance(0.01));
}

BOOST_AUTO_TEST_CASE(the_same_candles_give_the_same_bytes) {
  BOOST_TEST(model_text(train(real_candles(), week_ahead())) == model_text(train(real_candles(), week_ahead())));
}

BOOST_AUTO_TEST_CASE(a_model_kept_by_hand_predicts_and_says_so) {
  auto settings = week_ahead();
  settings.keep = "ridge without levels, penalty 100";
  const auto file = train(real_candles(), settings);
  BOOST_TEST(file.chosen == settings.keep);
  BOOST_TEST(file.why.starts_with("kept by hand; by the comparison: no other"));
  BOOST_TEST(file.features.size() == 7u);
  for (const auto& name : file.features) BOOST_TEST(!is_level(name));

  // The loaded model predicts the same as the fit.
  const auto s = make_samples(real_candles().candles, 168);
  Moments moments(s.features.topRows(4'320));
  moments.add(s.features, s.labels);
  const auto expected = fit({Estimator::ridge, false, 100}, moments, 81).predict(s.features.bottomRows(1))[0];
  const Model model(parse_model(model_text(file), "m.json"), "m.json");
  BOOST_TEST(model.value({s.features.row(s.rows() - 1).data(), feature_count}) == expected, boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(a_candidate_that_does_not_exist_is_refused_with_those_that_do) {
  auto settings = week_ahead();
  settings.keep = "oracle";
  BOOST_TEST(error_of<TrainingError>([&] {
               train(real_candles(), settings);
             }).starts_with("there is no candidate \"oracle\", but \"zero\", "));
}

BOOST_AUTO_TEST_CASE(too_few_candles_are_refused) {
  BOOST_TEST(error_of<TrainingError>([] {
               train(file_of(random_walk(1, 1'000)), week_ahead());
             }).starts_with("1000 candles are too few: 760 rows"));
}

BOOST_AUTO_TEST_CASE(gaps_are_written_into_the_file) {
  auto candles = random_walk(2, 6'000);
  candles.erase(candles.begin() + 100, candles.begin() + 103);
  BOOST_TEST(train(file_of(candles), week_ahead()).training.gaps == "2024-01-05T04:00:00Z: 3 hours");
}

BOOST_AUTO_TEST_CASE(a_price_that_never_moves_is_no_reason_to_fall_over) {
  const auto model = train(file_of(candles_of(std::vector<double>(6'000, 100))), week_ahead());
  BOOST_TEST(model.chosen == "zero");
  BOOST_CHECK_NO_THROW(Model(model, "m.json"));
}

BOOST_AUTO_TEST_CASE(label_shares_are_those_of_the_past_when_they_help_and_equal_when_not) {
  const LabelRules rules{{"down", "flat", "up"}, {-0.3, 0.3}}; // almost always flat
  const auto lopsided = train_labels(real_candles(), week_ahead(), rules);
  BOOST_TEST(lopsided.chosen == "shares of the past");
  BOOST_TEST(lopsided.labels[1].probability > 0.99);
  BOOST_CHECK_NO_THROW(Model(lopsided, "m.json"));
  const auto coin = train_labels(file_of(random_walk(5, 13'872)), week_ahead(), {{"down", "up"}, {0}});
  BOOST_TEST(coin.chosen == "all labels equal");
  BOOST_TEST(coin.labels[0].probability == 0.5);
  BOOST_TEST(error_of<TrainingError>([] {
               train_labels(real_candles(), week_ahead(), {{"up"}, {}});
             }) == "at least two labels are needed");
}

BOOST_AUTO_TEST_CASE(a_constant_is_made_from_nothing_and_must_be_finite) {
  const auto model = constant_model(week_ahead(), -0.25);
  BOOST_TEST(Model(model, "m.json").predict({}, 1)[0].value == "-0.25");
  BOOST_TEST(error_of<TrainingError>([] { constant_model(week_ahead(), NAN); }) == "the constant is not finite");
}
