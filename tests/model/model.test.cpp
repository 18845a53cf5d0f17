#define BOOST_TEST_MODULE model
#include "model/model.hpp"
#include "tests/model/series.hpp"

#include "model/inputs/features.hpp"
#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

using namespace inferd;
using namespace inferd::test;

namespace {

constexpr double inf = std::numeric_limits<double>::infinity();

/// The error for the file after `change`.
template <class F> std::string refused(F&& change, ModelFile file = linear_file()) {
  change(file);
  return error_of<ModelError>([&] { Model(file, "m.json"); });
}

ModelFile constant_file(double value, ModelOutput output = ModelOutput::log_return) {
  auto settings = week_ahead();
  settings.output = output;
  return constant_model(settings, value);
}

std::array<double, feature_count> features() { return {11, 0.001, 0.02, 1e5, 1e5, 0.008, 0.5, 0.5, 1, 1}; }

} // namespace

BOOST_AUTO_TEST_CASE(a_linear_model_picks_its_inputs_by_name) {
  const Model model(linear_file(), "m.json");
  BOOST_TEST(model.needs_features());
  const double expected = 0.001 + 0.003 * (0.02 - 0.0005) / 0.02 + -0.1 * (0.008 - 0.006) / 0.002;
  const auto values = model.predict(features(), 1e5);
  BOOST_REQUIRE_EQUAL(values.size(), 1u);
  BOOST_TEST(values[0].label == "");
  BOOST_TEST(std::stod(values[0].value) == expected);
  BOOST_TEST(model.value(features()) == expected);
}

BOOST_AUTO_TEST_CASE(a_constant_needs_no_features_and_prints_shortest) {
  const Model model(constant_file(0.001), "m.json");
  BOOST_TEST(!model.needs_features());
  BOOST_TEST(model.predict({}, 1e5)[0].value == "0.001");
  BOOST_TEST(Model(constant_file(0), "m.json").predict({}, 1e5)[0].value == "0");
  BOOST_TEST(model.implausibility(model.predict({}, 1e5), 1e5) == "");
}

