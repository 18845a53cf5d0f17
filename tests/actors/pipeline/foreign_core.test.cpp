#define BOOST_TEST_MODULE foreign_core
#include "actors/pipeline/foreign_core.hpp"
#include "model/training/trainer.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

using namespace inferd;

namespace {

const Instant start{1'000'000};

Instant after(std::int64_t ms) { return {start.value + ms}; }

std::shared_ptr<const Model> constant(double value) {
  return std::make_shared<Model>(constant_model({.topic = 1, .symbol = "btcusd"}, value), "constant.json");
}
TopicArrived rules(bool multi = false) {
  TopicArrived t{};
  t.topic = TopicId{1};
  t.multi = multi;
  return t;
}
FeaturesComputed features(std::int64_t nonce) {
  return {TopicId{1}, Height{nonce}, Height{nonce + 15}, "csv", Instant{7}, 42'000, {0.5, std::nan(""), 7}};
}
ForeignPolicy policy(std::shared_ptr<const Model> fallback = nullptr) {
  ForeignPolicy p{.topic = TopicId{1}, .name = "predict.py (sha256:abc)", .horizon_ms = 168 * 3'600'000};
  p.inputs = 2;
  p.sanity.least = -1;
  p.sanity.most = 1;
  p.fallback = std::move(fallback);
  return p;
}

template <class T> T only(const ForeignCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  BOOST_REQUIRE(std::holds_alternative<T>(effects.front()));
  return std::get<T>(effects.front());
}
AskModel asked(const ForeignCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_TEST(std::get<ForeignCore::WakeIn>(effects[1]).ms == 4'500);
  return std::get<AskModel>(effects[0]);
}
ModelAnswered answer(const AskModel& q, std::string value) { return {q.topic, q.nonce, q.ask, {{"", std::move(value)}}, 3}; }

struct Fixture {
  explicit Fixture(ForeignPolicy p = policy()) : core(std::move(p)) { core.on(rules(), start); }
  /// What becomes of `value` for `nonce`.
  ForeignCore::Effects predict(std::int64_t nonce, const std::string& value) {
    return core.on(answer(asked(core.on(features(nonce), start)), value), after(5));
  }
  std::string refusal(std::int64_t nonce, const std::string& value) {
    return only<WindowSkipped>(predict(nonce, value)).reason;
  }
  void conclude(std::int64_t nonce, const std::string& value) {
    core.on(BookConclusion{{TopicId{1}, Height{nonce}, {value}, {}}, start}, start);
  }
  ForeignCore core;
};

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

} // namespace

BOOST_FIXTURE_TEST_CASE(an_answer_becomes_a_prediction_with_the_models_name, Fixture) {
  const auto q = asked(core.on(features(900), start));
  BOOST_TEST(q.nonce.value == 900);
  BOOST_TEST(q.values.size() == 2u);
  const auto p = only<Predicted>(core.on(answer(q, "0.0123"), after(5)));
  BOOST_TEST(p.values.front().value == "0.0123");
  BOOST_TEST(p.model == "predict.py (sha256:abc)");
  BOOST_TEST(p.closes.value == 915);
  BOOST_TEST(p.candle.value == 7);
}

BOOST_AUTO_TEST_CASE(features_wait_until_the_topics_rules_are_known) {
  ForeignCore core(policy());
  BOOST_TEST((only<WindowWanted>(core.on(features(900), start)).topic == TopicId{1}));
  BOOST_TEST(asked(core.on(rules(), start)).nonce.value == 900);
}

BOOST_FIXTURE_TEST_CASE(an_answer_to_an_older_request_is_ignored, Fixture) {
  const auto old = asked(core.on(features(900), start));
  const auto now = asked(core.on(features(912), start));
  BOOST_TEST(core.on(answer(old, "0.5"), after(1)).empty());
  BOOST_TEST(core.on(ModelFailed{{1}, {900}, old.ask, "late"}, after(1)).empty());
  BOOST_TEST(only<Predicted>(core.on(answer(now, "0.1"), after(1))).nonce.value == 912);
  BOOST_TEST(core.on(answer(now, "0.2"), after(1)).empty()); // once
}

BOOST_FIXTURE_TEST_CASE(a_failure_skips_the_window_with_its_reason, Fixture) {
  const auto q = asked(core.on(features(900), start));
  const auto skipped = only<WindowSkipped>(core.on(ModelFailed{{1}, {900}, q.ask, "the process exited with code 1"}, after(9)));
  BOOST_TEST(skipped.reason == "predict.py (sha256:abc): the process exited with code 1");
  BOOST_TEST(core.failures() == 1u);
  BOOST_TEST(only<Predicted>(predict(912, "0.1")).nonce.value == 912);
  BOOST_TEST(core.failures() == 0u);
}

BOOST_AUTO_TEST_CASE(the_fallback_answers_under_its_own_name) {
  Fixture f(policy(constant(0.0456)));
  const auto q = asked(f.core.on(features(900), start));
  const auto effects = f.core.on(ModelFailed{{1}, {900}, q.ask, "no answer within 4000 ms"}, after(9));
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_TEST(holds(std::get<WindowDelayed>(effects[0]).reason, "no answer within 4000 ms; constant.json"));
  const auto p = std::get<Predicted>(effects[1]);
  BOOST_TEST(p.values.front().value == "0.0456");
  BOOST_TEST(holds(p.model, "constant.json"));
}

BOOST_AUTO_TEST_CASE(a_port_that_never_answers_costs_the_deadline_and_half_a_second) {
  Fixture f(policy(constant(0.0456)));
  const auto q = asked(f.core.on(features(900), start));
  BOOST_TEST(f.core.on(Tick{Alarm::model_late}, after(4'400)).empty());
  BOOST_TEST(f.core.on(Tick{Alarm::model_late}, after(4'500)).size() == 2u);
  BOOST_TEST(f.core.on(answer(q, "0.1"), after(4'600)).empty()); // too late
}

BOOST_FIXTURE_TEST_CASE(what_is_not_finite_or_not_plausible_is_refused, Fixture) {
  for (const auto* value : {"nan", "inf", "-inf", "text", "", "0.1x"})
    BOOST_TEST(holds(refusal(900, value), "not a finite number"), value);
  BOOST_TEST(holds(refusal(900, "1.5"), "the value 1.5 is implausible: a value between -1 and 1 is expected"));
  BOOST_TEST(only<Predicted>(predict(900, "-1")).values.front().value == "-1");
}

BOOST_AUTO_TEST_CASE(a_price_is_judged_by_its_distance_from_the_close) {
  auto p = policy();
  p.output = ModelOutput::price;
  p.sanity.relative = true;
  p.sanity.least = -0.1;
  p.sanity.most = 0.1;
  Fixture f(p);
  BOOST_TEST(only<Predicted>(f.predict(900, "43000")).values.front().value == "43000");
  for (const auto* value : {"430", "4300000", "-43000", "0"}) BOOST_TEST(holds(f.refusal(901, value), "is implausible"), value);
}

BOOST_AUTO_TEST_CASE(the_same_value_for_ever_is_refused) {
  auto p = policy();
  p.sanity.same_values = 3;
  Fixture f(p);
  for (std::int64_t n = 0; n < 3; ++n) only<Predicted>(f.predict(900 + n, "0.1"));
  only<Predicted>(f.predict(902, "0.1")); // the same window again
  BOOST_TEST(holds(f.refusal(903, "0.1"), "the same 4 times in a row"));
  only<Predicted>(f.predict(904, "0.2"));
  only<Predicted>(f.predict(905, "0.1"));
}

BOOST_AUTO_TEST_CASE(a_value_far_from_the_networks_last_is_refused) {
  auto p = policy();
  p.sanity.network_deviations = 5;
  Fixture f(p);
  for (std::int64_t n = 1; n <= 8; ++n) f.conclude(n, n % 2 ? "0.01" : "0.02");
  only<Predicted>(f.predict(900, "0.9")); // seven changes are too few
  f.conclude(9, "0.01");
  f.conclude(9, "0.9"); // repeated: ignored
  BOOST_TEST(holds(f.refusal(901, "0.9"), "standard deviations from the network's last, 0.01"));
  only<Predicted>(f.predict(902, "0.05"));
}

BOOST_AUTO_TEST_CASE(a_network_that_never_changed_gives_no_bound) {
  Fixture f;
  for (std::int64_t n = 1; n <= 20; ++n) f.conclude(n, "0.01");
  only<Predicted>(f.predict(900, "0.9"));
}

BOOST_AUTO_TEST_CASE(labels_follow_the_topics_rules) {
  Fixture f;
  auto topic = rules(true);
  topic.labels = {"up", "down"};
  topic.max_labels = 2;
  topic.require_unity = true;
  f.core.on(topic, start);
  const auto of = [&](std::vector<LabelledValue> values) {
    auto a = answer(asked(f.core.on(features(900), start)), "0");
    a.values = std::move(values);
    const auto effects = f.core.on(a, after(1));
    const auto* skipped = std::get_if<WindowSkipped>(&effects.at(0));
    return skipped ? skipped->reason : "predicted";
  };
  BOOST_TEST(of({{"up", "0.6"}, {"down", "0.4"}}) == "predicted");
  BOOST_TEST(holds(of({{"", "0.6"}}), "wants labels"));
  BOOST_TEST(holds(of({{"up", "0.6"}, {"up", "0.4"}}), "twice"));
  BOOST_TEST(holds(of({{"up", "0.6"}, {"side", "0.4"}}), "not on the topic's list"));
  BOOST_TEST(holds(of({{"up", "0.6"}, {"down", "0.5"}}), "sum to"));
  BOOST_TEST(holds(of({{"up", "0.2"}, {"down", "0.3"}, {"x", "0.5"}}), "takes 2 labels"));
}

BOOST_FIXTURE_TEST_CASE(a_topic_with_another_horizon_is_skipped_before_the_model_is_asked, Fixture) {
  auto topic = rules();
  topic.metadata = "btc_usd 24h log return";
  core.on(topic, start);
  BOOST_TEST(holds(only<WindowSkipped>(core.on(features(900), start)).reason, "predict.py"));
}
