#define BOOST_TEST_MODULE volatility
// A topic of volatility on candles of one minute, answered by HARM, beside a topic of returns on hourly candles: the real tree
// in virtual time.
#include "runtime/books/books_reader.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>
#include <charconv>
#include <map>
#include <set>

using namespace inferd;

namespace {

constexpr Interval minute{60'000};
constexpr std::int64_t horizon = 15;

const CandleFile& minutes() {
  static const auto file = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1m.csv", minute);
  return file;
}

std::shared_ptr<const Model> harm() {
  TrainSettings settings{.topic = 1, .symbol = "btcusd", .horizon_ms = horizon * minute.ms, .output = ModelOutput::volatility};
  settings.interval = minute;
  settings.estimator = VolatilityEstimator::sample_deviation;
  settings.plan = rules_for(minute)->plan;
  return std::make_shared<Model>(train(minutes(), settings), "harm.json");
}

/// Topic 1 predicts volatility from minutes, topic 2 returns from hours.
struct VolatilityNetwork : test::TestNetwork {
  VolatilityNetwork()
    : TestNetwork(
        {.topics = {
           {.id = 1, .metadata = "BTC/USD 15min volatility", .epoch_length = 70, .window_length = 20, .ground_truth_lag = 70},
           {.id = 2, .epoch_length = 70, .window_length = 20, .ground_truth_lag = 70}}}) {
    candles = sim::moved_to(minutes().candles, 5'000, test::VirtualActorSystem::start);
    market->add(candles);
    const FeedId feed{"btcusd", minute};
    market::MarketSettings source{
      .symbol = "btcusd", .sources = {{.kind = "binance", .url = "http://first"}}, .bounds = market::usual_bounds(minute)};
    FetcherPolicy fetcher{.feed = feed, .sources = {{"binance", 300'000}}};
    fetcher.subscribers.push_back({.topic = {1}, .sources = {}, .min_candles = model->needed_candles()});
    plan->feeds.push_back({std::move(fetcher),
                           market::make_market(source, http, actors.clock, market::make_inline_worker()),
                           {{TopicId{1}, model->features(), horizon}}});
    auto& hourly = plan->feeds.front().fetcher.subscribers;
    std::erase_if(hourly, [](const Subscriber& s) { return s.topic == TopicId{1}; });
    plan->topics.front().timer.feed = feed;
    plan->topics.front().predictor.model = model;
    actors.context.on_delivery = [this](const Delivery& d) {
      if (d.content.match_element<Predicted>(0)) predicted.push_back(d.content.get_as<Predicted>(0));
    };
  }
  ~VolatilityNetwork() { actors.context.on_delivery = nullptr; }

  std::shared_ptr<const Model> model = harm();
  std::vector<Candle> candles;
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
