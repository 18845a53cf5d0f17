#define BOOST_TEST_MODULE scorer_core
#include "actors/pipeline/scorer_core.hpp"
#include "messages/limits.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fmt/format.h>

using namespace inferd;

namespace {

constexpr std::int64_t minute = 60'000, horizon = 15 * minute, settle = 3'000, day = 86'400'000;
const Instant start{1'700'000'040'000};
const TopicId topic{79};
const ModelId a{"a.json", "aaaaaaaaaaaa"}, b{"b.json", "bbbbbbbbbbbb"};

Instant after(std::int64_t ms) { return {start.value + ms}; }

BookPrediction prediction(std::int64_t nonce, std::int64_t candle_ms, const ModelId& model = a, double value = 0.01) {
  return {topic,           Height{nonce},
          model,           model == a ? ModelRole::live : ModelRole::shadow,
          "csv",           after(candle_ms),
          42'000,          {{"", fmt::format("{}", value)}},
          "digest",        {},
          after(candle_ms)};
}

template <class T> std::vector<T> all(const ScorerCore::Effects& effects) {
  std::vector<T> out;
  for (const auto& e : effects)
    if (const auto* m = std::get_if<T>(&e)) out.push_back(*m);
  return out;
}

ScorerPolicy policy(std::optional<PromotionRule> rule = {}, std::string no_truth = {}) {
  ScoredTopic t{.topic = topic, .feed = {"btcusd", {minute}}, .target = {}, .no_truth = std::move(no_truth), .rule = rule};
  t.target = {ModelOutput::volatility, VolatilityEstimator::sample_deviation, {minute}, horizon};
  return {.topics = {t}};
}

struct Fixture {
  explicit Fixture(ScorerPolicy p = policy()) : core(std::move(p)) {
    core.start(start);
    core.on(ScoresKnown{topic, {}}, start);
  }
  ScorerCore core;
};

} // namespace

BOOST_AUTO_TEST_CASE(it_asks_each_predictor_for_its_models_at_the_start) {
  auto two = policy();
  two.topics.push_back(two.topics.front());
  two.topics.back().topic = TopicId{80};
  const auto asked = all<ScorerCore::AskModels>(ScorerCore(two).start(start));
  BOOST_REQUIRE(asked.size() == 2u);
  BOOST_TEST(asked[0].topic.value == topic.value);
  BOOST_TEST(asked[1].topic.value == 80u);
}

