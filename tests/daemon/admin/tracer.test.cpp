#define BOOST_TEST_MODULE tracer
#include "actors/base/actor_base.hpp"
#include "messages/operator_limits.hpp"
#include "runtime/daemon/admin/tracer.hpp"

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd;
namespace json = boost::json;

namespace {

const Place timer{PlaceKind::timer, TopicId{1}}, ledger{PlaceKind::ledger};

struct System : caf::actor_system_config {
  System() { register_messages(*this); }
};

/// An actor that only has a place.
class Silent : public caf::event_based_actor, public ActorStats {
public:
  Silent(caf::actor_config& config, Place place) : event_based_actor(config), ActorStats(std::move(place)) {}
};

struct Fixture {
  template <class M> void deliver(const Place& to, const M& message, Instant now, const caf::strong_actor_ptr& from = nullptr) {
    const auto content = caf::make_message(message);
    tracer.record(Delivery{now, to, from, content.content()});
  }
  std::vector<json::object> lines(Tracer::Reader& reader) {
    std::string text;
    reader.take(text);
    std::vector<json::object> out;
    for (std::size_t at = 0, end = 0; (end = text.find("\n\n", at)) != text.npos; at = end + 2)
      out.push_back(json::parse(text.substr(at + 6, end - at - 6)).as_object());
    return out;
  }
  Tracer tracer;
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(tracer_, Fixture)

BOOST_AUTO_TEST_CASE(a_message_is_shown_with_its_window_and_the_message_that_caused_it) {
  System config;
  caf::actor_system system(config);
  const auto sender = system.spawn<Silent>(timer);
  const auto from = caf::actor_cast<caf::strong_actor_ptr>(sender);
  const auto reader = tracer.read({ledger, {}});
  deliver(timer, WindowOpened{{1}, {40}, {45}, "event", {100}}, {100});
  deliver(timer, HeadMoved{{41}, {101}}, {101});
  deliver(ledger, WindowSkipped{{1}, {40}, "why"}, {103}, from);
  const auto all = lines(*reader);
  BOOST_REQUIRE(all.size() == 1u); // the ledger's only
  BOOST_TEST(all[0].at("type").as_string() == "WindowSkipped");
  BOOST_TEST(all[0].at("from").as_string() == "timer/1");
  BOOST_TEST(all[0].at("nonce").as_int64() == 40);
  BOOST_TEST(all[0].at("cause").at("type").as_string() == "WindowOpened"); // of the same window, not the newest
  BOOST_TEST(all[0].at("message").at("reason").as_string() == "why");
  caf::anon_send_exit(sender, caf::exit_reason::kill);
}

BOOST_AUTO_TEST_CASE(a_nonce_finds_every_message_about_its_window) {
  const auto reader = tracer.read({{}, Height{40}});
  deliver(timer, WindowOpened{{1}, {40}, {45}, "event", {100}}, {100});
  deliver(timer, WindowOpened{{1}, {50}, {55}, "event", {100}}, {100});
  deliver(ledger, BookWindows{{1}, {}, {{1}, {40}, {45}, "event", {100}}, {30}}, {101});
  deliver({PlaceKind::watcher}, BlockSeen{{40}, {{{1}, {40}, {45}}}, {}, {}, {}, {}, "a", {100}, {}}, {99});
  deliver({PlaceKind::feature, {}, "btcusd/1h"}, CandlesFetched{"kraken", false, {}, {{{1}, {40}, {45}}}}, {102});
  BOOST_TEST(lines(*reader).size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_long_message_is_shown_by_its_length) {
  const auto reader = tracer.read({});
  deliver(timer, WindowSkipped{{1}, {40}, std::string(5'000, 'x')}, {100});
  const auto all = lines(*reader);
  BOOST_REQUIRE(all.size() == 1u);
  BOOST_TEST(!all[0].contains("message"));
  BOOST_TEST(all[0].at("bytes").as_int64() > 5'000);
}

BOOST_AUTO_TEST_CASE(a_reader_that_is_too_slow_loses_the_oldest_and_is_told_how_many) {
  const auto reader = tracer.read({});
  for (std::size_t i = 0; i < limits::admin_trace + 7; ++i)
    deliver(timer, HeadMoved{{41}, {100}}, {static_cast<std::int64_t>(i)});
  const auto all = lines(*reader);
  BOOST_REQUIRE(all.size() == limits::admin_trace + 1);
  BOOST_TEST(all[0].at("dropped").as_int64() == 7);
  BOOST_TEST(all[1].at("at").as_int64() == 7);
}

BOOST_AUTO_TEST_CASE(without_a_reader_nothing_is_kept) {
  auto reader = tracer.read({});
  deliver(timer, HeadMoved{{41}, {100}}, {1});
  reader.reset();
  deliver(timer, HeadMoved{{42}, {100}}, {2});
  reader = tracer.read({});
  BOOST_TEST(lines(*reader).empty());
  deliver(timer, HeadMoved{{43}, {100}}, {3});
  BOOST_TEST(lines(*reader).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
