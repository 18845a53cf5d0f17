#define BOOST_TEST_MODULE admin_tables
#include "runtime/cli/admin_tables.hpp"

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
    {"name":"ledger","kind":"permanent","state":"running","restarts":0,"since":1699999955000,"waiting":0},
    {"name":"pipeline/67","kind":"permanent","state":"running","restarts":1,"since":1699999955000,"waiting":0,"tree":
      {"place":"pipeline/67","children":[
        {"name":"timer/67","kind":"permanent","state":"waiting","restarts":3,"since":0,"waiting":2}]}}]})",
                              now);
  BOOST_TEST(text == "PLACE           KIND       STATE    SINCE  RESTARTS  WAITING\n"
                     "root            root       running  -      -         -\n"
                     "├─ ledger       permanent  running  45 s   0         0\n"
                     "└─ pipeline/67  permanent  running  45 s   1         0\n"
                     "   └─ timer/67  permanent  waiting  -      3         2\n");
}

BOOST_AUTO_TEST_CASE(who_does_not_answer_stands_out_in_ps) {
  const auto text = ps_text(R"([{"place":"a","answers":true,"handled":7},{"place":"b","answers":false}])", now);
  BOOST_TEST(text == "PLACE  KIND  STATE  SINCE  RESTARTS  WAITING  HANDLED  ANSWERS\n"
                     "a      -     -      -      -         -        7        yes\n"
                     "b      -     -      -      -         -        -        NO\n");
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
