#define BOOST_TEST_MODULE models_guard
// The network's value and a guard among the models of a topic.
#include "messages/limits.hpp"
#include "tests/actors/pipeline/models_fixture.hpp"

#include <map>

using namespace inferd;
using namespace inferd::test;

namespace {

constexpr std::int64_t horizon = 168 * 3'600'000;

BookConclusion conclusion(std::int64_t nonce, const std::string& value, std::int64_t at = 0) {
  return {{topic, Height{nonce}, {value}, {}}, after(at)};
}

/// Two models of constant returns and the network's value under a guard, whose input is the first value.
struct Guarded {
  static ModelEntry network() {
    return {{"network", "cccccccccccc"}, "network", {}, NetworkPolicy{topic}, std::vector<std::size_t>{}};
  }
  static ModelEntry guard() {
    return {{"guard", "dddddddddddd"},
            "guard",
            {},
            GuardPolicy{topic, {0, 1, 2}, ModelOutput::log_return, horizon},
            std::vector<std::size_t>{0}};
  }
  explicit Guarded(bool live = false) {
    policy.models.push_back(network());
    policy.models.push_back(guard());
    if (live) policy.configured = state->live = guard().id;
    core.emplace(policy);
    core->on(rules(), start);
  }
  /// As the actor does.
  ModelsCore::Effects window(std::int64_t nonce) {
    auto effects = core->on(features(nonce), start);
    auto more = core->shadows(features(nonce), start);
    std::move(more.begin(), more.end(), std::back_inserter(effects));
    return effects;
  }
  static FeaturesComputed features(std::int64_t nonce) {
    return {topic, Height{nonce}, Height{nonce + 15}, "csv", Instant{nonce * 3'600'000}, 42'000, {0.01, 0, 0}};
  }
  static BookTruth truth(std::int64_t nonce, const std::string& value) {
    return {topic, "csv", Instant{nonce * 3'600'000}, {value}, value.empty() ? "there is none" : "", start};
  }
  std::shared_ptr<LiveModel> state = std::make_shared<LiveModel>();
  ModelsPolicy policy{.models = {built_in(0.01, "a.json"), built_in(0.02, "b.json")},
                      .features = {"vol_gk_72", "ret_24h", "ma_24h"},
                      .target = {"btcusd", one_hour, horizon, ModelOutput::log_return},
                      .state = state,
                      .keeps_state = true};
  std::optional<ModelsCore> core;
};

std::map<std::string, std::string> booked(const ModelsCore::Effects& effects) {
  std::map<std::string, std::string> out;
  for (const auto& b : all<BookPrediction>(effects)) out[b.model.name] = b.values.empty() ? b.failure : b.values.front().value;
  return out;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_networks_last_value_is_a_model_that_is_scored_and_never_live) {
  Guarded g;
  BOOST_TEST(holds(booked(g.window(900))["network"], "concluded nothing"));
  g.core->on(conclusion(900, "0.03"), start);
  BOOST_TEST(booked(g.window(920))["network"] == "0.03");
  g.core->on(conclusion(880, "0.5"), start); // an older one
  BOOST_TEST(booked(g.window(940))["network"] == "0.03");
  g.core->on(SwapModel{topic, "network", "alice", "", 4}, start);
  BOOST_TEST(g.core->state().swap->state == "refused");
  BOOST_TEST(holds(g.core->state().swap->sentence, "cannot be live"));
}

BOOST_AUTO_TEST_CASE(a_built_in_model_has_the_networks_value_among_its_inputs) {
  auto file = constant_model({.topic = topic.value, .symbol = "btcusd", .horizon_ms = horizon}, 0);
  file.kind = ModelKind::linear;
  file.plausible = {-0.4, 0.4, "a test"};
  file.features = {"ret_24h", "network", "log_network"};
  file.linear = {{"ret_24h", 0, 1, 0.5}, {"network", 0, 1, 1}, {"log_network", 0, 1, 0.01}};
  const auto model = std::make_shared<const Model>(file, "n.json");
  Guarded g;
  g.policy.models = {{{"n.json", "eeeeeeeeeeee"},
                      "built-in",
                      {},
                      PredictorPolicy{topic, model},
                      std::vector<std::size_t>{1, network_input, log_network_input}}};
  g.core.emplace(g.policy);
  g.core->on(rules(), start);
  const auto answer = [&](std::int64_t nonce) {
    const auto effects = g.window(nonce);
    const auto predicted = all<Predicted>(effects);
    return predicted.empty() ? all<WindowSkipped>(effects).at(0).reason : predicted.front().values.front().value;
  };
  BOOST_TEST(holds(answer(900), "network"), answer(900)); // it knows none yet
  g.core->on(conclusion(900, "0.03"), start);
  BOOST_TEST(std::stod(answer(920)) == 0.03 + 0.01 * std::log(0.03), boost::test_tools::tolerance(1e-12));
  g.core->on(conclusion(920, "-0.03"), start);
  BOOST_TEST(holds(answer(940), "log_network"), answer(940)); // has no logarithm
  // The same file offered while the topic runs.
  g.core->on(OfferModel{topic, {"m.json", model_checksum(file).substr(7, 12)}, model_text(file), "x"}, start);
  BOOST_TEST(g.core->runners().size() == 2u);
  BOOST_TEST((*g.core->runners().back().entry.inputs == std::vector<std::size_t>{1, network_input, log_network_input}));
}

BOOST_AUTO_TEST_CASE(a_value_of_the_network_from_more_than_a_horizon_ago_is_none) {
  Guarded g;
  g.core->on(conclusion(900, "0.03", -horizon), start);
  BOOST_TEST(booked(g.window(920))["network"] == "0.03");
  g.core->on(conclusion(901, "0.03", -horizon - 1), start);
  BOOST_TEST(holds(booked(g.window(940))["network"], "concluded nothing"));
}

BOOST_AUTO_TEST_CASE(a_guard_in_the_shadow_is_booked_behind_its_experts) {
  Guarded g;
  const auto effects = g.window(900);
  BOOST_TEST(all<Predicted>(effects).size() == 1u); // the live model's
  const auto values = booked(effects);
  BOOST_TEST(values.size() == 4u);
  BOOST_TEST(values.at("guard") == "0"); // it has learnt nothing
  const auto state = all<BookPredictorState>(effects);
  BOOST_REQUIRE_EQUAL(state.size(), 1u);
  BOOST_REQUIRE_EQUAL(state[0].rows.size(), 1u);
  const auto& row = state[0].rows[0];
  BOOST_TEST(row.unit == 0.01);
  BOOST_TEST(row.forecasts[1] == 0.02 / row.unit);
  BOOST_TEST(row.forecasts[2] == 0); // the network's is missing
}

BOOST_AUTO_TEST_CASE(a_guard_learns_from_truths_and_books_what_it_has_learnt) {
  Guarded g;
  for (std::int64_t n = 1; n <= 40; ++n) {
    g.window(n);
    const auto booked = only<BookPredictorState>(g.core->on(Guarded::truth(n, "0.02"), start));
    BOOST_TEST((booked.rows.empty() && booked.candle == Instant{n * 3'600'000}));
    BOOST_TEST((booked.guard == g.state->guard.sums));
  }
  const double value = std::stod(booked(g.window(41))["guard"]);
  BOOST_TEST(value > 0);
  BOOST_TEST(value < 0.02);
  BOOST_TEST(g.core->on(Guarded::truth(7, "0.02"), start).empty()); // known already
  only<BookPredictorState>(g.core->on(Guarded::truth(41, ""), start));
  BOOST_TEST(g.state->guard.rows.empty());
}

BOOST_AUTO_TEST_CASE(a_live_guard_answers_when_all_its_experts_have_and_is_booked_before_it_is_handed_on) {
  Guarded g(true);
  const auto effects = g.core->on(Guarded::features(900), start);
  BOOST_REQUIRE_EQUAL(effects.size(), 2u);
  BOOST_TEST(std::holds_alternative<BookPredictorState>(effects[0]));
  const auto p = std::get<Predicted>(effects[1]);
  BOOST_TEST(p.model == "guard (sha256:dddddddddddd)");
  BOOST_TEST(p.values.front().value == "0");
  const auto rows = all<BookPrediction>(g.core->shadows(Guarded::features(900), start));
  BOOST_TEST(rows.size() == 4u);
  for (const auto& r : rows) BOOST_TEST((r.role == ModelRole::live) == (r.model.name == "guard"));
}

BOOST_AUTO_TEST_CASE(a_live_guard_waits_for_an_expert_outside_of_the_process_and_does_without_it) {
  Guarded g;
  auto policy = g.policy;
  policy.models[1] = foreign("p.py");
  policy.models[1].inputs = std::vector<std::size_t>{1, 2};
  policy.state = std::make_shared<LiveModel>();
  policy.configured = policy.state->live = Guarded::guard().id;
  ModelsCore c(policy);
  c.on(rules(), start);
  const auto window = [&](std::int64_t nonce) {
    const auto effects = c.on(Guarded::features(nonce), start);
    BOOST_TEST(all<Predicted>(effects).empty());
    c.shadows(Guarded::features(nonce), start);
    return all<AskModel>(effects).at(0);
  };
  auto ask = window(900);
  auto effects = c.on(ModelAnswered{topic, Height{900}, ask.ask, {{"", "0.03"}}, 5}, start);
  BOOST_TEST(all<Predicted>(effects).size() == 1u);
  ask = window(920);
  effects = c.on(ModelFailed{topic, Height{920}, ask.ask, "exited with code 1"}, start);
  BOOST_TEST(all<Predicted>(effects).size() == 1u);
  BOOST_TEST(policy.state->guard.rows.back().forecasts[1] == 0);
}

BOOST_AUTO_TEST_CASE(a_live_guard_without_any_forecast_skips_with_the_reason) {
  Guarded g;
  auto policy = g.policy;
  policy.models = {foreign("p.py"), Guarded::network(), Guarded::guard()};
  std::get<GuardPolicy>(policy.models[2].policy).experts = {0, 1};
  policy.state = std::make_shared<LiveModel>();
  policy.configured = policy.state->live = Guarded::guard().id;
  ModelsCore c(policy);
  c.on(rules(), start);
  const auto ask = all<AskModel>(c.on(Guarded::features(900), start)).at(0);
  const auto skipped = all<WindowSkipped>(c.on(ModelFailed{topic, Height{900}, ask.ask, "exited with code 1"}, start));
  BOOST_REQUIRE_EQUAL(skipped.size(), 1u);
  BOOST_TEST(holds(skipped[0].reason, "no expert has a forecast"));
  BOOST_TEST(policy.state->guard.rows.empty());
}

BOOST_AUTO_TEST_CASE(the_topics_rules_are_requested_for_the_experts_of_a_live_guard) {
  Guarded g(true);
  ModelsCore c(g.policy);
  const auto effects = c.on(Guarded::features(900), start);
  BOOST_TEST(!all<WindowWanted>(effects).empty());
  BOOST_TEST(all<Predicted>(effects).empty());
  c.shadows(Guarded::features(900), start);
  BOOST_TEST(all<Predicted>(c.on(rules(), start)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_restart_of_the_predictor_changes_nothing_for_the_guard) {
  Guarded a, b;
  for (std::int64_t n = 1; n <= 60; ++n) {
    if (n % 7 == 0) b.core.emplace(b.policy), b.core->on(rules(), start);
    a.core->on(conclusion(n - 1, "0.015"), start), b.core->on(conclusion(n - 1, "0.015"), start);
    BOOST_TEST(booked(a.window(n)).at("guard") == booked(b.window(n)).at("guard"));
    if (n > 5) a.core->on(Guarded::truth(n - 5, "0.01"), start), b.core->on(Guarded::truth(n - 5, "0.01"), start);
  }
  const auto start_effects = b.core->start(start);
  const auto& whole = std::get<BookPredictorState>(start_effects.at(1));
  BOOST_TEST((whole.whole && whole.rows.size() == 5u && whole.network.nonce == Height{59}));
}

BOOST_AUTO_TEST_CASE(rows_that_wait_for_a_truth_for_ever_are_bounded) {
  Guarded g;
  for (std::int64_t n = 1; n <= static_cast<std::int64_t>(limits::guard_rows); ++n) g.window(n);
  const auto state = all<BookPredictorState>(g.window(5'000)).at(0);
  BOOST_TEST((state.candle == Instant{3'600'000}));
  BOOST_TEST(g.state->guard.rows.size() == limits::guard_rows);
}

BOOST_AUTO_TEST_CASE(a_model_may_have_the_networks_value_among_its_inputs) {
  Guarded g;
  auto policy = g.policy;
  policy.models.push_back(foreign("p.py"));
  policy.models.back().inputs = std::vector<std::size_t>{1, network_input};
  policy.state = std::make_shared<LiveModel>();
  ModelsCore c(policy);
  c.on(rules(), start);
  c.on(Guarded::features(900), start);
  BOOST_TEST(std::isnan(all<AskModel>(c.shadows(Guarded::features(900), start)).at(0).values.at(1)));
  c.on(conclusion(900, "0.03"), start);
  c.on(Guarded::features(920), start);
  BOOST_TEST(all<AskModel>(c.shadows(Guarded::features(920), start)).at(0).values.at(1) == 0.03);
}