BOOST_AUTO_TEST_CASE(a_model_of_prices_says_the_price_its_return_leads_to) {
  const Model model(constant_file(std::log(1.1), ModelOutput::price), "m.json");
  const auto values = model.predict({}, 200);
  BOOST_TEST(std::stod(values[0].value) == 220, boost::test_tools::tolerance(1e-12));
  BOOST_TEST(model.implausibility(values, 200) == "");
  BOOST_TEST(model.implausibility({{"", "0.09"}}, 200).find("implausible") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(labels_come_in_the_files_order_and_sum_to_one) {
  const Model model(labels_file(), "m.json");
  BOOST_TEST((model.labels() == std::vector<std::string>{"down", "flat", "up"}));
  const auto values = model.predict({}, 1);
  BOOST_TEST((values == std::vector<LabelledValue>{{"down", "0.25"}, {"flat", "0.5"}, {"up", "0.25"}}));
  BOOST_TEST(model.implausibility(values, 1) == "");
}

BOOST_AUTO_TEST_CASE(implausible_values_are_reported_with_the_range_and_its_reason) {
  const Model model(linear_file(), "m.json");
  BOOST_TEST(model.implausibility({{"", "0.5"}}, 1) ==
             "the model's value 0.5 is implausible: a log return between -0.4 and 0.4 is expected "
             "(six standard deviations of the training labels)");
  BOOST_TEST(model.implausibility({{"", "nan"}}, 1) == "the model's value is nan, not a finite number");
  auto wild = features();
  wild[2] = inf;
  BOOST_TEST(model.implausibility(model.predict(wild, 1), 1) == "the model's value is inf, not a finite number");
  BOOST_TEST(Model(labels_file(), "m.json").implausibility({{"up", "1.5"}}, 1).find("a probability between 0 and 1") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_symbol_interval_or_horizon_is_refused_naming_both) {
  const Model model(linear_file(), "m.json");
  BOOST_CHECK_NO_THROW(model.expect("btcusd", one_hour, 168 * ms_per_hour));
  BOOST_TEST(error_of<ModelError>([&] { model.expect("ethusd", one_hour, 168 * ms_per_hour); }) ==
             "m.json: the model is for btcusd, ethusd is configured");
  BOOST_TEST(error_of<ModelError>([&] { model.expect("btcusd", one_hour, 24 * ms_per_hour); }) ==
             "m.json: the model looks 7 days ahead, the configuration 1 day");
  BOOST_TEST(error_of<ModelError>([&] { model.expect("btcusd", Interval{60'000}, 168 * ms_per_hour); }) ==
             "m.json: the model is for candles of 1h, 1m are configured");
}

BOOST_AUTO_TEST_CASE(a_linear_model_that_does_not_fit_together_is_refused) {
  BOOST_TEST(refused([](auto&) {}) == "no error");
  BOOST_TEST(refused([](auto& f) { f.features[0] = f.linear[0].feature = "rsi_14"; }) ==
             "m.json: \"rsi_14\" is not a feature this program computes");
  BOOST_TEST(refused([](auto& f) { f.features[1] = "ret_24h"; }) == "m.json: feature \"ret_24h\" is there twice");
  BOOST_TEST(refused([](auto& f) { f.linear.pop_back(); }) == "m.json: 1 coefficients for 2 features");
  BOOST_TEST(refused([](auto& f) { f.features.clear(); }) == "m.json: a linear model has no features");
  BOOST_TEST(refused([](auto& f) { std::swap(f.linear[0], f.linear[1]); }) ==
             "m.json: coefficient 0 is of \"vol_24h\", feature 0 is \"ret_24h\"");
  BOOST_TEST(refused([](auto& f) { f.linear[1].weight = NAN; }) == "m.json: \"vol_24h.weight\" is not finite");
  BOOST_TEST(refused([](auto& f) { f.linear[0].mean = inf; }) == "m.json: \"ret_24h.mean\" is not finite");
  BOOST_TEST(refused([](auto& f) { f.linear[0].scale = 0; }) == "m.json: \"ret_24h.scale\" is not above 0");
  BOOST_TEST(refused([](auto& f) { f.intercept = -inf; }) == "m.json: \"intercept\" is not finite");
  BOOST_TEST(refused([](auto& f) { f.output = ModelOutput::probability; }) ==
             "m.json: \"output\" is \"probability\", which only labels have");
  BOOST_TEST(refused([](auto& f) { f.symbol = ""; }) == "m.json: \"symbol\" is empty");
  BOOST_TEST(refused([](auto& f) { f.horizon = "0h"; }) ==
             "m.json: \"horizon\" is no duration of at most ten years such as \"4h\"");
  BOOST_TEST(refused([](auto& f) { f.horizon = "90m"; }) == "m.json: \"horizon\" is not a multiple of 1h");
  BOOST_TEST(refused([](auto& f) { f.labels = {{"up", 1}}; }) == "m.json: a model of a single value has labels");
  BOOST_TEST(refused([](auto& f) { f.plausible = {1, -1}; }) == "m.json: \"plausible\" is an empty range");
  BOOST_TEST(refused([](auto& f) { f.plausible.most = inf; }) == "m.json: \"plausible.most\" is not finite");
}

BOOST_AUTO_TEST_CASE(labels_and_constants_that_do_not_fit_together_are_refused) {
  const auto labels = labels_file();
  BOOST_TEST(refused([](auto& f) { f.labels.resize(1); }, labels) == "m.json: fewer than two labels");
  BOOST_TEST(refused([](auto& f) { f.labels[2].label = "down"; }, labels) == "m.json: label \"down\" is there twice");
  BOOST_TEST(refused([](auto& f) { f.labels[2].label = ""; }, labels) == "m.json: a label is empty");
  BOOST_TEST(refused([](auto& f) { f.labels[2].probability = 0.3; }, labels) ==
             "m.json: the labels' probabilities do not sum to 1");
  BOOST_TEST(refused([](auto& f) { f.labels[2].probability = -0.25; }, labels) ==
             "m.json: \"up.probability\" is not between 0 and 1");
  BOOST_TEST(refused([](auto& f) { f.labels[2].probability = NAN; }, labels) == "m.json: \"up.probability\" is not finite");
  BOOST_TEST(refused([](auto& f) { f.edges.pop_back(); }, labels) == "m.json: 1 edges between 3 labels");
  BOOST_TEST(refused([](auto& f) { f.edges = {1, 0}; }, labels) == "m.json: \"edges\" do not ascend");
  BOOST_TEST(refused([](auto& f) { f.output = ModelOutput::price; }, labels) ==
             "m.json: labels are predicted as \"probability\" only");
  BOOST_TEST(refused([](auto& f) { f.constant = NAN; }, constant_file(0)) == "m.json: \"constant\" is not finite");
  BOOST_TEST(refused([](auto& f) { f.features = {"vol_24h"}; }, constant_file(0)) == "m.json: a constant model has features");
}

BOOST_AUTO_TEST_CASE(the_name_distinguishes_models_of_one_file_name) {
  const Model a(constant_file(0.001), "some/where/m.json"), b(constant_file(0.002), "some/where/m.json");
  BOOST_TEST(a.name().starts_with("m.json (sha256:"));
  BOOST_TEST(a.name() != b.name());
}

BOOST_AUTO_TEST_CASE(a_file_that_is_missing_or_too_large_is_named) {
  BOOST_TEST(error_of<ModelError>([] { load_model("nowhere/m.json"); }) == "nowhere/m.json: No such file or directory");
  const auto path = std::filesystem::temp_directory_path() / ("inferd-large-" + std::to_string(::getpid()) + ".json");
  std::ofstream(path).close();
  std::filesystem::resize_file(path, limits::file_read + 1); // sparse
  BOOST_TEST(error_of<ModelError>([&] { load_model(path); }).find("more than the") != std::string::npos);
  std::filesystem::resize_file(path, 0);
  BOOST_TEST(error_of<ModelError>([&] { load_model(path); }) == path.string() + ": the file is cut short");
  std::filesystem::remove(path);
}