BOOST_AUTO_TEST_CASE(it_asks_the_books_until_they_answer) {
  ScorerCore core(policy());
  BOOST_TEST(all<ScoresWanted>(core.start(start)).size() == 1u);
  BOOST_TEST(all<ScoresWanted>(core.on(Tick{Alarm::check_truths}, after(4'999))).empty());
  BOOST_TEST(all<ScoresWanted>(core.on(Tick{Alarm::check_truths}, after(5'000))).size() == 1u);
  core.on(ScoresKnown{topic, {}}, after(5'100));
  BOOST_TEST(core.on(Tick{Alarm::check_truths}, after(20'000)).empty());
}

BOOST_FIXTURE_TEST_CASE(a_prediction_is_booked_at_once_and_scored_when_its_candles_have_closed, Fixture) {
  const auto due = horizon + minute + settle;
  BOOST_TEST((all<BookPrediction>(core.on(prediction(900, 0), start)).front() == prediction(900, 0)));
  core.on(prediction(900, 0, b), start); // shares the truth
  BOOST_TEST(core.waiting() == 1u);
  BOOST_TEST(all<ScorerCore::AskTruth>(core.on(Tick{Alarm::check_truths}, after(due - 1))).empty());
  const auto asked = all<ScorerCore::AskTruth>(core.on(Tick{Alarm::check_truths}, after(due)));
  BOOST_REQUIRE_EQUAL(asked.size(), 1u);
  BOOST_TEST(asked[0].candle.value == start.value);
  BOOST_TEST(asked[0].close == 42'000);
  const auto booked = all<BookTruth>(core.on(TruthArrived{asked[0].ask, {"0.0123"}, {}}, after(due + 50)));
  BOOST_REQUIRE_EQUAL(booked.size(), 1u);
  BOOST_TEST(booked[0].truth.text == "0.0123");
  BOOST_TEST(booked[0].source == "csv");
  BOOST_TEST(core.waiting() == 0u);
  BOOST_TEST(core.scored() == 1u);
  BOOST_TEST(core.on(TruthArrived{asked[0].ask, {"0.5"}, {}}, after(due + 60)).empty()); // repeated
}

BOOST_FIXTURE_TEST_CASE(the_past_of_a_volatility_is_booked_and_asked_for_once, Fixture) {
  const auto due = horizon + minute + settle;
  core.on(prediction(900, 0), start);
  const auto first = all<ScorerCore::AskTruth>(core.on(Tick{Alarm::check_truths}, after(due)));
  BOOST_REQUIRE_EQUAL(first.size(), 1u);
  BOOST_TEST(first[0].with_past);
  core.on(TruthArrived{first[0].ask, {}, "too many candles are missing"}, after(due)); // it may be those before
  const auto second = all<ScorerCore::AskTruth>(core.on(Tick{Alarm::check_truths}, after(due + minute)));
  BOOST_REQUIRE_EQUAL(second.size(), 1u);
  BOOST_TEST(!second[0].with_past);
  const auto booked = all<BookTruth>(core.on(TruthArrived{second[0].ask, {"0.02"}, {}, {"0.03"}}, after(due + minute)));
  BOOST_REQUIRE_EQUAL(booked.size(), 1u);
  BOOST_TEST(booked[0].past.text == "0.03");
}

BOOST_FIXTURE_TEST_CASE(a_failed_prediction_waits_for_nothing, Fixture) {
  auto failed = prediction(900, 0);
  failed.values.clear();
  failed.failure = "exited";
  BOOST_TEST(all<BookPrediction>(core.on(failed, start)).size() == 1u);
  BOOST_TEST(core.waiting() == 0u);
}

BOOST_FIXTURE_TEST_CASE(a_truth_that_never_comes_is_given_up_after_a_day, Fixture) {
  const auto due = horizon + minute + settle;
  core.on(prediction(900, 0), start);
  std::int64_t asks = 0, now = due;
  std::vector<BookTruth> booked;
  for (; booked.empty() && now < due + 2 * day; now += minute) {
    const auto effects = core.on(Tick{Alarm::check_truths}, after(now));
    booked = all<BookTruth>(effects);
    for (const auto& ask : all<ScorerCore::AskTruth>(effects)) {
      ++asks;
      core.on(TruthArrived{ask.ask, {}, "there is no candle"}, after(now));
    }
  }
  BOOST_REQUIRE_EQUAL(booked.size(), 1u);
  BOOST_TEST(booked[0].truth.text.empty());
  BOOST_TEST(booked[0].failure == "no candles in time: there is no candle");
  BOOST_TEST(now - due >= day);
  BOOST_TEST(now - due <= day + 2 * minute);
  BOOST_TEST(asks >= 24);
  BOOST_TEST(asks <= 40); // the wait doubles up to an hour
  BOOST_TEST(core.waiting() == 0u);
  BOOST_TEST(core.given_up() == 1u);
}

BOOST_FIXTURE_TEST_CASE(an_answer_that_is_lost_is_asked_for_again, Fixture) {
  const auto due = horizon + minute + settle;
  core.on(prediction(900, 0), start);
  BOOST_TEST(all<ScorerCore::AskTruth>(core.on(Tick{Alarm::check_truths}, after(due))).size() == 1u);
  BOOST_TEST(all<ScorerCore::AskTruth>(core.on(Tick{Alarm::check_truths}, after(due + 59'999))).empty());
  BOOST_TEST(all<ScorerCore::AskTruth>(core.on(Tick{Alarm::check_truths}, after(due + 60'000))).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_target_without_truth_says_so_at_once) {
  Fixture f(policy({}, "labels have no truth in the candles"));
  const auto booked = all<BookTruth>(f.core.on(prediction(900, 0), start));
  BOOST_REQUIRE_EQUAL(booked.size(), 1u);
  BOOST_TEST(booked[0].failure == "labels have no truth in the candles");
  BOOST_TEST(f.core.waiting() == 0u);
}

BOOST_AUTO_TEST_CASE(what_waited_before_a_restart_is_scored_after_it) {
  ScorerCore core(policy());
  core.start(start);
  const auto effects = core.on(ScoresKnown{topic, {{prediction(900, -2 * horizon), {}}}}, start);
  BOOST_TEST(all<ScorerCore::AskTruth>(effects).size() == 1u); // it is due
}

BOOST_FIXTURE_TEST_CASE(more_predictions_than_fit_are_read_from_the_books_when_there_is_room, Fixture) {
  const auto spacing = minute;
  const auto due_of = [&](std::int64_t i) { return i * spacing + horizon + minute + settle; };
  const auto most = static_cast<std::int64_t>(limits::scores);
  for (std::int64_t i = 0; i <= most; ++i) core.on(prediction(900 + i, i * spacing), start);
  BOOST_TEST(core.waiting() == limits::scores);
  std::vector<ScoresWanted> wanted;
  std::size_t truths = 0;
  for (std::int64_t i = 0; wanted.empty() && i < most; ++i) {
    auto effects = core.on(Tick{Alarm::check_truths}, after(due_of(i)));
    for (const auto& ask : all<ScorerCore::AskTruth>(effects)) {
      ++truths;
      for (const auto& w : all<ScoresWanted>(core.on(TruthArrived{ask.ask, {"0.01"}, {}}, after(due_of(i)))))
        wanted.push_back(w);
    }
  }
  BOOST_TEST(wanted.size() == 1u);
  BOOST_TEST(truths == limits::scores / 2 + 1);
}

namespace {

/// The shadow errs `share` as much as the live model, over so many windows with a horizon of one.
std::vector<SwapModel> by_rule(std::optional<PromotionRule> rule, int windows, double share) {
  Fixture f(policy(rule));
  f.core.on(BookModels{topic, {{a, ModelRole::live, "", "", ""}, {b, ModelRole::shadow, "", "", ""}}, "", 0, {}, start}, start);
  std::vector<SwapModel> swaps;
  for (int i = 0; i < windows; ++i) {
    const auto candle = i * horizon;
    const double error = 0.001 * std::sin(i * 1.7) + 0.0005 * std::cos(i * 0.9);
    f.core.on(prediction(900 + i, candle, a, 0.01 + error), after(candle));
    f.core.on(prediction(900 + i, candle, b, 0.01 + share * error), after(candle));
    const auto now = after(candle + horizon + minute + settle);
    for (const auto& ask : all<ScorerCore::AskTruth>(f.core.on(Tick{Alarm::check_truths}, now)))
      for (const auto& s : all<SwapModel>(f.core.on(TruthArrived{ask.ask, {"0.01"}, {}}, now))) swaps.push_back(s);
  }
  return swaps;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_better_shadow_is_promoted_by_the_rule_once_and_not_before_enough_windows) {
  const auto swaps = by_rule(PromotionRule{50, 0.95}, 80, 0.5);
  BOOST_REQUIRE_EQUAL(swaps.size(), 1u);
  BOOST_TEST(swaps[0].model == b.version);
  BOOST_TEST(swaps[0].by == "rule");
  BOOST_TEST(swaps[0].why.find("75.0 % smaller over 50 windows") != std::string::npos);
  BOOST_TEST(by_rule(PromotionRule{50, 0.95}, 49, 0.5).empty());
}

BOOST_AUTO_TEST_CASE(without_a_rule_nothing_is_promoted_however_good_it_is) { BOOST_TEST(by_rule({}, 80, 0).empty()); }

BOOST_AUTO_TEST_CASE(a_shadow_that_is_no_better_stays_a_shadow) {
  BOOST_TEST(by_rule(PromotionRule{50, 0.95}, 80, -1).empty());
  BOOST_TEST(by_rule(PromotionRule{50, 0.95}, 80, 1.2).empty());
}
