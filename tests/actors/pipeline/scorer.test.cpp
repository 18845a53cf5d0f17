#define BOOST_TEST_MODULE scorer
#include "actors/pipeline/predictor.hpp"
#include "actors/pipeline/scorer.hpp"
#include "messages/limits.hpp"
#include "tests/actors/pipeline/models_fixture.hpp"
#include "tests/support/virtual_actor_system.hpp"

using namespace inferd;
using namespace inferd::test;

namespace {

struct ScorerFixture {
  VirtualActorSystem world;
  ReceivedMessages& ledger = world.collect(ledger_role);
  std::shared_ptr<LiveModel> live = std::make_shared<LiveModel>();

  template <class Handle> void put(const Place& place, const Handle& actor) {
    world.context.directory->put(place, caf::actor_cast<caf::strong_actor_ptr>(actor));
    world.settle();
  }
  void start_predictor() {
    ModelsPolicy policy{.models = {built_in(0.01, "a.json"), built_in(0.02, "b.json")},
                        .features = {"ret_1h", "ret_24h", "ma_24h"},
                        .target = {"btcusd", {3'600'000}, 168 * 3'600'000, ModelOutput::log_return},
                        .state = live};
    std::vector<std::shared_ptr<ModelPort>> ports(limits::topic_models);
    put(predictor_of(topic).place, spawn_predictor(world.system, world.context, policy, ports));
  }
  void start_scorer() {
    ScorerPolicy policy{
      .topics = {{.topic = topic, .feed = {"btcusd", {3'600'000}}, .target = {}, .no_truth = {}, .rule = {}}}};
    put(scorer_role.place, spawn_scorer(world.system, world.context, policy, {}));
  }
};

} // namespace

// Supervisors of different branches start their children at the same time.
BOOST_FIXTURE_TEST_CASE(the_models_of_a_predictor_that_started_before_the_scorer_are_booked, ScorerFixture) {
  start_predictor();
  BOOST_TEST(ledger.count<BookModels>() == 0u);
  start_scorer();
  BOOST_REQUIRE(ledger.count<BookModels>() == 1u);
  BOOST_TEST(ledger.last<BookModels>()->models.size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(the_models_of_a_predictor_that_starts_after_the_scorer_are_booked_once, ScorerFixture) {
  start_scorer();
  start_predictor();
  BOOST_TEST(ledger.count<BookModels>() == 1u);
}

BOOST_FIXTURE_TEST_CASE(a_restarted_scorer_learns_the_models, ScorerFixture) {
  start_scorer();
  start_predictor();
  caf::anon_send_exit(world.context.directory->find(scorer_role.place), caf::exit_reason::kill);
  world.settle();
  start_scorer();
  BOOST_TEST(ledger.count<BookModels>() == 2u);
}
