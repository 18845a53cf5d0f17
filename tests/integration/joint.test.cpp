#define BOOST_TEST_MODULE joint
// A topic whose model has inputs of two symbols, or of three intervals, through the real tree in virtual time.
#include "model/training/joint_volatility.hpp"
#include "runtime/books/books_reader.hpp"
#include "tests/model/series.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>
#include <charconv>
#include <map>
#include <set>

using namespace inferd;

namespace {

const FeedId bitcoin{"btcusd"}, ether{"ethusd"};

/// HAR7S+ethusd, four hours ahead; ETH's candles are BTC's a day earlier.
std::vector<Candle> ether_candles(std::vector<Candle> candles) {
  for (std::size_t i = candles.size() - 1; i >= 24; --i) {
    const auto opens = candles[i].opens;
    candles[i] = candles[i - 24];
    candles[i].opens = opens;
  }
  return candles;
}

std::shared_ptr<const Model> joint_model() {
  static const auto model = [] {
    TrainSettings settings{.topic = 1, .symbol = "btcusd", .horizon_ms = 4 * 3'600'000, .output = ModelOutput::volatility};
    settings.keep = "HAR7S+ethusd";
    return std::make_shared<const Model>(train(test::history(), {{"ethusd", ether_candles(test::history().candles)}}, settings),
                                         "joint.json");
  }();
  return model;
}

/// Topic 1 predicts from both symbols, topic 2 from ETH alone.
struct JointNetwork : test::TestNetwork {
  JointNetwork()
    : TestNetwork(
        {.topics =
           {{.id = 1, .metadata = "BTC/USD 4h volatility", .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12},
            {.id = 2, .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12}},
         .symbols = {{2, "ethusd"}}}) {
    candles = sim::moved_to(test::history().candles, 4'000, test::VirtualActorSystem::start);
    others["ethusd"] = ether_candles(candles);
    second = std::make_shared<sim::SimMarket>(
      others["ethusd"], [this] { return actors.steady->now(); }, sim::SimMarketSettings{.symbol = "ethusd"});
    http->add("http://joined", second);
    auto& own = plan->feeds.at(0);
    auto& other = plan->feeds.at(1);
    other.market = market::make_market({.symbol = "ethusd", .sources = {{.kind = "binance", .url = "http://joined"}}}, http,
                                       actors.clock, market::make_inline_worker());
    own.fetcher.subscribers.front().min_candles = model->needed_candles();
    own.features.push_back({TopicId{1}, model->features(), model->context().horizon});
    other.fetcher.subscribers.push_back({.topic = TopicId{1}, .min_candles = model->needed_candles(), .joins = bitcoin});
    auto& topic = plan->topics.front();
    topic.timer.others = {ether};
    topic.predictor.model = model;
    actors.context.on_delivery = [this](const Delivery& d) {
      if (d.content.match_element<Predicted>(0)) predicted.push_back(d.content.get_as<Predicted>(0));
      if (strike && strike(d)) {
        strike = nullptr;
        throw std::runtime_error("killed by the test");
      }
    };
  }
  ~JointNetwork() { actors.context.on_delivery = nullptr; }

  std::map<TopicId, int> confirmed() {
    std::map<TopicId, int> count;
    BooksReader(dir / "books.db").each({}, [&](const WindowRow& r) { count[r.topic] += r.status == Status::confirmed; });
    return count;
  }

  std::shared_ptr<const Model> model = joint_model();
  std::vector<Candle> candles;
  OtherCandles others;
  std::shared_ptr<sim::SimMarket> second;
  std::vector<Predicted> predicted;
  std::function<bool(const Delivery&)> strike;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_topic_is_answered_from_the_candles_of_two_symbols) {
  JointNetwork network;
  network.start();
  network.blocks(12 * 5);
  BOOST_TEST(network.confirmed()[TopicId{1}] >= 3);
  BOOST_TEST(network.confirmed()[TopicId{2}] >= 3);
  JointFeatures features(network.model->features(), network.model->context());
  FollowedSeries followed(network.others, one_hour);
  std::map<Instant, double> expected;
  for (const auto& c : network.candles) {
    followed.push(c.opens, features);
    features.push(c);
    expected[c.opens] = network.model->value(features.values());
  }
  std::size_t compared = 0;
  for (const auto& p : network.predicted) {
    if (p.topic != TopicId{1}) continue;
    double value{};
    const auto& text = p.values.front().value;
    std::from_chars(text.data(), text.data() + text.size(), value);
    BOOST_TEST(value == expected.at(p.candle), boost::test_tools::tolerance(1e-9));
    BOOST_TEST(p.source == "binance + ethusd/1h binance");
    ++compared;
  }
  BOOST_TEST(compared >= 3u);
}

BOOST_AUTO_TEST_CASE(an_actor_of_either_symbol_that_dies_while_a_window_is_open_costs_no_window) {
  for (const auto& victim : {feature_of(bitcoin).place, feature_of(ether).place, fetcher_of(bitcoin).place,
                             fetcher_of(ether).place, timer_of(TopicId{1}).place, predictor_of(TopicId{1}).place}) {
    JointNetwork network;
    network.start();
    network.blocks(12);
    network.strike = [&](const Delivery& d) { return d.receiver == victim && !d.content.match_element<Inspect>(0); };
    network.blocks(12 * 3);
    BOOST_TEST(!network.strike, to_string(victim) << " received nothing");
    BOOST_TEST(network.confirmed()[TopicId{1}] >= 3, to_string(victim));
  }
}

BOOST_AUTO_TEST_CASE(without_the_second_symbols_candles_nothing_is_predicted) {
  JointNetwork network;
  network.second->inject(sim::MarketFault::Unavailable, 0, 1'000);
  network.start();
  network.blocks(12 * 3);
  BOOST_TEST(network.confirmed()[TopicId{1}] == 0);
  for (const auto& p : network.predicted) BOOST_TEST((p.topic != TopicId{1}));
  bool said = false;
  BooksReader(network.dir / "books.db").each({.topic = TopicId{1}}, [&](const WindowRow& r) {
    said = said || r.reason.find("503") != std::string::npos;
  });
  BOOST_TEST(said);
}

namespace {

constexpr Interval five_minutes{300'000}, day{86'400'000};
const FeedId days{"btcusd", day}, minutes{"btcusd", five_minutes};

/// Each hour as twelve candles that ascend or descend through it.
std::vector<Candle> split(const std::vector<Candle>& hours) {
  std::vector<Candle> out;
  for (const auto& h : hours)
    for (int i = 0; i < 12; ++i) {
      const auto at = [&](int k) { return h.open + (h.close - h.open) * k / 12; };
      out.push_back({{h.opens.value + i * five_minutes.ms},
                     at(i),
                     std::max(at(i), at(i + 1)),
                     std::min(at(i), at(i + 1)),
                     at(i + 1),
                     h.volume / 12});
    }
  return out;
}

std::shared_ptr<const Model> interval_model() {
  auto file = test::linear_file();
  file.topic = 1;
  file.features = {"gk_24", "/1d:gk_2", "/5m:range_12_0"};
  file.linear = {{"gk_24", -11, 1, 0.001}, {"/1d:gk_2", -8, 1, 0.002}, {"/5m:range_12_0", 0.006, 0.002, 0.003}};
  return std::make_shared<const Model>(file, "intervals.json");
}

struct IntervalNetwork : test::TestNetwork {
  IntervalNetwork() : TestNetwork({.topics = {{.id = 1, .epoch_length = 12, .window_length = 6, .ground_truth_lag = 12}}}) {
    candles = sim::moved_to(test::history().candles, 4'000, test::VirtualActorSystem::start);
    others["/1d"] = test::aggregated(candles, one_hour, day);
    others["/5m"] = split(candles);
    auto& own = plan->feeds.at(0);
    own.fetcher.subscribers.front().min_candles = model->needed_candles();
    own.features.push_back({TopicId{1}, model->features(), model->context().horizon});
    auto& topic = plan->topics.front();
    topic.predictor.model = model;
    for (const auto& other : model->others()) {
      market->add(others.at(series_name(other.feed, bitcoin)));
      FetcherPolicy fetcher{.feed = other.feed, .sources = {{"binance", 3 * other.feed.interval.ms}}};
      fetcher.subscribers.push_back({.topic = TopicId{1}, .min_candles = other.candles, .joins = bitcoin});
      plan->feeds.push_back({std::move(fetcher), market::make_market({.symbol = "btcusd",
                                                                      .sources = {{.kind = "binance", .url = "http://first"}},
                                                                      .bounds = market::usual_bounds(other.feed.interval)},
                                                                     http, actors.clock, market::make_inline_worker())});
      topic.timer.others.push_back(other.feed);
    }
    actors.context.on_delivery = [this](const Delivery& d) {
      if (d.content.match_element<Predicted>(0)) predicted.push_back(d.content.get_as<Predicted>(0));
      if (strike && strike(d)) {
        strike = nullptr;
        throw std::runtime_error("killed by the test");
      }
    };
  }
  ~IntervalNetwork() { actors.context.on_delivery = nullptr; }

  /// What the model says of candles from the beginning, by the own candle.
  std::map<Instant, double> expected() const {
    JointFeatures features(model->features(), model->context());
    FollowedSeries followed(others, one_hour);
    std::map<Instant, double> values;
    for (const auto& c : candles) {
      followed.push(c.opens, features);
      features.push(c);
      values[c.opens] = model->value(features.values());
    }
    return values;
  }
  /// Predictions, each as expected.
  int right() const {
    const auto values = expected();
    for (const auto& p : predicted) {
      double value{};
      const auto& text = p.values.front().value;
      std::from_chars(text.data(), text.data() + text.size(), value);
      BOOST_TEST(value == values.at(p.candle), boost::test_tools::tolerance(1e-9));
      BOOST_TEST(p.source == "binance + btcusd/1d binance + btcusd/5m binance");
    }
    return static_cast<int>(predicted.size());
  }

  std::shared_ptr<const Model> model = interval_model();
  std::vector<Candle> candles;
  OtherCandles others;
  std::vector<Predicted> predicted;
  std::function<bool(const Delivery&)> strike;
};

} // namespace

BOOST_AUTO_TEST_CASE(a_topic_is_answered_from_the_candles_of_three_intervals) {
  IntervalNetwork network;
  network.start();
  network.blocks(12 * 400); // more than an hour: new candles of five minutes and of an hour
  BOOST_TEST(network.right() >= 390);
  std::set<Instant> rows;
  for (const auto& p : network.predicted) rows.insert(p.candle);
  BOOST_TEST(rows.size() >= 2u);
}

BOOST_AUTO_TEST_CASE(an_actor_of_any_interval_that_dies_while_a_window_is_open_costs_no_window) {
  for (const auto& victim : {feature_of(bitcoin).place, feature_of(days).place, feature_of(minutes).place,
                             fetcher_of(days).place, fetcher_of(minutes).place}) {
    IntervalNetwork network;
    network.start();
    network.blocks(12);
    network.strike = [&](const Delivery& d) { return d.receiver == victim && !d.content.match_element<Inspect>(0); };
    network.blocks(12 * 3);
    BOOST_TEST(!network.strike, to_string(victim) << " received nothing");
    BOOST_TEST(network.right() >= 3, to_string(victim));
  }
}
