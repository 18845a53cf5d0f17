#define BOOST_TEST_MODULE models_core
#include "tests/actors/pipeline/models_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

namespace {

struct Fixture {
  Fixture() { core.on(rules(), start); }
  std::string value_for(std::int64_t nonce) {
    const auto p = only<Predicted>(core.on(features(nonce), start));
    core.shadows(features(nonce), start);
    return p.values.front().value;
  }
  ModelsCore::Effects swap(const std::string& to, std::uint64_t ask = 1, std::int64_t ms = 0) {
    return core.on(SwapModel{topic, to, "alice", "promotion", ask}, after(ms));
  }
  void promote(const std::string& to) {
    const auto booking = only<BookSwap>(swap(to));
    core.on(SwapBooked{topic, booking.to, {}}, start);
  }
  const SwapView& answer() { return *core.state().swap; }

  std::shared_ptr<LiveModel> state = std::make_shared<LiveModel>();
  ModelsPolicy policy{.models = {built_in(0.01, "a.json"), built_in(0.02, "b.json")},
                      .features = {"ret_1h", "ret_24h", "ma_24h"},
                      .target = {"btcusd", one_hour, 168 * 3'600'000, ModelOutput::log_return},
                      .state = state};
  ModelsCore core{policy};
};

} // namespace

