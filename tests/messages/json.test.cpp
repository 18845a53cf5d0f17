#define BOOST_TEST_MODULE json
#include "messages/all.hpp"
#include "messages/json.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

using namespace inferd;

namespace {

/// Sets every member to a value that is not the default.
template <class T> void fill(T& x, int& n) {
  if constexpr (std::is_same_v<T, bool>) x = true;
  else if constexpr (std::is_same_v<T, std::string>) x = "text \"" + std::to_string(++n) + "\"\n\xc3\xa4";
  else if constexpr (std::is_same_v<T, Place>) x = {PlaceKind::predictor, TopicId{static_cast<std::uint64_t>(++n)}};
  else if constexpr (std::is_enum_v<T>) x = static_cast<T>(1);
  else if constexpr (std::is_same_v<T, Uint128>) x = uint128_max - static_cast<unsigned>(++n);
  else if constexpr (std::is_floating_point_v<T>) x = 0.1 * ++n;
  else if constexpr (std::is_integral_v<T>) x = static_cast<T>(std::numeric_limits<T>::max() - ++n);
  else if constexpr (is_vector<T>) x.resize(2), fill(x[0], n), fill(x[1], n);
  else boost::mp11::mp_for_each<members_of<T>>([&](auto m) { fill(x.*m.pointer, n); });
}

template <class T> T round_trip(const T& x) {
  T back;
  from_json(boost::json::parse(boost::json::serialize(to_json(x))), back);
  return back;
}

/// An Inspection is only written, and by the admin port only.
template <class Message> void check(const char* name, int& n) {
  if constexpr (!std::is_same_v<Message, Inspection>) {
    Message m;
    fill(m, n);
    BOOST_TEST((round_trip(m) == m), name);
    std::string text;
    append_json(text, m);
    BOOST_TEST(text == boost::json::serialize(to_json(m)));
  }
}

} // namespace

BOOST_AUTO_TEST_CASE(every_message_round_trips_through_json) {
  int n = 0;
#define INFERD_CHECK(Message) check<Message>(#Message, n);
  INFERD_MESSAGES(INFERD_CHECK)
#undef INFERD_CHECK
}

