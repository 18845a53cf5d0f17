#define BOOST_TEST_MODULE preload_slot
#include "actors/submitter/preload_slot.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

Submission ready(std::int64_t nonce) {
  Submission submission{.state = SubmissionState::Ready};
  submission.prediction.topic = TopicId{67};
  submission.prediction.nonce = Height{nonce};
  return submission;
}

} // namespace

BOOST_AUTO_TEST_CASE(the_opening_empties_the_slot) {
  PreloadSlot slot;
  auto submission = ready(900);
  slot.hold(submission);
  BOOST_TEST((submission.state == SubmissionState::Preloaded));
  BOOST_TEST(slot.sent(submission.key()));
  BOOST_TEST(slot.empty());
}

BOOST_AUTO_TEST_CASE(a_cancellation_gives_the_submission_back_once_the_port_has_answered) {
  PreloadSlot slot;
  auto submission = ready(900);
  slot.hold(submission);
  BOOST_TEST(slot.cancel());
  BOOST_TEST(!slot.cancel()); // the port is asked once
  BOOST_TEST(slot.cancelling());
  BOOST_TEST((slot.cancelled() == submission.key()));
  BOOST_TEST(slot.empty());
}

BOOST_AUTO_TEST_CASE(an_opening_that_crosses_the_cancellation_counts_as_sent) {
  PreloadSlot slot;
  auto submission = ready(900);
  slot.hold(submission);
  slot.cancel();
  BOOST_TEST(slot.sent(submission.key()));
  BOOST_TEST(slot.cancelling()); // nothing else is sent before the port's answer
  BOOST_TEST(!slot.cancelled().has_value());
  BOOST_TEST(slot.empty());
}

BOOST_AUTO_TEST_CASE(what_an_earlier_submitter_preloaded_is_not_taken_for_ours) {
  PreloadSlot slot;
  auto earlier = ready(870), submission = ready(900);
  BOOST_TEST(!slot.sent(earlier.key()));
  slot.hold(submission);
  BOOST_TEST(!slot.sent(earlier.key()));
  BOOST_TEST((slot.state() == PreloadSlot::State::Held));
  slot.sent(submission.key());
  BOOST_TEST(!slot.sent(submission.key())); // repeated
}

BOOST_AUTO_TEST_CASE(an_empty_slot_has_nothing_to_cancel) {
  PreloadSlot slot;
  BOOST_TEST(!slot.cancel());
  BOOST_TEST(!slot.cancelled().has_value()); // a new submitter cancels what the one before it had preloaded
  BOOST_TEST(slot.empty());
}
