#define BOOST_TEST_MODULE predictor_core
#include "actors/pipeline/predictor_core.hpp"
#include "model/training/trainer.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace inferd;

namespace {

std::shared_ptr<const Model> constant(double value) {
  return std::make_shared<Model>(constant_model({.topic = 1, .symbol = "btcusd"}, value), "constant.json");
}
TopicArrived rules(bool multi = false, std::vector<std::string> labels = {}) {
  TopicArrived t{};
  t.topic = TopicId{1};
  t.multi = multi;
  t.labels = std::move(labels);
  return t;
}
const FeaturesComputed features{TopicId{1}, Height{900}, Height{915}, "csv", Instant{7}, 42'000, std::vector<double>(10, 0.5)};

template <class T> T only(const PredictorCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  return std::get<T>(effects.front());
}

} // namespace

BOOST_AUTO_TEST_CASE(a_prediction_carries_its_candle_source_and_model) {
  PredictorCore c({TopicId{1}, constant(0.0123)});
  c.on(rules());
  const auto p = only<Predicted>(c.on(features));
  BOOST_TEST(p.values.front().value == "0.0123");
  BOOST_TEST(p.source == "csv");
  BOOST_TEST(p.candle.value == 7);
  BOOST_TEST(p.model.find("constant.json") == 0u);
}

BOOST_AUTO_TEST_CASE(features_wait_until_the_topics_rules_are_known) {
  PredictorCore c({TopicId{1}, constant(0.0123)});
  BOOST_TEST((only<WindowWanted>(c.on(features)).topic == TopicId{1})); // the rules may be lost
  BOOST_TEST(only<Predicted>(c.on(rules())).nonce.value == 900);
}

BOOST_AUTO_TEST_CASE(a_topic_of_another_arity_is_skipped_before_a_claim) {
  PredictorCore c({TopicId{1}, constant(0.0123)});
  c.on(rules(true, {"up", "down"}));
  BOOST_TEST(only<WindowSkipped>(c.on(features)).reason.find("wants labels") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_topic_with_another_horizon_or_kind_is_skipped) { // was answered, and fees were paid
  auto day = constant_model({.topic = 1, .symbol = "btcusd"}, 0.0123);
  day.horizon = "24h";
  PredictorCore c({TopicId{1}, std::make_shared<Model>(day, "day.json")});
  auto topic = rules();
  topic.metadata = "btc_usd 7day log return";
  c.on(topic);
  const auto reason = only<WindowSkipped>(c.on(features)).reason;
  BOOST_TEST(reason.find("wants 7 days ahead, the model looks 1 day ahead (day.json") != std::string::npos, reason);
  topic.metadata = "btc_usd 24h log return";
  c.on(topic);
  BOOST_TEST(only<Predicted>(c.on(features)).nonce.value == 900);
  topic.metadata = "btc_usd 24h price";
  c.on(topic);
  BOOST_TEST(c.mismatch().find("wants a price, the model predicts a log return") != std::string::npos, c.mismatch());
}

BOOST_AUTO_TEST_CASE(an_implausible_value_is_skipped_with_its_reason) {
  auto file = constant_model({.topic = 1, .symbol = "btcusd"}, 0.0123);
  file.plausible.least = -0.001;
  file.plausible.most = 0.001;
  PredictorCore c({TopicId{1}, std::make_shared<Model>(file, "narrow.json")});
  c.on(rules());
  BOOST_TEST(!only<WindowSkipped>(c.on(features)).reason.empty());
}
