#define BOOST_TEST_MODULE admin_tables
#include "runtime/cli/admin/admin_tables.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::cli;

namespace {

constexpr Instant now{1'700'000'000'000};

} // namespace

BOOST_AUTO_TEST_CASE(an_age_has_two_units_at_most_and_is_never_negative) {
  BOOST_TEST(age({now.value - 45'000}, now) == "45 s");
  BOOST_TEST(age({now.value - 3'599'000}, now) == "59 min 59 s");
  BOOST_TEST(age({now.value - 11'520'000}, now) == "3 h 12 min");
  BOOST_TEST(age({now.value - 187'200'000}, now) == "2 d 4 h");
  BOOST_TEST(age({now.value + 5'000}, now) == "0 s");
}

BOOST_AUTO_TEST_CASE(the_tree_is_drawn_with_its_branches_and_aligned_columns) {
  const auto text = tree_text(R"({"place":"root","children":[
    {"name":"ledger","kind":"permanent","state":"running","restarts":0,"since":1699999955000,"waiting":0,
     "handled":7,"in_hand":{"message":"Tick","us":1500}},
    {"name":"pipeline/67","kind":"permanent","state":"running","restarts":1,"since":1699999955000,"waiting":0,"tree":
      {"place":"pipeline/67","children":[
        {"name":"timer/67","kind":"permanent","state":"waiting","restarts":3,"since":0,"waiting":2,
         "last_failure":{"at":1699999995000,"reason":"boo","message":"Tick"}}]}}]})",
                              now);
  BOOST_TEST(
    text == "PLACE           KIND       STATE    UP    RESTARTS  HANDLED  MAILBOX  IN HAND      LAST FAILURE\n"
            "root            root       running  -     -         -        -        -            -\n"
            "├─ ledger       permanent  running  45 s  0         7        0        Tick 1.5 ms  -\n"
            "└─ pipeline/67  permanent  running  45 s  1         -        0        -            -\n"
            "   └─ timer/67  permanent  waiting  -     3         -        2        -            5 s ago, handling Tick: boo\n");
}

BOOST_AUTO_TEST_CASE(who_does_not_answer_stands_out_in_ps) {
  const auto text = ps_text(R"([{"place":"a","answers":true,"handled":7},{"place":"b","answers":false}])", now);
  BOOST_TEST(text == "PLACE  KIND  STATE  UP  RESTARTS  MAILBOX  HANDLED  BUSY  IN HAND  ANSWERS\n"
                     "a      -     -      -   -         -        7        -     -        yes\n"
                     "b      -     -      -   -         -        -        -     -        NO\n");
}

BOOST_AUTO_TEST_CASE(words_of_others_cannot_steer_the_terminal) {
  const auto text = failures_text(R"([{"at":1699999999000,"child":"watcher","supervisor":"root","restarts":1,"message":"",
                                       "reason":"node said \u001b[2J\nok"}])",
                                  now);
  BOOST_TEST(text.find('\x1b') == std::string::npos);
  BOOST_TEST(text.find("node said  [2J ok\n") != std::string::npos);
  BOOST_TEST(failures_text("[]", now) == "no failures\n");
}

BOOST_AUTO_TEST_CASE(an_inspection_is_a_line_a_member) {
  BOOST_TEST(inspect_text(R"({"actor":"watcher","handled":7,"state":{"head":9,"topics":["67","68"],"none":[]}})") ==
             "actor: watcher\nhandled: 7\nstate:\n  head: 9\n  topics:\n    - 67\n    - 68\n  none: []\n");
}

BOOST_AUTO_TEST_CASE(the_nonces_of_each_topic_are_a_line) {
  BOOST_TEST(
    nonces_text(R"({"state":{"topics":{"1":{"announced":15,"open":true,"next":30},"67":{"announced":9,"open":false}}}})") ==
    "topic  open  newest  next\n1      15    15      30\n67     -     9       -\n");
  BOOST_CHECK_THROW(nonces_text(R"({"state":{}})"), std::exception);
}

BOOST_AUTO_TEST_CASE(a_registration_is_no_window_with_nonce_0) {
  BOOST_TEST(
    inspect_text(R"({"state":{"works":[{"topic":67,"nonce":0,"step":"Sent"},{"topic":67,"nonce":9,"step":"Sent"}]}})") ==
    "state:\n  works:\n    - {\"topic\":67,\"nonce\":\"registration\",\"step\":\"Sent\"}\n"
    "    - {\"topic\":67,\"nonce\":9,\"step\":\"Sent\"}\n");
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_shape_is_an_exception_not_a_crash) {
  for (const char* body : {"", "{", "[]", "{}", "7", R"({"children":7})", R"([7])", R"([{"since":"x"}])"}) {
    for (const auto text : {tree_text, ps_text, failures_text}) try {
        (void)text(body, now);
      } catch (const std::exception&) {
      }
  }
}

BOOST_AUTO_TEST_CASE(a_trace_line_has_time_way_window_and_cause) {
  BOOST_TEST(
    trace_line(R"({"at":1700000000123,"to":"fetcher/btcusd/1h","from":"timer/1","type":"PrepareWindow","topic":1,"nonce":40,
                            "cause":{"type":"HeadMoved","at":1700000000120}})") ==
    "22:13:20.123  timer/1 -> fetcher/btcusd/1h  PrepareWindow  topic 1 nonce 40  by HeadMoved 3 ms before");
  BOOST_TEST(trace_line(R"({"at":0,"to":"watcher","from":"","type":"BlockSeen"})") ==
             "00:00:00.000  (outside) -> watcher  BlockSeen");
  BOOST_TEST(trace_line(R"({"dropped":7})").find("7 messages were dropped") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(windows_are_a_line_each_and_long_values_are_cut) {
  const auto text = windows_text(
    R"([{"topic_id":1,"nonce":40,"status":"confirmed","value":"0.0123456789012345678901234567890","to_mempool_ms":3,
                                      "to_outcome_ms":900,"fee":12,"score":null,"reason":""}])");
  BOOST_TEST(text.find("3 ms") != std::string::npos);
  BOOST_TEST(text.find("0.01234567890123456789") != std::string::npos);
  BOOST_TEST(text.find("0.0123456789012345678901234567890") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_reload_says_what_takes_effect_and_what_does_not) {
  BOOST_TEST(reload_text(R"({"reloading":true,"changed":["chain.rpc"],"later":["log.dir"]})") ==
             "reloading configuration and models between two windows; changed: chain.rpc\nneeds a restart: log.dir\n");
  BOOST_TEST(reload_text(R"({"reloading":true,"changed":[],"later":[]})") ==
             "reloading configuration and models between two windows; no setting has changed\n");
}
