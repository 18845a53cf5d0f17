#define BOOST_TEST_MODULE tape_look
// Looks into the recorded tape of tests/tapes/v5: two windows of topic 1, opened at 10 (found by its opening) and 20 (prepared
// before it, its payload preloaded).
#include "runtime/tape/tape_causes.hpp"
#include "runtime/tape/tape_cut.hpp"
#include "runtime/tape/tape_stats.hpp"

#include <boost/test/unit_test.hpp>
#include <sstream>

using namespace inferd;

namespace {

const Tape& recorded() {
  static const auto tape = read_tape(INFERD_SOURCE_DIR "/tests/tapes/v5/run.jsonl");
  return tape;
}

constexpr TopicId topic{1};

const CauseStep& only(const Causes& causes, const std::string& type, PlaceKind to) {
  const CauseStep* found = nullptr;
  for (const auto& step : causes.steps)
    if (step.entry->type == type && step.entry->to.kind == to) {
      BOOST_TEST(!found, type << " is there twice");
      found = &step;
    }
  BOOST_REQUIRE_MESSAGE(found, type << " is not there");
  return *found;
}

/// seq of the causes of the only step of this type.
std::vector<std::uint64_t> led_to(const Causes& causes, const std::string& type, PlaceKind to) {
  std::vector<std::uint64_t> seqs;
  for (const auto cause : only(causes, type, to).causes) seqs.push_back(causes.steps[cause].entry->seq);
  return seqs;
}

std::vector<std::uint64_t> led_to(const Causes& causes, std::uint64_t seq) {
  std::vector<std::uint64_t> seqs;
  for (const auto& step : causes.steps)
    if (step.entry->seq == seq)
      for (const auto cause : step.causes) seqs.push_back(causes.steps[cause].entry->seq);
  return seqs;
}

std::size_t count(const EntryFilter& filter) {
  return static_cast<std::size_t>(
    std::count_if(recorded().entries.begin(), recorded().entries.end(), [&](const auto& e) { return filter.matches(e); }));
}

Tape cut(const TapeCut& how, std::string& text) {
  std::ostringstream out;
  write_cut(recorded(), how, out);
  text = out.str();
  std::istringstream in(text);
  return read_tape(in, "cut");
}

} // namespace

BOOST_AUTO_TEST_CASE(an_outcome_is_traced_to_candles_account_and_blocks) {
  using Seqs = std::vector<std::uint64_t>;
  const auto causes = causes_of(recorded(), topic, Height{20});
  BOOST_TEST(causes.steps.front().entry->type == "BookOutcome");
  BOOST_TEST(causes.steps.front().entry->seq == 115u);
  BOOST_TEST((led_to(causes, "BookOutcome", PlaceKind::ledger) == Seqs{114}));
  BOOST_TEST((led_to(causes, "TxIncluded", PlaceKind::submitter) == Seqs{113}));
  BOOST_TEST((led_to(causes, "TxIncluded", PlaceKind::watcher) == Seqs{108}));
  BOOST_TEST((led_to(causes, "BroadcastAnswered", PlaceKind::submitter) == Seqs{101, 100})); // preloaded: not by the opening
  BOOST_TEST((led_to(causes, "SignedStored", PlaceKind::submitter) == Seqs{98}));
  BOOST_TEST((led_to(causes, "StoreSigned", PlaceKind::ledger) == Seqs{97, 37, 36})); // granted; gas price, account
  BOOST_TEST((led_to(causes, "Predicted", PlaceKind::submitter) == Seqs{93, 34}));
  BOOST_TEST((led_to(causes, "CandlesFetched", PlaceKind::feature) == Seqs{91, 59})); // no candle has closed since
  BOOST_TEST((led_to(causes, 91) == Seqs{90, 56}));                                   // PrepareWindow
  BOOST_TEST((led_to(causes, 56) == Seqs{51})); // WindowScheduled: the block that opened the window before
  BOOST_TEST((led_to(causes, 59) == Seqs{57})); // CandlesArrived: asked for by that window
  for (const auto& step : causes.steps)
    for (const auto cause : step.causes) BOOST_TEST(causes.steps[cause].entry->seq < step.entry->seq);
}

BOOST_AUTO_TEST_CASE(a_window_that_was_open_already_is_traced_to_its_opening) {
  using Seqs = std::vector<std::uint64_t>;
  const auto causes = causes_of(recorded(), topic, Height{10});
  BOOST_TEST((led_to(causes, "PrepareWindow", PlaceKind::fetcher) == Seqs{55}));
  BOOST_TEST((led_to(causes, "CandlesArrived", PlaceKind::fetcher) == Seqs{57}));
  BOOST_TEST((led_to(causes, "BroadcastAnswered", PlaceKind::submitter) == Seqs{72, 52}));
  BOOST_TEST(
    (led_to(causes, "StoreSigned", PlaceKind::ledger) == Seqs{69, 68, 37, 36})); // simulated, as the first of its topic
}