BOOST_AUTO_TEST_CASE(an_amount_is_a_number_as_long_as_a_double_holds_it_and_digits_beyond) {
  const auto text = [](Uallo amount) {
    std::string out;
    append_json(out, amount);
    BOOST_TEST(out == boost::json::serialize(to_json(amount)));
    BOOST_TEST((round_trip(amount) == amount));
    return out;
  };
  BOOST_TEST(text({0}) == "0");
  BOOST_TEST(text({9'007'199'254'740'992}) == "9007199254740992"); // 2^53
  BOOST_TEST(text({9'007'199'254'740'993}) == "\"9007199254740993\"");
  BOOST_TEST(text({uint128_max}) == "\"340282366920938463463374607431768211455\"");
  Uallo amount;
  from_json(boost::json::parse("18446744073709551615"), amount); // as older tapes have it
  BOOST_TEST((amount == Uallo{UINT64_MAX}));
  from_json(boost::json::parse("\"5\""), amount);
  BOOST_TEST((amount == Uallo{5}));
  for (const auto* bad :
       {"-1", "1.5", "1e30", "null", "\"\"", "\"-1\"", "\"1.5\"", "\"340282366920938463463374607431768211456\"", "[]"})
    BOOST_CHECK_THROW(from_json(boost::json::parse(bad), amount), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_place_is_its_text_form_and_no_other_text_is_a_place) {
  for (const auto* text : {"root", "ledger", "chain", "submitter", "watcher", "topic/67", "timer/0",
                           "predictor/18446744073709551615", "feature/btcusd/1h", "predictor/2", "feed/btcusd/1h"}) {
    const auto place = parse_place(text);
    BOOST_REQUIRE_MESSAGE(place, text);
    BOOST_TEST(to_string(*place) == text);
    BOOST_TEST((round_trip(*place) == *place), text);
  }
  using namespace std::string_view_literals;
  for (const auto text : {""sv, "nobody"sv, "Root"sv, "root/"sv, "root/1"sv, "ledger\0"sv, "timer"sv, "timer/"sv, "timer/x"sv,
                          "timer/01"sv, "timer/-1"sv, "timer/1 "sv, "timer/1/2"sv, "/1"sv, "predictor/18446744073709551616"sv,
                          "feed"sv, "feed/"sv, "feed/a b"sv, "feed/\x1b[2J"sv})
    BOOST_TEST(!parse_place(text), text);
  BOOST_TEST(!parse_place("feed/" + std::string(65, 'x')));
  Place place;
  BOOST_CHECK_EXCEPTION(from_json("timer/x", place, "child"), std::runtime_error,
                        [](const auto& e) { return std::string(e.what()) == "child: not a place in the tree"; });
}

BOOST_AUTO_TEST_CASE(an_inspection_has_the_names_operators_see_and_leaves_out_what_is_empty) {
  const auto text = [](const auto& view) { return boost::json::serialize(to_json(ActorView(view))); };
  BOOST_TEST(text(std::monostate()) == "{}");
  BOOST_TEST(text(FeatureView{{{"tiingo", {3, {7}}}}}) == R"({"tiingo":{"rows":3,"newest_opens":7}})");
  BOOST_TEST(text(TimerView{}) == R"({"paused":false})");
  BOOST_TEST(text(LedgerView{1, 0, {}}) == R"({"pending":1,"dropped":0})");
  BOOST_TEST(text(LedgerView{1, 0, "disk full"}) == R"({"pending":1,"dropped":0,"totals":"disk full"})");
  BOOST_TEST(text(FetcherView{1, {{"tiingo", {2, 1, {}, "HTTP 500"}}}}) ==
             R"({"searches":1,"sources":{"tiingo":{"candles":2,"failures":1,"last_failure":"HTTP 500"}}})");
  BOOST_TEST(text(WatcherView{true, {9}, {{{67}, {{5}, false, Height{8}, {}}}}, {}}) ==
             R"({"connected":true,"head":9,"topics":{"67":{"announced":5,"open":false,"next":8}},"endpoints":[]})");
  BOOST_TEST(text(SubmitterView{{{{67}, {5}, "Ready", {}, {}}}, 0, Sequence{4}}) ==
             R"({"works":[{"topic":67,"nonce":5,"step":"Ready"}],"clashes":0,"next_sequence":4})");
  SupervisorView supervisor;
  supervisor.children.push_back({{PlaceKind::timer, {67}}, ChildKind::permanent, ChildState::waiting, 1, {2}, {3}, 4, false});
  supervisor.failures.push_back({{5}, {PlaceKind::timer, {67}}, "boo", "Tick", 1});
  const auto shown = to_json(supervisor);
  BOOST_TEST(boost::json::serialize(shown.at("children").at(0)) ==
             R"({"name":"timer/67","kind":"permanent","state":"waiting","restarts":1,"since":2,"answered":3,"waiting":4,)"
             R"("supervisor":false})");
  BOOST_TEST(boost::json::serialize(shown.at("failures").at(0)) ==
             R"({"at":5,"child":"timer/67","reason":"boo","message":"Tick","restarts":1})");
}

BOOST_AUTO_TEST_CASE(doubles_round_trip_exactly) {
  for (const double x : {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, -0.0, 42263.58}) {
    const Candle c{Instant{1}, x, x, x, x, x};
    BOOST_TEST((round_trip(c) == c));
  }
}

BOOST_AUTO_TEST_CASE(a_missing_or_mistyped_member_is_named) {
  const auto refuses = [](const char* text, const char* member) {
    WindowOpened m;
    BOOST_CHECK_EXCEPTION(from_json(boost::json::parse(text), m), std::runtime_error,
                          [&](const std::exception& e) { return std::string(e.what()).find(member) != std::string::npos; });
  };
  refuses(R"({"topic":1,"closes":2,"seen_by":"event","at":3})", "nonce");
  refuses(R"({"topic":-1,"nonce":1,"closes":2,"seen_by":"event","at":3})", "topic");
  refuses(R"({"topic":1,"nonce":1.5,"closes":2,"seen_by":"event","at":3})", "nonce");
  refuses(R"({"topic":1,"nonce":1,"closes":2,"seen_by":7,"at":3})", "seen_by");
  refuses(R"([])", "value");
}

BOOST_AUTO_TEST_CASE(an_unknown_status_is_refused) {
  BookOutcome m;
  auto json = to_json(m);
  json.get_object()["status"] = "won";
  BOOST_CHECK_THROW(from_json(json, m), std::runtime_error);
}
