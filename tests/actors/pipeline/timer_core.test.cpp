#define BOOST_TEST_MODULE timer_core
#include "actors/pipeline/timer_core.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

const TopicId btc{1};
constexpr Instant t0{1'000'000};
const WindowScheduled next{btc, Height{900}, Height{915}, Height{897}, t0};
const WindowOpened opens{btc, Height{900}, Height{915}, "event", t0};

template <class T> const T& only(const TimerCore::Effects& effects) {
  BOOST_REQUIRE_EQUAL(effects.size(), 1u);
  return std::get<T>(effects.front());
}

} // namespace

BOOST_AUTO_TEST_CASE(a_window_is_prepared_its_lead_ahead_and_not_again_when_it_opens) {
  TimerCore c({btc, 0});
  BOOST_TEST(c.on(next, t0).empty());
  BOOST_TEST(c.on(HeadMoved{Height{896}, t0}, t0).empty());
  const auto effects = c.on(HeadMoved{Height{897}, t0}, t0);
  BOOST_TEST(only<PrepareWindow>(effects).nonce.value == 900);
  BOOST_TEST(c.on(HeadMoved{Height{898}, t0}, t0).empty());
  BOOST_TEST(c.on(opens, t0).empty());
}

BOOST_AUTO_TEST_CASE(a_window_already_open_is_prepared_at_once) {
  TimerCore c({btc, 0});
  BOOST_TEST(only<PrepareWindow>(c.on(opens, t0)).closes.value == 915);
}

BOOST_AUTO_TEST_CASE(a_window_sooner_than_the_interval_is_skipped_with_the_setting_named) {
  TimerCore c({btc, 3'600'000});
  c.on(opens, t0);
  c.on(WindowClosed{btc, Height{900}, t0}, t0);
  const auto skipped =
    only<WindowSkipped>(c.on(WindowOpened{btc, Height{930}, Height{945}, "event", t0}, Instant{t0.value + 60'000}));
  BOOST_TEST(skipped.reason.find("schedule.interval_s") != std::string::npos);
  BOOST_TEST(only<PrepareWindow>(c.on(WindowOpened{btc, Height{960}, Height{975}, "event", t0}, Instant{t0.value + 3'600'000}))
               .nonce.value == 960);
}

BOOST_AUTO_TEST_CASE(a_restarted_peer_gets_the_present_window_again) {
  TimerCore c({btc, 0});
  BOOST_TEST(c.on(WindowWanted{btc}, t0).empty());
  c.on(opens, t0);
  BOOST_TEST(c.on(ChildRestarted{{PlaceKind::predictor, TopicId{2}}}, t0).empty());
  BOOST_TEST(only<PrepareWindow>(c.on(ChildRestarted{{PlaceKind::predictor, TopicId{1}}}, t0)).nonce.value == 900);
  BOOST_TEST(only<PrepareWindow>(c.on(WindowWanted{btc}, t0)).nonce.value == 900);
  c.on(WindowClosed{btc, Height{900}, t0}, t0);
  BOOST_TEST(c.on(ChildRestarted{{PlaceKind::predictor, TopicId{1}}}, t0).empty());
  BOOST_TEST(c.on(WindowWanted{btc}, t0).empty());
}

BOOST_AUTO_TEST_CASE(a_restarted_submitter_gets_the_prediction_again) {
  TimerCore c({btc, 0});
  BOOST_TEST(c.on(ChildRestarted{{PlaceKind::submitter}}, t0).empty());
  c.on(opens, t0);
  BOOST_TEST(only<PrepareWindow>(c.on(ChildRestarted{{PlaceKind::submitter}}, t0)).nonce.value == 900);
}

BOOST_AUTO_TEST_CASE(a_paused_topic_prepares_nothing_and_says_why_its_window_is_skipped) {
  TimerCore c({btc, 0});
  c.on(next, t0);
  BOOST_TEST(c.on(TopicPaused{btc, true}, t0).empty());
  BOOST_TEST(c.on(HeadMoved{Height{898}, t0}, t0).empty());
  BOOST_TEST(only<WindowSkipped>(c.on(opens, t0)).reason == "not due: the topic is paused by the operator");
  BOOST_TEST(c.paused());
}

BOOST_AUTO_TEST_CASE(a_resumed_topic_prepares_the_window_that_is_near) {
  TimerCore c({btc, 0});
  c.on(next, t0);
  c.on(TopicPaused{btc, true}, t0);
  c.on(HeadMoved{Height{898}, t0}, t0);
  BOOST_TEST(only<PrepareWindow>(c.on(TopicPaused{btc, false}, t0)).nonce.value == 900);
}

BOOST_AUTO_TEST_CASE(a_window_that_was_prepared_before_the_pause_goes_on) {
  TimerCore c({btc, 0});
  c.on(next, t0);
  c.on(HeadMoved{Height{897}, t0}, t0);
  c.on(TopicPaused{btc, true}, t0);
  BOOST_TEST(c.on(opens, t0).empty());
  BOOST_TEST(only<PrepareWindow>(c.on(ChildRestarted{{PlaceKind::submitter}}, t0)).nonce.value == 900);
}