BOOST_AUTO_TEST_CASE(the_tree_is_text_with_the_times_between) {
  const auto text = causes_text(causes_of(recorded(), topic, Height{20}));
  BOOST_TEST(text.starts_with("BookOutcome  submitter → ledger, seq 115 at 2026-11-29T"));
  BOOST_TEST(text.find("\n└─      1 ms after  TxIncluded  watcher → submitter, seq 114\n") != text.npos, text);
  BOOST_TEST(text.find("CandlesArrived  outside → fetcher/btcusd/1h, seq 59") != text.npos, text);
  BOOST_TEST(text.find("ms from the first to the last\n") != text.npos);
}

BOOST_AUTO_TEST_CASE(a_window_that_is_not_on_the_tape_is_named) {
  BOOST_CHECK_EXCEPTION(causes_of(recorded(), topic, Height{999}), TapeError, [](const TapeError& e) {
    return std::string(e.what()).ends_with("has nothing about topic 1, nonce 999");
  });
  BOOST_CHECK_THROW(cut_for(recorded(), TopicId{2}, {}), TapeError);
  BOOST_CHECK_THROW(cut_for(recorded(), topic, Height{999}), TapeError);
}

BOOST_AUTO_TEST_CASE(entries_are_found_by_actor_type_topic_window_and_seq) {
  BOOST_TEST(count({}) == recorded().entries.size());
  BOOST_TEST(count({.from = 10, .to = 19}) == 10u);
  BOOST_TEST(count({.type = "Predicted"}) == 2u);
  BOOST_TEST(count({.place = "predictor"}) == count({.place = "predictor/1"}));
  BOOST_TEST(count({.place = "predict"}) == 0u);
  BOOST_TEST(count({.type = "BlockSeen", .topic = topic, .nonce = Height{10}}) == 2u); // opened, closed
  BOOST_TEST(count({.type = "WindowStatusArrived", .nonce = Height{10}}) == 2u);       // as the next one
  BOOST_TEST(count({.type = "TopicArrived", .topic = TopicId{2}}) == 0u);
}

BOOST_AUTO_TEST_CASE(the_figures_count_traffic_windows_and_steps) {
  const auto stats = stats_of(recorded());
  BOOST_TEST(stats.types.at("Predicted").messages == 2u);
  BOOST_TEST(stats.places.at(Place{PlaceKind::ledger}).starts == 1u);
  std::uint64_t messages = 0, starts = 0;
  for (const auto& [place, traffic] : stats.places) messages += traffic.messages, starts += traffic.starts;
  BOOST_TEST(messages + starts == recorded().entries.size());
  BOOST_TEST((stats.outcomes.at(topic) == std::map<std::string, std::size_t>{{"confirmed", 2}}));
  const auto step = [&](const std::string& name) {
    for (const auto& s : stats.steps)
      if (s.name == name) return s;
    BOOST_FAIL(name);
    return stats.steps.front();
  };
  BOOST_TEST((step("opened → in a mempool").ms == std::vector<std::int64_t>{1, 36}));
  BOOST_TEST((step("opened → in a block").ms == std::vector<std::int64_t>{97, 97}));
  BOOST_TEST((step("prepared → predicted").ms == std::vector<std::int64_t>{0, 26}));
  BOOST_TEST(step("prepared → predicted").quantile(0.5) == 26);
}

BOOST_AUTO_TEST_CASE(a_cut_keeps_whole_actors_up_to_the_windows_end) {
  std::string text;
  const auto small = cut(cut_for(recorded(), topic, Height{10}), text);
  BOOST_TEST(small.entries.size() < recorded().entries.size());
  BOOST_TEST(small.entries.front().seq == 1u);
  BOOST_TEST(small.end.starts_with("cut by inferd: "));
  for (const auto& e : small.entries) BOOST_TEST((e.to.kind != PlaceKind::root && e.to.kind != PlaceKind::chain));
  for (const auto kind : {PlaceKind::ledger, PlaceKind::submitter, PlaceKind::fetcher, PlaceKind::predictor})
    BOOST_TEST(std::any_of(small.entries.begin(), small.entries.end(),
                           [&](const auto& e) { return e.to.kind == kind && e.is_start(); }));
  BOOST_TEST((causes_of(small, topic, Height{10}).steps.size() == causes_of(recorded(), topic, Height{10}).steps.size()));
  BOOST_CHECK_THROW(causes_of(small, topic, Height{30}), TapeError);
}

BOOST_AUTO_TEST_CASE(a_cut_of_everything_is_the_tape_itself) {
  std::string text;
  const auto whole = cut({}, text);
  BOOST_TEST(whole.entries.size() == recorded().entries.size());
  BOOST_TEST(whole.end == recorded().end);
  for (std::size_t i = 0; i < whole.entries.size(); ++i) BOOST_TEST(whole.entries[i].message == recorded().entries[i].message);
  std::ostringstream nothing;
  BOOST_CHECK_THROW(write_cut(recorded(), {.until = 0}, nothing), TapeError);
}
