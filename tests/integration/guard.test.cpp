#define BOOST_TEST_MODULE guard
// A topic of returns whose live model is an online guard over a model, a shadow and the network's own value: the real tree in
// virtual time, with restarts and kills between which the guard must go on as if nothing had happened.
#include "base/decimal_text.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/daemon/plan/shadow_plan.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>
#include <map>

using namespace inferd;

namespace {

constexpr Interval minute{60'000};
constexpr std::int64_t horizon = 5;

ModelFile constant_return(double value) {
  TrainSettings s{.topic = 1, .symbol = "btcusd", .horizon_ms = horizon * minute.ms};
  s.interval = minute;
  return constant_model(s, value);
}

struct GuardNetwork : test::TestNetwork {
  GuardNetwork()
    : TestNetwork({.topics = {{.id = 1,
                               .metadata = "BTC/USD 5 minute log return",
                               .epoch_length = 70,
                               .window_length = 20,
                               .ground_truth_lag = 70}}}) {
    market->add(sim::moved_to(read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1m.csv", minute).candles, 5'000,
                              test::VirtualActorSystem::start));
    const FeedId feed{"btcusd", minute};
    market::MarketSettings source{
      .symbol = "btcusd", .sources = {{.kind = "binance", .url = "http://first"}}, .bounds = market::usual_bounds(minute)};
    FetcherPolicy fetcher{.feed = feed, .sources = {{"binance", 300'000}}};
    fetcher.subscribers.push_back({.topic = {1}, .sources = {}, .min_candles = 1, .preferred_candles = 200});
    plan->feeds = {{std::move(fetcher),
                    market::make_market(source, http, actors.clock, market::make_inline_worker()),
                    {{TopicId{1}, {"vol_gk_72"}, horizon}}}};
    plan->watcher.concluded_to_predictor = {TopicId{1}};
    auto& topic = plan->topics.front();
    topic.timer.feed = feed;
    topic.predictor.model = std::make_shared<Model>(constant_return(0.0005), "up.json");
    const auto down = std::make_shared<const Model>(constant_return(-0.0005), "down.json");
    topic.entry =
      ModelEntry{model_id(topic.predictor.model->name()), "built-in", {}, PredictorPolicy{}, std::vector<std::size_t>{}};
    topic.shadows = {{model_id(down->name()), "built-in", {}, PredictorPolicy{TopicId{1}, down}, std::vector<std::size_t>{}},
                     {{"network", "cccccccccccc"}, "network", {}, NetworkPolicy{TopicId{1}}, std::vector<std::size_t>{}},
                     {{"guard", "dddddddddddd"},
                      "guard",
                      {},
                      GuardPolicy{TopicId{1}, {0, 1, 2}, ModelOutput::log_return, horizon * minute.ms},
                      std::vector<std::size_t>{0}}};
    topic.shadow_ports.resize(3);
    topic.features = {"vol_gk_72"};
    topic.target = {"btcusd", minute, horizon * minute.ms, ModelOutput::log_return};
    topic.configured = topic.shadows[2].id;
    topic.keeps_state = true;
    topic.live->live = *topic.configured;
    plan->scorer = ScorerPolicy{.topics = {{.topic = {1},
                                            .feed = feed,
                                            .target = {ModelOutput::log_return, {}, minute, horizon * minute.ms},
                                            .no_truth = {},
                                            .guarded = true}}};
  }

  BookPredictorState booked() { return *dynamic_cast<Books&>(*store).predictor_state(test::signer()->wallet(), TopicId{1}); }
  /// kill -9, and a new process that has the books alone. How many windows it learnt from them.
  std::size_t kill_and_start() {
    kill();
    open_again();
    auto& topic = plan->topics.front();
    topic.live = std::make_shared<LiveModel>();
    topic.live->live = *topic.configured;
    restore_state(dynamic_cast<Books&>(*store), test::signer()->wallet(), TopicId{1}, topic);
    const auto learnt = booked().rows.size() - topic.live->guard.rows.size();
    start();
    return learnt;
  }
  /// Each model's predictions by window.
  std::map<std::pair<std::string, std::int64_t>, std::string> predictions() {
    std::map<std::pair<std::string, std::int64_t>, std::string> out;
    for (const auto& row : BooksReader(dir / "books.db").predictions({1}, 1'000))
      out[{row.name, row.nonce.value}] = row.values.empty() ? row.failure : row.values.front().value;
    return out;
  }
};

/// But for rounding: the window over the volatilities begins at other candles after a restart.
bool same_forecast(const std::string& a, const std::string& b) {
  const auto x = parse_finite(a), y = parse_finite(b);
  return x && y ? std::abs(*x - *y) <= 1e-9 * std::max(std::abs(*x), std::abs(*y)) : a == b;
}

constexpr int all_blocks = 1'800;

struct Undisturbed {
  Undisturbed() {
    GuardNetwork network;
    network.start();
    network.blocks(all_blocks);
    predictions = network.predictions();
    state = network.booked();
    for (const auto& row : BooksReader(network.dir / "books.db").predictions({1}, 1'000))
      if (const auto truth = parse_finite(row.truth.text)) truths[row.nonce] = *truth;
  }
  std::map<Height, double> truths;
  std::map<std::pair<std::string, std::int64_t>, std::string> predictions;
  BookPredictorState state;
};

const Undisturbed& undisturbed() {
  static const Undisturbed run;
  return run;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_guard_is_submitted_and_learns) {
  GuardNetwork network;
  network.start();
  network.blocks(all_blocks);
  const auto predictions = network.predictions();
  int confirmed = 0, nonzero = 0, of_network = 0;
  BooksReader(network.dir / "books.db").each({}, [&](const WindowRow& r) {
    if (r.status != Status::confirmed) return;
    ++confirmed;
    BOOST_TEST(*parse_finite(r.values.front().value) == *parse_finite(predictions.at({"guard", r.nonce.value})));
    nonzero += *parse_finite(r.values.front().value) != 0;
    of_network += parse_finite(predictions.at({"network", r.nonce.value})).has_value();
  });
  BOOST_TEST(confirmed >= 20);
  BOOST_TEST(nonzero >= 10); // from the sixth window on truths are known
  BOOST_TEST(of_network >= 18);
  const auto state = network.booked();
  BOOST_TEST(state.guard.experts.size() == 3u);
  BOOST_TEST(state.guard.zero_loss > 0);
  BOOST_TEST(!state.rows.empty());
  BOOST_TEST(state.rows.size() <= 10u); // five minutes of windows every 70 seconds, and the candle that must close
  BOOST_TEST((state.guard == network.plan->topics.front().live->guard.sums));
}

BOOST_AUTO_TEST_CASE(restarts_of_the_predictor_and_of_the_process_change_no_prediction) {
  GuardNetwork network;
  network.start();
  for (int part = 0; part < 9; ++part) {
    network.blocks(all_blocks / 9);
    if (part == 8) break;
    if (part % 2) network.kill_and_start();
    else {
      caf::anon_send(network.actors.context.directory->find(root_role), RestartChild{predictor_of(TopicId{1}).place});
      network.settle();
    }
  }
  const auto expected = undisturbed().predictions, found = network.predictions();
  BOOST_TEST(found.size() >= expected.size() - 8);
  std::size_t same = 0;
  for (const auto& [key, value] : found) {
    const auto it = expected.find(key);
    if (it == expected.end()) continue;
    BOOST_TEST(same_forecast(value, it->second),
               key.first << " in " << key.second << ": " << value << " instead of " << it->second);
    ++same;
  }
  BOOST_TEST(same > 80u);
}

BOOST_AUTO_TEST_CASE(a_truth_that_was_booked_before_the_kill_and_not_learnt_is_learnt_at_the_start) {
  GuardNetwork network;
  int truths = 0;
  const auto tape = network.actors.context.on_delivery;
  network.actors.context.on_delivery = [&, tape](const Delivery& d) {
    if (d.receiver == predictor_of(TopicId{1}).place && d.content.match_element<BookTruth>(0) && ++truths % 5 == 3)
      network.crash();
    tape(d);
  };
  network.plan->ledger.group_commit_ms = 0; // the truth is in the books before the predictor gets it
  network.start();
  std::size_t learnt = 0;
  for (int n = 0; n < all_blocks; ++n) {
    network.block();
    if (network.actors.halted()) learnt += network.kill_and_start();
  }
  BOOST_TEST(learnt >= 3u);
  // A window that is predicted between kill and start lacks a truth, and a truth may come later; none is lost, and none counts
  // twice: with the truths that are known by now and not learnt, the sums are those of the undisturbed run, but for
  // a window whose newest candle is another one after a start. A lost one would be a twentieth of them.
  const auto& expected = undisturbed().state;
  const auto found = network.booked();
  double losses = found.guard.zero_loss, squares = found.guard.experts[0].squares, products = found.guard.experts[0].products;
  for (const auto& row : found.rows) {
    const auto truth = undisturbed().truths.find(row.nonce);
    if (truth == undisturbed().truths.end()) continue;
    const double z = truth->second / row.unit, f = row.forecasts[0];
    losses += z * z, squares += f * f, products += f * z;
  }
  BOOST_TEST(losses == expected.guard.zero_loss, boost::test_tools::tolerance(0.002));
  BOOST_TEST(squares == expected.guard.experts[0].squares, boost::test_tools::tolerance(0.002));
  BOOST_TEST(products == expected.guard.experts[0].products, boost::test_tools::tolerance(0.002));
}
