#define BOOST_TEST_MODULE shadow_plan
// From settings and books to the models of a topic.
#include "runtime/books/memory_books.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/models/model_store.hpp"
#include "runtime/daemon/plan/shadow_plan.hpp"
#include "runtime/live/system_clock.hpp"
#include "tests/market/scratch.hpp"
#include "tests/support/test_keys.hpp"
#include "model/training/trainer.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

bool holds(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

ModelFile linear(const std::string& feature) {
  auto file = constant_model({.topic = 1, .symbol = "btcusd", .horizon_ms = 4 * 3'600'000}, 0);
  file.kind = ModelKind::linear;
  file.features = {feature};
  file.linear = {{feature, 0, 1, 0.001}};
  return file;
}

std::string version_of(const ModelFile& file) { return model_checksum(file).substr(7, 12); }

struct Fixture {
  Fixture() {
    write("live.json", linear("gk_24"));
    auto& source = config.sources.emplace_back();
    source.name = "csv";
    source.kind = SourceKind::csv;
    source.path = folder.write("candles.csv", "timestamp,open,high,low,close,volume\n");
    source.max_age_ms = 10'800'000;
    config.wallets.emplace_back();
    auto& topic = config.topics.emplace_back();
    topic.id = {1};
    topic.symbol = "btcusd";
    topic.horizon_ms = 4 * 3'600'000;
    topic.model = topic.foreign.file = folder.dir / "live.json";
  }
  void write(const std::string& name, const ModelFile& file) { write_model(file, folder.dir / name); }
  void add_shadow(const std::string& name) {
    ModelSettings shadow;
    shadow.file = folder.dir / name;
    shadow.setting = "topic.shadow";
    config.topics.front().shadows.push_back(std::move(shadow));
  }
  TopicPlan planned() {
    HostPorts ports{.clock = std::make_shared<SystemClock>(),
                    .http = nullptr,
                    .chain = nullptr,
                    .signer = test::signer(),
                    .store = nullptr,
                    .models = std::make_shared<models::ModelHost>(checking_host()),
                    .books = books,
                    .versions = versions,
                    .warn = [this](const std::string& line) { warnings += line + '\n'; },
                    .open_models = false};
    plan = make_plan(config, config.wallets.front(), ports, false);
    return plan->topics.front();
  }
  /// As a predictor books it.
  void book(const std::string& name, const ModelFile& file, ModelRole role, const std::string& by) {
    BookModels m{{1}, {}, "log_return", 4 * 3'600'000, {}, {1'000}};
    m.models.push_back({{name, version_of(file)}, role, "built-in", "", by});
    books->write(test::signer()->wallet(), m);
    BOOST_TEST(versions->keep(version_of(file), model_text(file)) == "");
  }

  market::test::Scratch folder;
  Config config;
  std::shared_ptr<MemoryBooks> books = std::make_shared<MemoryBooks>();
  std::shared_ptr<ModelStore> versions = std::make_shared<ModelStore>((folder.dir / "models").string());
  std::shared_ptr<TreePlan> plan;
  std::string warnings;
};

} // namespace

BOOST_FIXTURE_TEST_CASE(features_of_all_models_are_one_set_the_live_models_first, Fixture) {
  write("b.json", linear("gk_72"));
  add_shadow("b.json");
  const auto topic = planned();
  BOOST_TEST(warnings == "");
  BOOST_TEST(topic.features == (std::vector<std::string>{"gk_24", "gk_72"}), boost::test_tools::per_element());
  BOOST_TEST((plan->feeds.front().features.front().names == topic.features));
  BOOST_TEST((*topic.entry->inputs == std::vector<std::size_t>{0}));
  BOOST_REQUIRE_EQUAL(topic.shadows.size(), 1u);
  BOOST_TEST((*topic.shadows.front().inputs == std::vector<std::size_t>{1}));
  const auto& subscriber = plan->feeds.front().fetcher.subscribers.front();
  BOOST_TEST(subscriber.preferred_candles > subscriber.min_candles); // the live model does not wait for them
}

BOOST_FIXTURE_TEST_CASE(each_series_of_a_model_is_a_feed_with_the_candles_that_it_needs, Fixture) {
  auto file = linear("/1d:gk_7");
  file.features.push_back("ethusd/5m:gk_24");
  file.linear.push_back({"ethusd/5m:gk_24", 0, 1, 0.001});
  write("live.json", file);
  write("b.json", linear("/1d:gk_30")); // of a series that the live model has
  add_shadow("b.json");
  write("c.json", linear("/5m:gk_30"));
  add_shadow("c.json");
  const auto topic = planned();
  BOOST_TEST(holds(warnings, "c.json: it needs candles of /5m, and the live model does not"), warnings);
  BOOST_TEST(topic.shadows.size() == 1u);
  const FeedId own{"btcusd"}, days{"btcusd", {86'400'000}}, other{"ethusd", {300'000}};
  BOOST_TEST((topic.timer.others == std::vector<FeedId>{days, other}));
  BOOST_REQUIRE_EQUAL(plan->feeds.size(), 3u);
  const auto& of_days = plan->feeds[1].fetcher;
  BOOST_TEST((of_days.feed == days));
  BOOST_TEST((of_days.subscribers.front().joins == own));
  BOOST_TEST(of_days.subscribers.front().min_candles == 7u);
  BOOST_TEST(of_days.subscribers.front().preferred_candles == 30u); // the shadow's
  BOOST_TEST(of_days.sources.front().max_age_ms == 24 * 10'800'000);
  BOOST_TEST(plan->feeds[2].fetcher.subscribers.front().min_candles == 24u);
}

BOOST_FIXTURE_TEST_CASE(a_series_that_no_source_has_is_refused_at_the_start, Fixture) {
  config.sources.front().symbol = "btcusd"; // a file of this symbol only
  write("live.json", linear("ethusd:gk_24"));
  BOOST_CHECK_EXCEPTION(planned(), CannotStart, [](const CannotStart& e) {
    return e.setting == "topic.model" &&
           e.sentence == "no market source has candles of ethusd: add a [[market.source]] that has";
  });
  const auto mistakes = start_mistakes(config, SystemClock().now());
  BOOST_TEST(std::any_of(mistakes.begin(), mistakes.end(), [](const ConfigMistake& m) {
    return m.setting == "topic.model" && holds(m.sentence, "no market source has candles of ethusd");
  }));
  config.sources.front().symbol = "ethusd";
  BOOST_CHECK_EXCEPTION(planned(), CannotStart, [](const CannotStart& e) {
    return e.setting == "topic.symbol" && holds(e.sentence, "candles of btcusd");
  });
}

BOOST_FIXTURE_TEST_CASE(a_shadow_with_candles_that_the_live_model_does_not_wait_for_is_refused, Fixture) {
  write("b.json", linear("ethusd:gk_24"));
  add_shadow("b.json");
  const auto why = "b.json (sha256:" + version_of(linear("ethusd:gk_24")) + "): it needs candles of ethusd";
  BOOST_CHECK_EXCEPTION(
    check_shadow(config.topics.front(), config.topics.front().shadows.front(), models::ModelHost(checking_host())), CannotStart,
    [&](const CannotStart& e) { return holds(e.what(), why) && e.setting == "topic.shadow"; });
  const auto topic = planned();
  BOOST_TEST(topic.shadows.empty());
  BOOST_TEST(holds(warnings, "topic 1: topic.shadow is left out: b.json: it needs candles of ethusd"), warnings);
  BOOST_TEST(plan->feeds.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_retrained_model_is_offered_again_after_a_restart, Fixture) {
  book("retrained-20260101T0000", linear("gk_72"), ModelRole::shadow, "retraining");
  BOOST_TEST(planned().live->offered.empty()); // the topic is not retrained any more
  config.topics.front().retrain = RetrainSettings{86'400'000, 86'400'000};
  const auto topic = planned();
  BOOST_REQUIRE_EQUAL(topic.live->offered.size(), 1u);
  BOOST_TEST(topic.live->offered.front().by == "retraining");
  BOOST_TEST(topic.live->live.name == "live.json");
  BOOST_TEST((std::find(topic.features.begin(), topic.features.end(), "gk_72") != topic.features.end()));
}

BOOST_FIXTURE_TEST_CASE(a_swap_holds_until_the_configuration_names_another_model, Fixture) {
  const auto other = linear("gk_72");
  book("b.json", other, ModelRole::live, "configuration");
  const auto wallet = test::signer()->wallet();
  const ModelId live{"live.json", version_of(linear("gk_24"))}, b{"b.json", version_of(other)};
  books->write(wallet, BookSwap{{1}, live, b, live, {10}, "alice", "promotion", {2'000}});
  BOOST_TEST((planned().live->live == b));
  BOOST_TEST(warnings == "");
  write("live.json", linear("gk_168"));
  BOOST_TEST(planned().live->live.version == version_of(linear("gk_168")));
  BOOST_TEST(holds(warnings, "the configuration's model has changed since b.json was made live: live.json is live"), warnings);
}

BOOST_FIXTURE_TEST_CASE(a_guard_is_one_more_model_over_the_others, Fixture) {
  auto& topic = config.topics.front();
  write("b.json", linear("gk_72"));
  add_shadow("b.json");
  topic.shadows.push_back({.form = ModelSettings::Form::network, .name = "network", .setting = "topic.shadow[2]"});
  topic.guard = GuardSettings{.live = true, .experts = {"live.json", "network"}};
  auto found = planned();
  BOOST_TEST(warnings == "");
  BOOST_REQUIRE_EQUAL(found.shadows.size(), 3u);
  const auto& guard = found.shadows.back();
  BOOST_TEST(guard.id.name == "guard");
  BOOST_TEST((std::get<GuardPolicy>(guard.policy).experts == std::vector<std::size_t>{0, 2}));
  BOOST_TEST(found.features.at(guard.inputs->front()) == "vol_gk_72");
  BOOST_TEST((found.live->live == guard.id));
  BOOST_TEST(found.keeps_state);
  BOOST_TEST(plan->watcher.concluded_to_predictor.contains(TopicId{1}));
  BOOST_TEST(plan->scorer->topics.front().guarded);
  // Another set of experts is another guard; it is live unless the operator said otherwise since.
  const auto first = guard.id;
  topic.guard->experts.clear();
  BOOST_TEST(planned().shadows.back().id.version != first.version);
  topic.guard->live = false;
  BOOST_TEST(planned().live->live.name == "live.json");
}

BOOST_FIXTURE_TEST_CASE(a_guard_goes_on_from_the_books_and_a_damaged_state_is_learnt_anew, Fixture) {
  auto& topic = config.topics.front();
  topic.shadows.push_back({.form = ModelSettings::Form::network, .name = "network", .setting = "topic.shadow"});
  topic.guard = GuardSettings{};
  const auto id = planned().shadows.back().id;
  const auto wallet = test::signer()->wallet();
  const GuardRow row{Height{9}, "csv", Instant{60'000}, 42'000, 0.01, {1, 0}, {1, 0}};
  const NetworkValue network{Height{9}, {"0.03"}, Instant{70'000}};
  books->write(wallet, BookPredictorState{{1}, network, {id, {{}, {}}, 0, 0, {}}, true, {row}, {}, {}, {}});
  BOOST_TEST((planned().live->guard.rows.front() == row));
  BOOST_TEST((planned().live->network == network));
  // Its truth was booked by a process that ended before its predictor had learnt it.
  BookPrediction p{{1}, Height{9}, id, ModelRole::shadow, "csv", Instant{60'000}, 42'000, {{"", "0"}}, "digest", {}, {61'000}};
  books->write(wallet, p);
  books->write(wallet, BookTruth{{1}, "csv", Instant{60'000}, {"0.02"}, {}, {90'000}});
  const auto learnt = planned().live->guard;
  BOOST_TEST(learnt.rows.empty());
  BOOST_TEST(learnt.sums.experts.front().products == 2);
  BOOST_TEST(learnt.sums.zero_loss == 4);
  BOOST_TEST(warnings == "");
}

// A replay has no books. The live model of a run must see the same inputs in it, whatever else was in the row.
BOOST_FIXTURE_TEST_CASE(the_live_models_inputs_are_the_same_with_and_without_the_books, Fixture) {
  const auto constant = constant_model({.topic = 1, .symbol = "btcusd", .horizon_ms = 4 * 3'600'000}, 0);
  for (const auto& file : {constant, linear("gk_24")}) {
    write("live.json", file);
    books = std::make_shared<MemoryBooks>();
    book("old.json", linear("gk_72"), ModelRole::live, "");
    const auto with = planned();
    books = nullptr;
    const auto without = planned();
    BOOST_TEST(with.features.size() == without.features.size() + 1);
    BOOST_REQUIRE(with.entry->inputs.has_value());
    BOOST_TEST((with.entry->inputs == without.entry->inputs));
  }
}

BOOST_FIXTURE_TEST_CASE(a_built_in_model_may_have_the_networks_value_as_an_input, Fixture) {
  auto file = linear("log_network");
  file.features.push_back("gk_24");
  file.linear.push_back({"gk_24", 0, 1, 0.001});
  write("live.json", file);
  const auto topic = planned();
  BOOST_TEST(warnings == "");
  BOOST_TEST(topic.keeps_state);
  BOOST_TEST(plan->watcher.concluded_to_predictor.contains({1}));
  BOOST_TEST((*topic.entry->inputs == std::vector<std::size_t>{log_network_input, 0}));
  BOOST_TEST((plan->feeds.front().features.front().names == std::vector<std::string>{"gk_24"})); // no candle gives the other
  BOOST_TEST(plan->feeds.size() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_model_from_outside_may_have_features_of_another_symbol, Fixture) {
  auto& topic = config.topics.front();
  topic.foreign = {.form = ModelSettings::Form::command, .command = {"/bin/cat"}, .features = {"gk_24", "ethusd:ret_24h"}};
  topic.model.clear();
  const auto planned_topic = planned();
  BOOST_TEST(warnings == "");
  BOOST_REQUIRE_EQUAL(plan->feeds.size(), 2u);
  const auto& own = plan->feeds[0].fetcher;
  const auto& other = plan->feeds[1].fetcher;
  BOOST_TEST(other.feed.symbol == "ethusd");
  BOOST_REQUIRE_EQUAL(other.subscribers.size(), 1u);
  BOOST_TEST((other.subscribers.front().joins == own.feed));
  BOOST_TEST(other.subscribers.front().min_candles == 700u); // of ret_24h
  BOOST_TEST(own.subscribers.front().min_candles == 100u);   // that a command gets unless it names more
  BOOST_TEST((planned_topic.timer.others == std::vector<FeedId>{other.feed}));
  BOOST_TEST((plan->feeds[0].features.front().names == topic.foreign.features));
  const ModelSettings same{
    .form = ModelSettings::Form::command, .command = {"/bin/cat"}, .features = {"ethusd:gk_24"}, .setting = "topic.shadow"};
  check_shadow(topic, same, models::ModelHost(checking_host()));
  auto third = same;
  third.features = {"solusd:gk_24"};
  BOOST_CHECK_EXCEPTION(check_shadow(topic, third, models::ModelHost(checking_host())), CannotStart,
                        [](const CannotStart& e) { return holds(e.what(), "it needs candles of solusd"); });
}

BOOST_FIXTURE_TEST_CASE(settings_of_outside_models_are_refused_where_the_topic_has_none, Fixture) {
  auto& topic = config.topics.front();
  check_outside_settings(topic);
  topic.outside = {"plausible", "same_values"};
  BOOST_CHECK_EXCEPTION(check_outside_settings(topic), CannotStart, [&](const CannotStart& e) {
    return holds(e.what(), "is for a model from outside") && e.setting == topic.table + ".plausible";
  });
  topic.shadows.push_back({.form = ModelSettings::Form::network, .name = "network", .setting = "topic.shadow"});
  BOOST_CHECK_THROW(check_outside_settings(topic), CannotStart);
  topic.shadows.push_back({.form = ModelSettings::Form::command, .command = {"predict"}, .setting = "topic.shadow"});
  check_outside_settings(topic);
}

BOOST_FIXTURE_TEST_CASE(a_guard_over_volatilities_is_refused_and_left_out, Fixture) {
  auto file = linear("gk_24");
  file.output = ModelOutput::volatility;
  file.estimator = "gk";
  file.plausible = {1e-12, 1, ""};
  write("live.json", file);
  auto& topic = config.topics.front();
  topic.shadows.push_back({.form = ModelSettings::Form::network, .name = "network", .setting = "topic.shadow"});
  topic.guard = GuardSettings{.live = true, .experts = {}};
  BOOST_CHECK_EXCEPTION(check_guard(topic), CannotStart, [](const CannotStart& e) {
    return holds(e.what(), "is for log returns and prices") && e.setting == "topic.guard";
  });
  BOOST_TEST(planned().live->live.name == "live.json");
  BOOST_TEST(holds(warnings, "guard is left out: is for log returns and prices"), warnings);
}
