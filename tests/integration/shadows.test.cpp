#define BOOST_TEST_MODULE shadows
// A topic of volatility on candles of one minute with one live model and one in its shadow: the real tree in virtual time.
#include "base/decimal_text.hpp"
#include "model/scoring/realised.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/daemon/replay/replay_tree.hpp"
#include "tests/support/minute_volatility.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

using namespace inferd;
using test::minute;

namespace {

constexpr std::int64_t horizon = 5;

std::shared_ptr<const Model> harm() {
  static const auto model = test::trained_harm(horizon);
  return model;
}

const RealisedTarget target{ModelOutput::volatility, VolatilityEstimator::sample_deviation, minute, horizon* minute.ms};

/// Live: a constant that needs no features. Shadow: HARM.
struct ShadowNetwork : test::MinuteNetwork {
  ShadowNetwork()
    : MinuteNetwork({.topics = {test::volatility_topic("BTC/USD 5 minute volatility")}},
                    {.topic = {1}, .sources = {}, .min_candles = 1, .preferred_candles = harm()->needed_candles()},
                    {TopicId{1}, harm()->features(), horizon}) {
    auto& topic = plan->topics.front();
    topic.predictor.model = std::make_shared<Model>(constant_model(test::volatility_settings(horizon), 0.001), "constant.json");
    std::vector<std::size_t> all(harm()->features().size());
    for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
    topic.entry =
      ModelEntry{model_id(topic.predictor.model->name()), "built-in", {}, PredictorPolicy{}, std::vector<std::size_t>{}};
    topic.shadows = {{model_id(harm()->name()), "built-in", {}, PredictorPolicy{TopicId{1}, harm()}, all}};
    topic.shadow_ports = {nullptr};
    topic.features = harm()->features();
    topic.target = {"btcusd", minute, horizon * minute.ms, ModelOutput::volatility};
    plan->scorer = ScorerPolicy{.topics = {{.topic = {1}, .feed = feed, .target = target, .no_truth = {}}}};
  }

  void promote(const std::string& model) {
    caf::anon_send(actors.context.directory->find(predictor_of(TopicId{1})), SwapModel{{1}, model, "test", "promotion", 1});
    settle();
  }
  std::vector<PredictionRow> predictions() { return BooksReader(dir / "books.db").predictions({1}, 1'000); }
};

} // namespace

BOOST_AUTO_TEST_CASE(both_models_are_booked_and_scored_and_only_the_live_one_is_submitted) {
  ShadowNetwork network;
  network.start();
  network.blocks(1'100);
  network.drain();
  std::map<Height, std::set<std::string>> by_window;
  int scored = 0;
  for (const auto& row : network.predictions()) {
    by_window[row.nonce].insert(row.name);
    BOOST_TEST(row.values.size() == 1u, row.failure);
    BOOST_TEST((row.role == (row.name == "constant.json" ? ModelRole::live : ModelRole::shadow)));
    if (row.truth.text.empty()) continue;
    ++scored;
    std::vector<Candle> some;
    const auto span = realised_span(target, row.candle);
    for (const auto& c : network.candles)
      if (c.opens >= span.since && c.opens < span.until) some.push_back(c);
    BOOST_TEST(*parse_finite(row.truth.text) == std::get<double>(realised(target, row.candle, 0, some)),
               boost::test_tools::tolerance(1e-12));
  }
  BOOST_TEST(by_window.size() >= 12u);
  for (const auto& [nonce, models] : by_window) BOOST_TEST(models.size() == 2u);
  BOOST_TEST(scored >= 14);
  BooksReader books(network.dir / "books.db");
  int confirmed = 0;
  books.each({}, [&](const WindowRow& r) {
    if (r.status != Status::confirmed) return;
    ++confirmed;
    BOOST_TEST(*parse_finite(r.values.front().value) == 0.001);
  });
  BOOST_TEST(confirmed >= 12);
  const auto models = books.models({});
  BOOST_REQUIRE_EQUAL(models.size(), 2u);
  BOOST_TEST(models[0].target == "volatility");
}

BOOST_AUTO_TEST_CASE(a_promotion_is_booked_and_answers_the_next_window_also_after_restarts_of_actors) {
  ShadowNetwork network;
  network.start();
  network.blocks(200);
  network.promote("harm");
  network.blocks(100);
  caf::anon_send(network.actors.context.directory->find(root_role), RestartChild{predictor_of(TopicId{1}).place});
  caf::anon_send(network.actors.context.directory->find(root_role), RestartChild{scorer_role.place});
  network.blocks(200);
  network.drain();
  BooksReader books(network.dir / "books.db");
  const auto swaps = books.swaps({});
  BOOST_REQUIRE_EQUAL(swaps.size(), 1u);
  BOOST_TEST(swaps[0].to_name == "harm.json");
  int before = 0, behind = 0;
  books.each({}, [&](const WindowRow& r) {
    if (r.status != Status::confirmed) return;
    const bool constant = *parse_finite(r.values.front().value) == 0.001;
    BOOST_TEST(constant == (r.nonce <= swaps[0].after), "window " << r.nonce.value);
    constant ? ++before : ++behind;
  });
  BOOST_TEST(before >= 2);
  BOOST_TEST(behind >= 3);
  for (const auto& row : network.predictions())
    if (row.nonce > swaps[0].after) BOOST_TEST(((row.role == ModelRole::live) == (row.name == "harm.json")));
}

BOOST_AUTO_TEST_CASE(a_scorer_that_keeps_failing_costs_no_window) {
  ShadowNetwork network;
  network.actors.context.on_delivery = [](const Delivery& d) {
    if (d.receiver == scorer_role.place) throw std::runtime_error("injected");
  };
  network.start();
  network.blocks(500);
  int answered = 0, others = 0;
  network.drain();
  network.actors.context.on_delivery = nullptr;
  BooksReader(network.dir / "books.db").each({}, [&](const WindowRow& r) {
    if (r.status == Status::confirmed) ++answered;
    else ++others;
  });
  BOOST_TEST(answered >= 5);
  BOOST_TEST(others <= 1); // the one at the stop
  BOOST_TEST(network.predictions().empty());
}
