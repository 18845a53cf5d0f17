#define BOOST_TEST_MODULE event_query
#include "runtime/sim/rpc/event_query.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

using namespace inferd::sim;

namespace {

bool matches(std::string_view query, const char* index) {
  const auto parsed = EventQuery::parse(query);
  BOOST_REQUIRE_MESSAGE(std::holds_alternative<EventQuery>(parsed), query);
  return std::get<EventQuery>(parsed).matches(boost::json::parse(index).as_object());
}

std::string error_of(std::string_view query) {
  const auto parsed = EventQuery::parse(query);
  return std::holds_alternative<std::string>(parsed) ? std::get<std::string>(parsed) : "";
}

const char* const opened =
  R"({"tm.event":["NewBlockEvents"],"emissions.v10.EventWorkerSubmissionWindowOpened.topic_id":["\"1\"","\"67\""]})";

} // namespace

BOOST_AUTO_TEST_CASE(a_query_holds_when_every_condition_does) {
  BOOST_TEST(matches("tm.event='NewBlockEvents'", opened));
  BOOST_TEST(
    matches("tm.event = 'NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowOpened.topic_id = '\"67\"'", opened));
  BOOST_TEST(
    !matches("tm.event='NewBlockEvents' AND emissions.v10.EventWorkerSubmissionWindowOpened.topic_id='\"6\"'", opened));
  BOOST_TEST(!matches("tm.event='Tx'", opened));
}

BOOST_AUTO_TEST_CASE(contains_and_exists_are_known) {
  BOOST_TEST(matches("tm.event CONTAINS 'Block'", opened));
  BOOST_TEST(!matches("tm.event CONTAINS 'Tx'", opened));
  BOOST_TEST(matches("emissions.v10.EventWorkerSubmissionWindowOpened.topic_id EXISTS", opened));
  BOOST_TEST(!matches("tx.hash EXISTS", opened));
  BOOST_TEST(matches("tx.height=5", R"({"tx.height":["5"]})"));
}

BOOST_AUTO_TEST_CASE(a_query_error_has_its_offset) {
  BOOST_TEST(error_of("tm.event = = 'x'") == "offset 11: got = operator, wanted number, timestamp, datestamp or string");
  for (const char* bad : {"", "=", "tm.event", "tm.event=", "tm.event='Tx", "tm.event='Tx' AND", "tm.event='Tx' tx.height=5",
                          "AND", "'x'='y'", "tm.event ? 'x'", "tm.event CONTAINS 5"})
    BOOST_TEST(!error_of(bad).empty(), bad);
}
