#define BOOST_TEST_MODULE feeds
// Market data that topics share, through the real tree in virtual time: how often it is requested, which actors receive it, and
// that a restart of fetcher or feature actor costs no window.
#include "runtime/books/books_reader.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

constexpr std::int64_t epoch = 12, window = 6;

/// Topics that open `apart` blocks after each other, every `length` blocks.
std::vector<sim::TopicSettings> topics(std::uint64_t n, std::int64_t apart = 0, std::int64_t length = epoch) {
  std::vector<sim::TopicSettings> out;
  for (std::uint64_t id = 1; id <= n; ++id)
    out.push_back({.id = id,
                   .epoch_length = length,
                   .window_length = window,
                   .ground_truth_lag = length,
                   .first_nonce = length + static_cast<std::int64_t>(id - 1) * apart});
  return out;
}

/// Counts what each place received; may kill an actor at a message.
struct FeedNetwork : test::TestNetwork {
  explicit FeedNetwork(test::TestNetworkSettings s) : TestNetwork(std::move(s)) {
    actors.context.on_delivery = [this](const Delivery& d) {
      if (d.content.match_element<CandlesFetched>(0)) {
        const auto& m = d.content.get_as<CandlesFetched>(0);
        candles[d.receiver] += m.candles.size();
        series[d.receiver] += m.reset;
      }
      if (d.content.match_element<CandlesArrived>(0)) ++answers[d.receiver];
      if (strike && strike(d)) {
        strike = nullptr;
        throw std::runtime_error("killed by the test");
      }
    };
  }
  ~FeedNetwork() { actors.context.on_delivery = nullptr; }

  Status status(std::uint64_t topic, std::int64_t nonce) {
    auto found = Status::open;
    BooksReader(dir / "books.db").each({.topic = TopicId{topic}}, [&](const WindowRow& r) {
      if (r.nonce.value == nonce) found = r.status;
    });
    return found;
  }
  void end(const Place& place) {
    const auto actor = actors.context.directory->find(place);
    BOOST_REQUIRE(actor);
    caf::anon_send_exit(actor, caf::exit_reason::kill);
    settle();
  }

  std::map<Place, std::size_t> candles, series, answers; ///< by place
  std::function<bool(const Delivery&)> strike;
};

const Place feature = feature_of({"btcusd"}).place, fetcher = fetcher_of({"btcusd"}).place,
            other_fetcher = fetcher_of({"ethusd"}).place;

} // namespace

BOOST_AUTO_TEST_CASE(topics_of_one_symbol_share_one_request_and_one_copy) {
  FeedNetwork network({.topics = topics(2)});
  network.start();
  network.blocks(epoch * 2 + 2);
  for (const std::uint64_t topic : {1, 2})
    for (const auto nonce : {epoch, 2 * epoch}) BOOST_TEST((network.status(topic, nonce) == Status::confirmed));
  BOOST_TEST(network.http->requests() == 1u);
  BOOST_TEST(network.answers[fetcher] == 1u);
  BOOST_TEST(network.series[feature] == 1u);
  BOOST_TEST(network.candles[feature] == 799u);
  BOOST_TEST(!network.actors.context.directory->find(Place{PlaceKind::fetcher, {}, "1"})); // no topic has its own
}

BOOST_AUTO_TEST_CASE(a_new_candle_costs_one_request_however_many_topics_share_it) {
  constexpr std::int64_t hourly = 720; // blocks of five seconds
  FeedNetwork network({.topics = topics(5, 0, hourly), .block_ms = 5'000});
  network.start();
  network.blocks(hourly * 3 + 2);
  for (std::uint64_t topic = 1; topic <= 5; ++topic) BOOST_TEST((network.status(topic, 3 * hourly) == Status::confirmed));
  BOOST_TEST(network.http->requests() == 3u);
  BOOST_TEST(network.series[feature] == 1u);
}

BOOST_AUTO_TEST_CASE(a_topic_that_comes_later_gets_the_feed_without_a_request) {
  FeedNetwork network({.topics = topics(2, 5)});
  network.start();
  network.blocks(epoch + 5 + 2);
  BOOST_TEST((network.status(1, epoch) == Status::confirmed));
  BOOST_TEST((network.status(2, epoch + 5) == Status::confirmed));
  BOOST_TEST(network.http->requests() == 1u);
  BOOST_TEST(network.candles[feature] == 799u);
}

BOOST_AUTO_TEST_CASE(a_topic_that_restarts_gets_the_feed_without_a_request) {
  FeedNetwork network({.topics = topics(2)});
  network.start();
  network.blocks(epoch - 1); // predicted ahead
  BOOST_TEST(network.answers[fetcher] == 1u);
  network.end(Place{PlaceKind::topic, TopicId{2}});
  network.blocks(1);
  network.end(predictor_of(TopicId{1}).place);
  network.blocks(4);
  for (const std::uint64_t topic : {1, 2}) BOOST_TEST((network.status(topic, epoch) == Status::confirmed));
  BOOST_TEST(network.http->requests() == 1u);
  BOOST_TEST(network.candles[feature] == 799u);
}

BOOST_AUTO_TEST_CASE(a_feed_that_dies_at_any_message_of_a_window_recovers_within_it) {
  for (const auto& victim : {fetcher, feature}) {
    std::size_t at = 0;
    for (bool struck = true; struck; ++at) {
      FeedNetwork network({.topics = topics(3)});
      network.strike = [&, seen = std::size_t{0}](const Delivery& d) mutable { return d.receiver == victim && seen++ == at; };
      network.start();
      network.blocks(epoch + window - 1);
      struck = !network.strike;
      for (std::uint64_t topic = 1; topic <= 3; ++topic)
        BOOST_TEST((network.status(topic, epoch) == Status::confirmed), to_string(victim) << " at its message " << at);
      BOOST_TEST(network.http->requests() <= 2u);
    }
    BOOST_TEST(at > 1u, to_string(victim) << " was struck only " << at << " times");
  }
}

BOOST_AUTO_TEST_CASE(a_feed_lost_as_a_whole_while_the_market_is_slow_recovers_within_the_window) {
  FeedNetwork network({.topics = topics(2)});
  network.market->inject(sim::MarketFault::Unavailable, 0, 1);
  network.start();
  network.blocks(epoch - 1); // the windows wait for the next round
  BOOST_TEST(network.http->requests() == 1u);
  BOOST_TEST(network.answers[fetcher] == 0u);
  network.end(feed_place(PlaceKind::feed, {"btcusd"}));
  network.blocks(epoch);
  for (const std::uint64_t topic : {1, 2}) BOOST_TEST((network.status(topic, epoch) == Status::confirmed));
  BOOST_TEST(network.http->requests() == 2u);
}

BOOST_AUTO_TEST_CASE(another_symbol_has_a_feed_of_its_own) {
  FeedNetwork network({.topics = topics(3), .symbols = {{3, "ethusd"}}});
  network.start();
  network.blocks(epoch - 1);
  network.end(other_fetcher);
  network.blocks(epoch + 3);
  for (std::uint64_t topic = 1; topic <= 3; ++topic)
    for (const auto nonce : {epoch, 2 * epoch}) BOOST_TEST((network.status(topic, nonce) == Status::confirmed));
  BOOST_TEST(network.http->requests("http://first") == 1u);
  BOOST_TEST(network.http->requests("http://ethusd") == 1u); // the market port has the candles that the fetcher lost
  BOOST_TEST(network.answers[fetcher] == 1u);
  BOOST_TEST(network.answers[other_fetcher] == 2u);
}
