#pragma once
// A topic of volatility on candles of one minute and a model of it, HARM, for tests in virtual time.

#include "tests/support/test_network.hpp"

namespace inferd::test {

inline constexpr Interval minute{60'000};

inline const CandleFile& minutes() {
  static const auto file = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1m.csv", minute);
  return file;
}

/// `horizon`: candles ahead.
inline TrainSettings volatility_settings(std::int64_t horizon) {
  TrainSettings s{.topic = 1, .symbol = "btcusd", .horizon_ms = horizon * minute.ms, .output = ModelOutput::volatility};
  s.interval = minute;
  s.estimator = VolatilityEstimator::sample_deviation;
  s.plan = rules_for(minute)->plan;
  return s;
}

inline std::shared_ptr<const Model> trained_harm(std::int64_t horizon) {
  return std::make_shared<const Model>(train(minutes(), volatility_settings(horizon)), "harm.json");
}

inline sim::TopicSettings volatility_topic(std::string metadata) {
  return {.id = 1, .metadata = std::move(metadata), .epoch_length = 70, .window_length = 20, .ground_truth_lag = 70};
}

/// Topic 1 of the network predicts from a feed of minutes, `feed`, instead of its usual one.
struct MinuteNetwork : TestNetwork {
  MinuteNetwork(TestNetworkSettings settings, Subscriber subscriber, DeclaredFeatures features)
    : TestNetwork(std::move(settings)) {
    market->add(candles);
    market::MarketSettings source{
      .symbol = "btcusd", .sources = {{.kind = "binance", .url = "http://first"}}, .bounds = market::usual_bounds(minute)};
    FetcherPolicy fetcher{.feed = feed, .sources = {{"binance", 300'000}}};
    fetcher.subscribers.push_back(std::move(subscriber));
    for (auto& other : plan->feeds)
      std::erase_if(other.fetcher.subscribers, [](const Subscriber& s) { return s.topic == TopicId{1}; });
    std::erase_if(plan->feeds, [](const FeedPlan& f) { return f.fetcher.subscribers.empty(); });
    plan->feeds.push_back({std::move(fetcher),
                           market::make_market(source, http, actors.clock, market::make_inline_worker()),
                           {std::move(features)}});
    plan->topics.front().timer.feed = feed;
  }

  const FeedId feed{"btcusd", minute};
  const std::vector<Candle> candles = sim::moved_to(minutes().candles, 5'000, VirtualActorSystem::start);
};

} // namespace inferd::test