BOOST_FIXTURE_TEST_CASE(the_live_prediction_is_handed_on_before_anything_else_happens, Fixture) {
  const auto p = only<Predicted>(core.on(features(900), start));
  BOOST_TEST(p.values.front().value == "0.01");
  const auto booked = all<BookPrediction>(core.shadows(features(900), after(1)));
  BOOST_REQUIRE_EQUAL(booked.size(), 2u);
  BOOST_TEST((booked[0].role == ModelRole::live && booked[0].model.name == "a.json"));
  BOOST_TEST((booked[1].role == ModelRole::shadow && booked[1].values.front().value == "0.02"));
  BOOST_TEST(booked[1].nonce.value == 900);
  BOOST_TEST(booked[1].close == 42'000);
}

BOOST_FIXTURE_TEST_CASE(every_prediction_names_the_digest_of_its_own_inputs, Fixture) {
  policy.models.push_back(foreign("p.py"));
  policy.state = std::make_shared<LiveModel>();
  ModelsCore c(policy);
  c.on(rules(), start);
  c.on(features(900), start);
  const auto effects = c.shadows(features(900), start);
  const auto ask = all<AskModel>(effects);
  BOOST_REQUIRE_EQUAL(ask.size(), 1u);
  BOOST_TEST(ask[0].values.size() == 2u);
  BOOST_TEST(ask[0].values[1] == 7);
  BOOST_TEST(ModelsCore::runner_of(ask[0].ask) == 2u);
  const auto booked = only<BookPrediction>(c.on(ModelAnswered{topic, Height{900}, ask[0].ask, {{"", "0.03"}}, 5}, after(5)));
  BOOST_TEST((booked.role == ModelRole::shadow));
  BOOST_TEST(booked.values.front().value == "0.03");
  BOOST_TEST(booked.features == feature_digest(std::vector<double>{std::nan(""), 7}));
  BOOST_TEST(booked.features != feature_digest(std::vector<double>{0.5, std::nan(""), 7}));
  BOOST_TEST(booked.features.size() == 16u);
}

BOOST_FIXTURE_TEST_CASE(a_shadow_that_fails_or_hangs_costs_only_its_own_prediction, Fixture) {
  policy.models.push_back(foreign("p.py"));
  policy.state = std::make_shared<LiveModel>();
  ModelsCore c(policy);
  c.on(rules(), start);
  const auto ask_of = [&](std::int64_t nonce) {
    BOOST_TEST(only<Predicted>(c.on(features(nonce), start)).values.front().value == "0.01");
    return all<AskModel>(c.shadows(features(nonce), start)).front();
  };
  auto q = ask_of(900);
  auto lost = only<BookPrediction>(c.on(ModelFailed{topic, Height{900}, q.ask, "exited with code 1"}, after(5)));
  BOOST_TEST(lost.values.empty());
  BOOST_TEST(holds(lost.failure, "exited with code 1"));
  q = ask_of(920); // never answers
  BOOST_TEST(c.on(Tick{Alarm::model_late}, after(1'000)).empty());
  lost = only<BookPrediction>(c.on(Tick{Alarm::model_late}, after(4'500)));
  BOOST_TEST(holds(lost.failure, "no answer within 4500 ms"));
  BOOST_TEST(c.on(ModelAnswered{topic, Height{920}, q.ask, {{"", "0.03"}}, 5}, after(5'000)).empty()); // too late
  q = ask_of(940);
  lost = only<BookPrediction>(c.on(ModelAnswered{topic, Height{940}, q.ask, {{"", "nonsense"}}, 5}, after(5)));
  BOOST_TEST(holds(lost.failure, "nonsense"));
  BOOST_TEST(holds(c.runners()[2].failure, "nonsense"));
}

BOOST_FIXTURE_TEST_CASE(a_promotion_in_the_middle_of_a_window_takes_effect_with_the_next_one, Fixture) {
  BOOST_TEST(value_for(900) == "0.01");
  const auto booking = only<BookSwap>(swap("b.json"));
  BOOST_TEST(booking.from.name == "a.json");
  BOOST_TEST(booking.to.name == "b.json");
  BOOST_TEST(booking.after.value == 900);
  BOOST_TEST(booking.by == "alice");
  BOOST_TEST(value_for(900) == "0.01"); // not booked yet
  const auto listed = only<BookModels>(core.on(SwapBooked{topic, booking.to, {}}, start));
  BOOST_TEST((listed.models[0].role == ModelRole::shadow && listed.models[1].role == ModelRole::live));
  BOOST_TEST(value_for(900) == "0.01"); // the same window, prepared again
  BOOST_TEST(value_for(920) == "0.02");
  BOOST_TEST(value_for(940) == "0.02");
  BOOST_TEST(answer().state == "done");
  BOOST_TEST(holds(answer().sentence, "from the first window after 900 on"));
}

BOOST_FIXTURE_TEST_CASE(a_window_that_begins_before_the_books_have_answered_keeps_the_old_model, Fixture) {
  const auto booking = only<BookSwap>(swap("b.json"));
  BOOST_TEST(value_for(900) == "0.01");
  core.on(SwapBooked{topic, booking.to, {}}, start);
  BOOST_TEST(value_for(900) == "0.01");
  BOOST_TEST(value_for(920) == "0.02");
}

BOOST_FIXTURE_TEST_CASE(of_two_promotions_at_once_the_second_is_refused, Fixture) {
  policy.models.push_back(built_in(0.03, "c.json"));
  policy.state = std::make_shared<LiveModel>();
  ModelsCore c(policy);
  c.on(rules(), start);
  const auto first = only<BookSwap>(c.on(SwapModel{topic, "b.json", "alice", "", 1}, start));
  BOOST_TEST(c.on(SwapModel{topic, "c.json", "bob", "", 2}, start).empty());
  BOOST_TEST(c.state().swap->ask == 2u);
  BOOST_TEST(c.state().swap->state == "refused");
  BOOST_TEST(holds(c.state().swap->sentence, "another swap, to b.json, is being booked"));
  c.on(SwapBooked{topic, first.to, {}}, start);
  BOOST_TEST((*c.state().next == id_of(0.02, "b.json")));
  BOOST_TEST(only<BookSwap>(c.on(SwapModel{topic, "c.json", "bob", "", 3}, start)).from.name ==
             "b.json"); // one after the other
}

BOOST_FIXTURE_TEST_CASE(a_swap_whose_answer_was_lost_blocks_the_next_one_for_ten_seconds, Fixture) {
  swap("b.json");
  BOOST_TEST(swap("b.json", 2, 9'999).empty());
  BOOST_TEST(only<BookSwap>(swap("b.json", 3, 10'000)).to.name == "b.json");
}

BOOST_FIXTURE_TEST_CASE(a_swap_that_the_books_refuse_changes_nothing, Fixture) {
  const auto booking = only<BookSwap>(swap("b.json"));
  BOOST_TEST(core.on(SwapBooked{topic, booking.to, "the disk is full"}, start).empty());
  BOOST_TEST(answer().state == "refused");
  BOOST_TEST(holds(answer().sentence, "the disk is full"));
  BOOST_TEST(value_for(920) == "0.01");
}

BOOST_FIXTURE_TEST_CASE(a_rollback_before_the_next_window_takes_the_promotion_back, Fixture) {
  BOOST_TEST(value_for(900) == "0.01");
  promote("b.json");
  promote("a.json");
  BOOST_TEST(value_for(920) == "0.01");
}

BOOST_FIXTURE_TEST_CASE(names_versions_and_stems_name_a_model, Fixture) {
  const auto refusal = [&](const std::string& model) {
    BOOST_TEST(swap(model).empty());
    BOOST_TEST(answer().state == "refused");
    return answer().sentence;
  };
  BOOST_TEST(holds(refusal("c.json"), "topic 1 has no model c.json; it has a.json, b.json"));
  BOOST_TEST(holds(refusal("a.json"), "is live already"));
  BOOST_TEST(holds(refusal(id_of(0.01, "").version.substr(0, 5)), "has no model")); // too short
  BOOST_TEST(only<BookSwap>(swap("b")).to.name == "b.json");
  core.on(SwapBooked{topic, id_of(0.02, "b.json"), "no"}, start);
  BOOST_TEST(only<BookSwap>(swap(id_of(0.02, "").version.substr(0, 6))).to.name == "b.json");
}

BOOST_FIXTURE_TEST_CASE(a_restart_of_the_actor_keeps_the_live_model, Fixture) {
  BOOST_TEST(value_for(900) == "0.01");
  promote("b.json");
  ModelsCore again(policy); // before the next window
  again.on(rules(), start);
  BOOST_TEST(only<Predicted>(again.on(features(900), start)).values.front().value == "0.01");
  BOOST_TEST(only<Predicted>(again.on(features(920), start)).values.front().value == "0.02");
  ModelsCore third(policy);
  third.on(rules(), start);
  BOOST_TEST(only<Predicted>(third.on(features(920), start)).values.front().value == "0.02");
}

BOOST_FIXTURE_TEST_CASE(a_swap_that_is_booked_during_a_restart_of_the_actor_holds, Fixture) {
  BOOST_TEST(value_for(900) == "0.01");
  const auto booking = only<BookSwap>(swap("b.json"));
  ModelsCore again(policy);
  again.on(rules(), start);
  again.on(SwapBooked{topic, booking.to, {}}, start);
  BOOST_TEST(only<Predicted>(again.on(features(900), start)).values.front().value == "0.01");
  BOOST_TEST(only<Predicted>(again.on(features(920), start)).values.front().value == "0.02");
}

BOOST_FIXTURE_TEST_CASE(an_offered_model_becomes_a_shadow_and_survives_a_restart, Fixture) {
  const OfferModel offer{topic, id_of(0.03, "c.json"), model_text(file(0.03)), "retraining"};
  const auto listed = only<BookModels>(core.on(offer, start));
  BOOST_REQUIRE_EQUAL(listed.models.size(), 3u);
  BOOST_TEST((listed.models[2].model == offer.model && listed.models[2].role == ModelRole::shadow));
  BOOST_TEST((listed.models[1].by == "configuration" && listed.models[2].by == "retraining"));
  promote("c.json");
  BOOST_TEST(value_for(900) == "0.03");
  core.on(OfferModel{topic, id_of(0.04, "d.json"), model_text(file(0.04)), "retraining"}, start);
  BOOST_TEST(core.runners().size() == 4u); // the live one stays
  core.on(OfferModel{topic, id_of(0.05, "e.json"), model_text(file(0.05)), "retraining"}, start);
  BOOST_TEST(core.runners().size() == 4u); // instead of d.json
  BOOST_TEST(value_for(920) == "0.03");
  ModelsCore again(policy);
  again.on(rules(), start);
  BOOST_TEST(only<Predicted>(again.on(features(940), start)).values.front().value == "0.03");
}

BOOST_FIXTURE_TEST_CASE(an_offered_model_that_does_not_fit_is_refused, Fixture) {
  const auto refusal = [&](const OfferModel& m) {
    core.on(m, start);
    BOOST_TEST(core.runners().size() == 2u);
    BOOST_TEST(answer().state == "refused");
    return answer().sentence;
  };
  BOOST_TEST(holds(refusal({topic, {"cut.json", "111111111111"}, model_text(file(0.03)).substr(0, 200), "x"}), "cut.json"));
  auto eth = constant_model({.topic = 1, .symbol = "ethusd"}, 0.01);
  BOOST_TEST(holds(refusal({topic, {"eth.json", "222222222222"}, model_text(eth), "x"}), "ethusd"));
  TrainSettings volatility{.topic = 1, .symbol = "btcusd"};
  volatility.output = ModelOutput::volatility;
  BOOST_TEST(holds(refusal({topic, {"v.json", "333333333333"}, model_text(constant_model(volatility, 0.01)), "x"}),
                   "another kind of value"));
}

BOOST_FIXTURE_TEST_CASE(an_offered_model_gets_its_features_or_is_refused, Fixture) {
  const auto linear = [](const std::string& feature) {
    auto f = file(0);
    f.kind = ModelKind::linear;
    f.features = {feature};
    f.linear = {{feature, 0, 1, 0.001}};
    f.plausible = {-1, 1, "a return"};
    return f;
  };
  const auto offer = [&](const std::string& name, const ModelFile& f) {
    return OfferModel{topic, {name, model_checksum(f).substr(7, 12)}, model_text(f), "retraining"};
  };
  policy.features = {"return_1_0", "return_24_0", "return_168_0"};
  policy.state = std::make_shared<LiveModel>();
  ModelsCore c(policy);
  c.on(rules(), start);
  c.on(offer("other.json", linear("range_24_0")), start);
  BOOST_TEST(c.runners().size() == 2u);
  BOOST_TEST(
    holds(c.state().swap->sentence, "other.json needs the feature range_24_0, which is computed from the next start on"));
  c.on(offer("good.json", linear("return_168_0")), start);
  BOOST_REQUIRE_EQUAL(c.runners().size(), 3u);
  c.on(features(900), start);
  const auto booked = all<BookPrediction>(c.shadows(features(900), start));
  BOOST_REQUIRE_EQUAL(booked.size(), 3u);
  BOOST_TEST(booked[2].values.front().value == "0.007"); // of the third value
  BOOST_TEST(booked[2].features == feature_digest(std::vector<double>{7}));
}

BOOST_AUTO_TEST_CASE(a_name_of_the_books_becomes_an_id) {
  BOOST_TEST((model_id("b.json (sha256:1a2b3c4d5e6f)") == ModelId{"b.json", "1a2b3c4d5e6f"}));
  const auto http = model_id("http model at 127.0.0.1:8000");
  BOOST_TEST(http.name == "http-model-at-127.0.0.1-8000");
  BOOST_TEST(http.version.size() == 12u);
  BOOST_TEST(model_id(std::string(100, 'x')).name.size() == 64u);
}
