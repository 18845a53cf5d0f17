#define BOOST_TEST_MODULE volatility
// A topic of volatility on candles of one minute, answered by HARM, beside a topic of returns on hourly candles: the real tree
// in virtual time.
#include "runtime/books/books_reader.hpp"
#include "tests/support/minute_volatility.hpp"

#include <boost/test/unit_test.hpp>
#include <charconv>
#include <map>
#include <set>

using namespace inferd;

namespace {

constexpr std::int64_t horizon = 15;

std::shared_ptr<const Model> harm() {
  static const auto model = test::trained_harm(horizon);
  return model;
}

/// Topic 1 predicts volatility from minutes, topic 2 returns from hours.
struct VolatilityNetwork : test::MinuteNetwork {
  VolatilityNetwork()
    : MinuteNetwork({.topics = {test::volatility_topic("BTC/USD 15min volatility"),
                                {.id = 2, .epoch_length = 70, .window_length = 20, .ground_truth_lag = 70}}},
                    {.topic = {1}, .sources = {}, .min_candles = harm()->needed_candles()},
                    {TopicId{1}, harm()->features(), horizon}) {
    plan->topics.front().predictor.model = model;
    actors.context.on_delivery = [this](const Delivery& d) {
      if (d.content.match_element<Predicted>(0)) predicted.push_back(d.content.get_as<Predicted>(0));
    };
  }
  ~VolatilityNetwork() { actors.context.on_delivery = nullptr; }

  std::shared_ptr<const Model> model = harm();
  std::vector<Predicted> predicted;
};

} // namespace

BOOST_AUTO_TEST_CASE(harm_answers_each_window_from_the_newest_minute) {
  VolatilityNetwork network;
  BOOST_TEST(network.model->file().chosen == "HARM");
  network.start();
  network.blocks(300);
  std::map<TopicId, int> confirmed;
  BooksReader(network.dir / "books.db").each({}, [&](const WindowRow& r) {
    confirmed[r.topic] += r.status == Status::confirmed;
  });
  BOOST_TEST(confirmed[TopicId{1}] >= 3);
  BOOST_TEST(confirmed[TopicId{2}] >= 3);

  FeatureSet features(network.model->features(), network.model->context());
  std::map<Instant, double> expected; // of each minute, from the whole history
  for (const auto& c : network.candles) {
    features.push(c);
    expected[c.opens] = network.model->value(features.values());
  }
  std::set<Instant> used;
  for (const auto& p : network.predicted) {
    if (p.topic != TopicId{1}) continue;
    double value{};
    const auto& text = p.values.front().value;
    std::from_chars(text.data(), text.data() + text.size(), value);
    BOOST_TEST(value == expected.at(p.candle), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(value > 0);
    used.insert(p.candle);
  }
  BOOST_TEST(used.size() >= 3u); // each window has a newer minute
}
