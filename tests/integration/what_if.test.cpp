#define BOOST_TEST_MODULE what_if
// Records a run of the whole tree, hours apart, and asks what other models would have submitted at its windows.
#include "runtime/tape/what_if.hpp"
#include "tests/integration/recorded_run.hpp"

#include <boost/test/unit_test.hpp>
#include <charconv>

using namespace inferd;

namespace {

constexpr std::int64_t hour = 3'600'000;
constexpr int windows = 30;

std::shared_ptr<const Model> an_hour_ahead(double value, const std::string& symbol = "btcusd") {
  const TrainSettings settings{.topic = 1, .symbol = symbol, .horizon_ms = hour};
  return std::make_shared<Model>(constant_model(settings, value), "constant.json");
}

/// A window every two hours, answered with 0.0123 an hour ahead.
struct Recorded {
  WhatIf asked(std::shared_ptr<const Model> model, const std::vector<Candle>& file = {}) const {
    return what_if(tape, {.model = tried(std::move(model)), .topic = {}, .candles = file});
  }

  std::shared_ptr<const Model> live = an_hour_ahead(0.0123);
  std::vector<Candle> candles = sim::moved_to(test::history().candles, 4'000, test::VirtualActorSystem::start);
  Tape tape;
};

const Recorded& recorded() {
  static const auto all = [] {
    test::TestNetwork network(
      {.topics = {{.id = 1, .metadata = "", .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12}},
       .block_ms = 600'000});
    Recorded r;
    network.plan->topics.front().predictor.model = r.live;
    network.plan->feeds.front().fetcher.subscribers.front().min_candles = 1; // as for a constant
    r.tape = read_tape(test::record(network, 12 * windows));
    return r;
  }();
  return all;
}

std::shared_ptr<const Model> ridge() {
  static const auto model = std::make_shared<Model>(
    train(test::history(), {.topic = 1, .symbol = "btcusd", .horizon_ms = hour, .keep = "ridge without levels, penalty 10000"}),
    "ridge.json");
  return model;
}

double number(const std::string& text) {
  double x = NAN;
  std::from_chars(text.data(), text.data() + text.size(), x);
  return x;
}

std::string error_of(const WhatIfSettings& settings) {
  try {
    what_if(recorded().tape, settings);
  } catch (const TapeError& e) {
    return e.what();
  }
  return "no error";
}

} // namespace

BOOST_AUTO_TEST_CASE(the_live_model_would_have_submitted_what_was_signed) {
  const auto result = recorded().asked(recorded().live);
  std::size_t confirmed = 0;
  for (const auto& w : result.windows) {
    if (!w.outcome.starts_with("confirmed")) continue;
    ++confirmed;
    BOOST_TEST(w.live.size() == 1u);
    BOOST_TEST((w.other == w.live));
    BOOST_TEST(w.reason == "");
    BOOST_TEST(w.live_model == recorded().live->name());
  }
  BOOST_TEST(confirmed >= windows - 2u);
  BOOST_TEST(result.score.windows >= windows - 3u); // the newest candles have no truth on the tape
  BOOST_TEST(result.score.gain == 0);
  BOOST_TEST(result.claim.find("cannot be told from the live model") != std::string::npos, result.claim);
}

BOOST_AUTO_TEST_CASE(the_truth_is_that_of_the_candles_and_the_errors_are_computed_from_it) {
  const auto result = recorded().asked(an_hour_ahead(0));
  std::map<Instant, double> log_close;
  for (const auto& c : recorded().candles) log_close[c.opens] = std::log(c.close);
  double live = 0, zero = 0, n = 0;
  for (const auto& w : result.windows) {
    if (!w.truth) continue;
    const double truth = log_close.at({w.candle.value + hour}) - log_close.at(w.candle);
    BOOST_TEST(*w.truth == truth, boost::test_tools::tolerance(1e-6));
    BOOST_TEST(number(w.truth_text) == *w.truth);
    live += std::pow(truth - 0.0123, 2);
    zero += truth * truth;
    ++n;
  }
  BOOST_TEST(n == static_cast<double>(result.score.windows));
  BOOST_TEST(result.score.live == std::sqrt(live / n), boost::test_tools::tolerance(1e-9));
  BOOST_TEST(result.score.other == std::sqrt(zero / n), boost::test_tools::tolerance(1e-9));
  BOOST_TEST(result.score.zero == result.score.other);
  BOOST_TEST(result.score.independent == n); // two hours apart, an hour ahead
  BOOST_REQUIRE(result.score.range.has_value());
  BOOST_TEST(result.score.range->low > 0);
  BOOST_TEST(result.claim.find("would have been better") != std::string::npos, result.claim);
}

BOOST_AUTO_TEST_CASE(a_model_that_needs_more_candles_than_the_tape_has_takes_them_from_the_file) {
  const auto without = recorded().asked(ridge());
  BOOST_TEST(without.score.windows == 0u);
  BOOST_TEST(without.windows.front().reason.find("is not defined yet: too few candles") != std::string::npos);
  BOOST_TEST(without.claim.starts_with("nothing"));

  FeatureSet features(ridge()->features(), ridge()->context());
  std::map<Instant, double> expected; // of each hour, from the whole history
  for (const auto& c : recorded().candles) {
    features.push(c);
    expected[c.opens] = ridge()->value(features.values());
  }
  const auto with = recorded().asked(ridge(), recorded().candles);
  BOOST_TEST(with.history.find("from before those on the tape come from the file") != std::string::npos);
  BOOST_TEST(with.score.windows >= windows - 2u);
  for (const auto& w : with.windows) {
    if (w.source.empty()) continue;
    BOOST_REQUIRE(w.other.size() == 1u);
    BOOST_TEST(number(w.other.front().value) == expected.at(w.candle), boost::test_tools::tolerance(1e-6));
  }
}

BOOST_AUTO_TEST_CASE(a_model_that_contradicts_the_topic_would_have_submitted_nothing) {
  auto tape = recorded().tape;
  for (auto& e : tape.entries) {
    const auto at = e.type == "TopicArrived" ? e.message.find("\"metadata\":\"\"") : e.message.npos;
    if (at != e.message.npos) e.message.replace(at, 13, "\"metadata\":\"btc_usd 7day log return\"");
  }
  const auto result = what_if(tape, {.model = tried(an_hour_ahead(0)), .topic = {}, .candles = {}});
  BOOST_REQUIRE(!result.windows.empty());
  BOOST_TEST(result.windows.front().other.empty());
  BOOST_TEST(result.windows.front().reason.find("7") != std::string::npos, result.windows.front().reason);
}

BOOST_AUTO_TEST_CASE(a_price_is_compared_by_its_log_return) {
  TrainSettings settings{.topic = 1, .symbol = "btcusd", .horizon_ms = hour, .output = ModelOutput::price};
  const auto price = std::make_shared<Model>(constant_model(settings, 0.01), "price.json");
  const auto result = recorded().asked(price);
  for (const auto& w : result.windows) {
    if (!w.truth) continue;
    BOOST_TEST(number(w.other.front().value) == w.close * std::exp(0.01), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(number(w.truth_text) == w.close * std::exp(*w.truth), boost::test_tools::tolerance(1e-9));
  }
}

BOOST_AUTO_TEST_CASE(a_model_for_other_candles_or_an_unknown_topic_is_refused_in_a_sentence) {
  BOOST_TEST(error_of({.model = tried(an_hour_ahead(0, "ethusd")), .topic = {}, .candles = {}})
               .find("no topic with candles of ethusd/1h, for which constant.json") != std::string::npos);
  BOOST_TEST(error_of({.model = tried(an_hour_ahead(0)), .topic = TopicId{9}, .candles = {}})
               .ends_with("no window of topic 9; its topics: 1 (btcusd/1h)"));
  BOOST_TEST(error_of({.model = tried(an_hour_ahead(0, "ethusd")), .topic = TopicId{1}, .candles = {}})
               .find("is for ethusd/1h, not for topic 1") != std::string::npos);
}
