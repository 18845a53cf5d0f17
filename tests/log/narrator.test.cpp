#define BOOST_TEST_MODULE log_narrator
#include "runtime/log/narrator.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;

namespace {

const TopicId topic{67};
const Height nonce{1290};
const Instant now{1'800'000'000'000};
const TxHash hash{"D79F7D27"};

std::string narrated(const std::string& receiver, const auto& message) {
  const auto line = narrate(parse_place(receiver).value(), message);
  if (!line) return "(nothing)";
  return std::string(boost::describe::enum_to_string(line->level, "?")) + ": " + line->text;
}

std::string outcome(const BookOutcome& end) {
  const auto line = outcome_line(end);
  return std::string(boost::describe::enum_to_string(line.level, "?")) + ": " + line.text;
}

} // namespace

BOOST_AUTO_TEST_CASE(a_window_reads_as_a_story_with_topic_and_nonce) {
  Predicted predicted{topic, nonce, Height{1300}, "tiingo", "model-67.json 1234", now, {{"", "0.0123"}}};
  BOOST_TEST(narrated("timer/67", WindowScheduled{topic, nonce, Height{1300}, Height{1287}, now}) ==
             "debug: window scheduled topic=67 nonce=1290 closes=1300");
  BOOST_TEST(narrated("ledger", BookWindows{topic, {}, {topic, nonce, Height{1300}, "event", now}}) ==
             "info: window opened topic=67 nonce=1290 closes=1300 seen_by=event");
  BOOST_TEST(narrated("submitter", predicted) ==
             "info: predicted topic=67 nonce=1290 value=0.0123 source=tiingo model=\"model-67.json 1234\"");
  BOOST_TEST(narrated("submitter", Granted{topic, nonce}) == "debug: claim granted topic=67 nonce=1290");
  BOOST_TEST(narrated("submitter", SignedStored{topic, nonce, hash}) == "debug: stored topic=67 nonce=1290 tx=D79F7D27");
  BroadcastAnswered answer{topic, nonce, hash, Verdict::Accepted, 0, "", "", {}, {}, "node:26657", now};
  BOOST_TEST(narrated("submitter", answer) ==
             "info: broadcast topic=67 nonce=1290 tx=D79F7D27 verdict=Accepted endpoint=node:26657");
  BOOST_TEST(narrated("submitter", TxIncluded{hash, Height{1291}, Verdict::Accepted, 0, "", "", Gas{150'000}, now}) ==
             "info: included tx=D79F7D27 height=1291 verdict=Accepted gas=150000");
  const BookOutcome confirmed{{}, topic, nonce, Status::confirmed, "", hash, Height{1291}, Gas{150'000}, Uallo{225'000}, now};
  BOOST_TEST(narrated("ledger", confirmed) == "(nothing)"); // repeated on a full disk; the books report the end once
  BOOST_TEST(outcome(confirmed) ==
             "info: outcome topic=67 nonce=1290 status=confirmed tx=D79F7D27 height=1291 gas=150000 fee_uallo=225000 "
             "(Submission success)");
  BOOST_TEST(narrated("ledger", WindowClosed{topic, nonce, now}) == "debug: window closed topic=67 nonce=1290");
  BOOST_TEST(narrated("ledger", BookScore{{topic, nonce, {}, {"0.99"}}, now}) == "info: score topic=67 nonce=1290 score=0.99");
  BOOST_TEST(narrated("ledger", BookReward{{topic, nonce, {}, {"12.5"}}, now}) ==
             "info: reward topic=67 nonce=1290 reward_uallo=12.5");
}

BOOST_AUTO_TEST_CASE(a_registration_is_told_with_its_fee_before_it_is_sent) {
  StoreSigned registration{.topic = topic};
  registration.signed_tx.hash = hash;
  registration.signed_tx.fee = Uallo{390'000};
  BOOST_TEST(narrated("ledger", registration) ==
             "info: registering topic=67 tx=D79F7D27 fee_uallo=390000 and the chain's own registration fee");
  // It was shown as a window with nonce 0.
  BOOST_TEST(narrated("submitter", SignedStored{topic, {}, hash}) == "debug: stored topic=67 registration tx=D79F7D27");
  BOOST_TEST(outcome({{}, topic, {}, Status::confirmed, "", hash, Height{5}, Gas{9}, Uallo{8}, now}) ==
             "info: outcome topic=67 registration status=confirmed tx=D79F7D27 height=5 gas=9 fee_uallo=8");
  BOOST_TEST(narrated("submitter",
                      Unresolved{.windows = {{{.topic = topic}, Status::sent, {}}, {{topic, nonce}, Status::stored, {}}}}) ==
             "info: books read unfinished=2 67/registration:sent 67/1290:stored");
  BOOST_TEST(narrated("submitter", AskFailed{Request::AskTx, topic, {}, hash, Verdict::NoAnswer, ""}) ==
             "debug: no answer ask=AskTx topic=67 registration verdict=NoAnswer for=submitter");
  BOOST_TEST(narrated("watcher", AskFailed{Request::AskTopic, topic, {}, {}, Verdict::NoAnswer, ""}) ==
             "debug: no answer ask=AskTopic topic=67 verdict=NoAnswer for=watcher");
}

BOOST_AUTO_TEST_CASE(what_several_actors_receive_is_told_at_one_of_them) {
  for (const auto* other : {"submitter", "timer/67"}) {
    BOOST_TEST(narrated(other, WindowOpened{topic, nonce, {}, "event", now}) == "(nothing)");
    BOOST_TEST(narrated(other, WindowClosed{topic, nonce, now}) == "(nothing)");
  }
  BOOST_TEST(narrated("submitter", WindowSkipped{topic, nonce, "stale"}) == "(nothing)");
  BOOST_TEST(narrated("submitter", ConnectionUp{"node", "c", "v10", nonce, now}) == "(nothing)");
  BOOST_TEST(narrated("submitter", ConnectionDown{"node", "reset", now}) == "(nothing)");
  BOOST_TEST(narrated("watcher", TxIncluded{hash, nonce}) == "(nothing)");
  BOOST_TEST(narrated("submitter", Drain{"SIGTERM", now}) == "(nothing)");
  for (const auto* any : {"root", "submitter", "ledger"}) {
    BOOST_TEST(narrated(any, ChildRestarted{{PlaceKind::ledger}}) == "(nothing)");
    BOOST_TEST(narrated(any, Tick{Alarm::poll}) == "(nothing)");
    BOOST_TEST(narrated(any, Inspect{}) == "(nothing)");
    BOOST_TEST(narrated(any, HeadMoved{nonce, now}) == "(nothing)");
  }
}

BOOST_AUTO_TEST_CASE(trouble_is_louder_than_success_and_says_why) {
  ConnectionUp up{.endpoint = "node", .chain_id = "c", .emissions = "v10", .height = nonce};
  BOOST_TEST(narrated("watcher", up) == "info: connected endpoint=node chain=c emissions=v10 height=1290");
  up.warning = "it has no transaction index";
  BOOST_TEST(narrated("watcher", up) == "warn: connected endpoint=node chain=c emissions=v10 height=1290 "
                                        "warning=\"it has no transaction index\"");
  BOOST_TEST(narrated("ledger", WindowSkipped{topic, nonce, "tiingo: stale"}) ==
             "debug: skip asked topic=67 nonce=1290 reason=\"tiingo: stale\"");
  BOOST_TEST(outcome({{}, topic, nonce, Status::skipped, "tiingo: stale"}) ==
             "warn: outcome topic=67 nonce=1290 status=skipped reason=\"tiingo: stale\"");
  BOOST_TEST(outcome({{}, topic, nonce, Status::skipped, "not due before 12:00"}).starts_with("info: outcome"));
  BOOST_TEST(narrated("submitter", ClaimRefused{topic, nonce, Status::confirmed, "answered", false}) ==
             "info: claim refused topic=67 nonce=1290 status=confirmed reason=\"answered\"");
  BOOST_TEST(narrated("submitter", ClaimRefused{topic, nonce, Status::open, "disk full", true}).starts_with("error: "));
  BOOST_TEST(narrated("submitter", StoreFailed{topic, nonce, hash, "disk full"}) ==
             "error: books not written, nothing sent topic=67 nonce=1290 reason=\"disk full\"");
  BroadcastAnswered refusal{topic, nonce, hash, Verdict::WrongSequence, 32, "sdk", "expected 5", {}, {}, "node", now};
  BOOST_TEST(narrated("submitter", refusal) == "warn: broadcast topic=67 nonce=1290 tx=D79F7D27 verdict=WrongSequence "
                                               "endpoint=node code=sdk/32 log=\"expected 5\"");
  BOOST_TEST(outcome({{}, topic, nonce, Status::missed, "closed first"}) ==
             "warn: outcome topic=67 nonce=1290 status=missed reason=\"closed first\"");
  const BookWindows gap{topic, {{topic, Height{1230}, {}, "down", now}, {topic, Height{1260}, {}, "down", now}}, {}};
  BOOST_TEST(narrated("ledger", gap) == "(nothing)"); // each of its windows has an outcome line
  BOOST_TEST(narrated("ledger", BookWindows{topic, gap.missed, {topic, nonce, Height{1300}, "event", now}}) ==
             "info: window opened topic=67 nonce=1290 closes=1300 seen_by=event");
  BOOST_TEST(narrated("submitter", AskFailed{Request::Broadcast, topic, nonce, hash, Verdict::NoAnswer, "node: timeout"}) ==
             "warn: no answer ask=Broadcast topic=67 nonce=1290 verdict=NoAnswer for=submitter reason=\"node: timeout\"");
  BOOST_TEST(narrated("watcher", AskFailed{Request::AskWindow, topic, {}, {}, Verdict::NoAnswer, "x"}).starts_with("debug: "));
  BOOST_TEST(narrated("watcher", AskFailed{Request::AskWindow, topic, {}, {}, Verdict::NoSuchTopic, "x"}) ==
             "warn: no such topic topic=67: a [[topic]] id names one that this chain does not have reason=\"x\"");
  BOOST_TEST(narrated("watcher", ConnectionDown{"node", "reset", now}) ==
             "warn: connection lost endpoint=node reason=\"reset\"");
  BOOST_TEST(narrated("fetcher/btcusd/1h", SourceFailed{"tiingo", 1, "HTTP 429", 60'000}) ==
             "warn: source failed source=tiingo for=fetcher/btcusd/1h reason=\"HTTP 429\" pause_s=60");
}

BOOST_AUTO_TEST_CASE(supervision_and_heartbeat_are_told) {
  BOOST_TEST(narrated("root", ChildFailed{{{PlaceKind::ledger}, "ClaimNonce", "bad_alloc"}, 2}) ==
             "error: failed child=ledger restarts=2 supervisor=root message=ClaimNonce reason=\"bad_alloc\"");
  BOOST_TEST(narrated("root", ChildFailed{{{PlaceKind::chain}, "", "killed"}, 1}) ==
             "error: failed child=chain restarts=1 supervisor=root reason=\"killed\"");
  BOOST_TEST(narrated("feed/btcusd/1h", RestartDue{feed_place(PlaceKind::fetcher, {"btcusd"})}) ==
             "warn: restarting child=fetcher/btcusd/1h supervisor=feed/btcusd/1h");
  BOOST_TEST(narrated("root", ClashNoticed{{"allo1us"}, "sequence 17 was used", now}) ==
             "error: another process uses this key wallet=allo1us reason=\"sequence 17 was used\"");
  BOOST_TEST(narrated("root", HeadWentBack{Height{20}, Height{36}, now})
               .starts_with("warn: head went back height=20 booked=36: the chain's head is 20, and windows up to 36 are in the "
                            "books: the chain or its nodes were rolled back to an earlier block"));
  BOOST_TEST(narrated("root", Drain{"SIGTERM", now}) == "info: stopping why=\"SIGTERM\"");
  BOOST_TEST(narrated("root", Heartbeat{"7 of 7", "3 windows", now}) == "info: HEARTBEAT alive=\"7 of 7\" books=\"3 windows\"");
  const std::string facts(1'500, 'x'); // it was cut after 300 bytes
  BOOST_TEST(narrated("root", Heartbeat{"7 of 7", facts, now}) == "info: HEARTBEAT alive=\"7 of 7\" books=\"" + facts + '"');
}

BOOST_AUTO_TEST_CASE(labels_are_listed_up_to_a_bound) {
  Predicted p{topic, nonce, {}, "csv", "m", now, {{"up", "0.6"}, {"down", "0.4"}}};
  BOOST_TEST(narrated("submitter", p).find("values={up:0.6,down:0.4}") != std::string::npos);
  p.values.assign(1'000, {"label", "0.001"});
  BOOST_TEST(narrated("submitter", p).find("… 1000 in all}") != std::string::npos);
  BOOST_TEST(narrated("submitter", p).size() < 400u);
}

BOOST_AUTO_TEST_CASE(words_from_outside_stay_on_one_line_inside_their_quotes) {
  const auto line = narrated("ledger", WindowSkipped{topic, nonce, "a\"\nERROR fake topic=1\x1b[31m"});
  BOOST_TEST(line == "debug: skip asked topic=67 nonce=1290 reason=\"a'\\nERROR fake topic=1\\x1b[31m\"");
  BOOST_TEST(narrated("ledger", WindowSkipped{topic, nonce, std::string(100'000, 'x')}).size() < 400u);
}

BOOST_AUTO_TEST_CASE(everything_else_is_a_debug_line_of_its_json_with_a_bound) {
  BOOST_TEST(narrated("submitter", OutcomeBooked{topic, nonce}) ==
             "debug: submitter <- OutcomeBooked {\"topic\":67,\"nonce\":1290}");
  FeaturesComputed features{topic, nonce, {}, "csv", now, 1.0, std::vector<double>(500, 0.1)};
  const auto line = narrated("predictor/67", features);
  BOOST_TEST(line.starts_with("debug: predictor/67 <- FeaturesComputed {"));
  BOOST_TEST(line.ends_with("…"));
  BOOST_TEST(line.size() < 520u);
}

BOOST_AUTO_TEST_CASE(candles_are_counted_not_listed) {
  CandlesArrived arrived{"tiingo", 1, std::vector<Candle>(2'000), ""};
  BOOST_TEST(narrated("fetcher/btcusd/1h", arrived) ==
             "debug: candles arrived source=tiingo candles=2000 for=fetcher/btcusd/1h");
  arrived.warnings = "2 gaps";
  BOOST_TEST(narrated("fetcher/btcusd/1h", arrived).starts_with("warn: "));
}
