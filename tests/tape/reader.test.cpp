#define BOOST_TEST_MODULE tape_reader
#include "messages/limits.hpp"
#include "runtime/tape/tape.hpp"
#include "runtime/tape/tape_dir.hpp"
#include "tests/books/books_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

using namespace inferd;
using inferd::test::Scratch;

namespace {

const std::string head = R"({"tape":6,"inferd":"0.1.0","wallet":"allo1x","config":"","started":5})"
                         "\n";
const std::string start = R"({"seq":1,"now":6,"start":"ledger"})"
                          "\n";
const std::string tick = R"({"seq":2,"now":7,"to":"ledger","from":"","type":"Tick","message":{"alarm":"write_books"}})"
                         "\n";
const std::string end = R"({"end":"stopped"})"
                        "\n";

struct TapeFiles {
  Scratch scratch;
  std::string path = scratch / "run.jsonl";
  Tape read(const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return read_tape(path);
  }
  std::string error_of(const std::string& text) {
    try {
      read(text);
    } catch (const TapeError& e) {
      return e.what();
    }
    return "none";
  }
  bool fails_with(const std::string& text, const std::string& part) {
    const auto sentence = error_of(text);
    BOOST_TEST_INFO(sentence);
    return sentence.find(part) != sentence.npos && sentence.find(path) != sentence.npos;
  }
};

} // namespace

BOOST_FIXTURE_TEST_CASE(a_whole_tape_is_read_with_its_header_and_its_end, TapeFiles) {
  const auto tape = read(head + start + tick + end);
  BOOST_TEST(tape.header.wallet.address == "allo1x");
  BOOST_TEST((tape.header.started == Instant{5}));
  BOOST_TEST(tape.end == "stopped");
  BOOST_REQUIRE_EQUAL(tape.entries.size(), 2u);
  BOOST_TEST(tape.entries[0].is_start());
  BOOST_TEST(tape.entries[1].type == "Tick");
  BOOST_TEST(tape.entries[1].line == 3u);
  BOOST_TEST(tape.entries[1].message == R"({"alarm":"write_books"})");
}

BOOST_FIXTURE_TEST_CASE(a_read_of_the_books_is_an_entry, TapeFiles) {
  const auto tape = read(head + start +
                         R"({"seq":2,"now":7,"read":"ledger","type":"LastNonceKnown","message":{"topic":1,"nonce":36}})"
                         "\n"
                         R"({"seq":3,"now":7,"read":"ledger","type":"StoreFailure","message":"disk full"})"
                         "\n" +
                         end);
  BOOST_REQUIRE_EQUAL(tape.entries.size(), 3u);
  BOOST_TEST(!tape.entries[0].read);
  BOOST_TEST(tape.entries[1].read);
  BOOST_TEST((tape.entries[1].to.kind == PlaceKind::ledger));
  BOOST_TEST(tape.entries[2].message == "\"disk full\"");
  BOOST_TEST(fails_with(head + R"({"seq":1,"now":7,"to":"root","from":"","type":"StoreFailure","message":""})"
                               "\n",
                        "no message is called"));
}

BOOST_FIXTURE_TEST_CASE(a_truncated_tape_is_read_up_to_its_last_complete_line, TapeFiles) {
  const auto whole = head + start + tick;
  for (auto cut = head.size(); cut <= whole.size(); ++cut) {
    const auto tape = read(whole.substr(0, cut));
    BOOST_TEST(tape.end.empty());
    BOOST_TEST(tape.entries.size() <= 2u);
    // A line without its newline is whole when its text is.
    const bool middle = cut != head.size() && cut < head.size() + start.size() - 1;
    if (middle) BOOST_TEST(tape.cut == 2u);
    if (cut == head.size() || cut == head.size() + start.size() || cut == whole.size()) BOOST_TEST(tape.cut == 0u);
  }
}

BOOST_FIXTURE_TEST_CASE(a_tape_whose_file_was_made_anew_begins_with_a_later_seq, TapeFiles) {
  auto continued = head;
  continued.insert(continued.size() - 2, ",\"continued\":true");
  const auto tape = read(continued + tick + end);
  BOOST_TEST(tape.header.continued);
  BOOST_TEST(tape.entries.at(0).seq == 2u);
  BOOST_TEST(fails_with(head + tick + end, "seq 2 where 1 is due"));
  BOOST_TEST(fails_with(continued + tick + tick + end, "seq 2 where 3 is due"));
}

BOOST_FIXTURE_TEST_CASE(malformed_lines_are_reported_with_their_number, TapeFiles) {
  BOOST_TEST(fails_with("", "empty"));
  BOOST_TEST(fails_with("hello\n", "line 1: not JSON"));
  BOOST_TEST(fails_with("[]\n", "line 1: not a JSON object"));
  BOOST_TEST(fails_with(std::string(1000, '\0') + "\n", "line 1"));
  BOOST_TEST(fails_with(head + start + "{\n" + tick, "line 3: not JSON"));
  BOOST_TEST(fails_with(head + std::string(500, '[') + "\n", "line 2"));
  BOOST_TEST(fails_with(head + "{}\n" + end, "line 2: seq: missing"));
  BOOST_TEST(fails_with(head + R"({"seq":"one","now":1,"start":"root"})"
                               "\n",
                        "line 2: seq"));
  BOOST_TEST(fails_with(head + R"({"seq":1,"now":1,"start":""})"
                               "\n",
                        "line 2: start: not a place in the tree"));
  BOOST_TEST(fails_with(head + R"({"seq":1,"now":1,"to":"timer/x","from":"","type":"Drained","message":{}})"
                               "\n",
                        "line 2: to: not a place in the tree"));
  BOOST_TEST(fails_with(head + R"({"seq":1,"now":1,"to":"root","from":"nobody","type":"Drained","message":{}})"
                               "\n",
                        "line 2: from: not a place in the tree"));
  BOOST_TEST(fails_with(head + R"({"seq":1,"now":1,"to":"root","from":"","type":"Bomb","message":{}})"
                               "\n",
                        "no message is called \"Bomb\""));
  BOOST_TEST(fails_with(head + R"({"seq":1,"now":1,"to":"root","from":"","type":"Tick"})"
                               "\n",
                        "message: missing"));
}

BOOST_FIXTURE_TEST_CASE(a_tape_of_another_version_is_refused_naming_both, TapeFiles) {
  for (const std::string version : {"2", "9"})
    BOOST_TEST(fails_with("{\"tape\":" + version +
                            R"(,"inferd":"9","wallet":"","config":"","started":0})"
                            "\n",
                          "tape version " + version + " of inferd 9, this inferd reads 3 to 6"));
}

BOOST_FIXTURE_TEST_CASE(a_tape_of_an_older_version_is_read_and_not_replayed, TapeFiles) {
  auto older = head;
  older.replace(older.find("6"), 1, "5");
  const auto tape = read(older + start +
                         R"({"seq":2,"now":7,"to":"ledger","from":"","type":"OldMessage","message":{"what":1}})"
                         "\n" +
                         end);
  BOOST_TEST(tape.header.version == 5);
  BOOST_TEST(tape.entries.at(1).type == "OldMessage");
  BOOST_CHECK_EXCEPTION(expect_present_version(tape), TapeError, [](const TapeError& e) {
    return std::string(e.what()).find("tape version 5 of inferd 0.1.0, this inferd reads 6 for that") != std::string::npos;
  });
  BOOST_CHECK_NO_THROW(expect_present_version(read(head + start + end)));
  for (const std::string version : {"3", "4", "5"}) // as they were recorded
    BOOST_TEST(read_tape(INFERD_SOURCE_DIR "/tests/tapes/v" + version + "/run.jsonl").entries.size() > 30u);
}

BOOST_FIXTURE_TEST_CASE(a_torn_tape_is_looked_at_up_to_its_damage, TapeFiles) {
  const auto torn = [&](const std::string& text) {
    std::ofstream(path, std::ios::binary) << text;
    return read_tape(path, TornTape::up_to_damage);
  };
  for (const auto& damaged : {std::string("{\"seq\":3\n"), std::string(500, '\0') + "\n", tick, std::string("\n")}) {
    const auto tape = torn(head + start + tick + damaged + end);
    BOOST_TEST(tape.entries.size() == 2u);
    BOOST_TEST(tape.cut == 4u);
    BOOST_TEST(!tape.damage.empty());
    BOOST_TEST(tape.end == "");
  }
  BOOST_TEST(torn(head + start + tick + end).damage == "");
  BOOST_CHECK_THROW(torn("{}\n" + start), TapeError); // without a header it is no tape
}

BOOST_FIXTURE_TEST_CASE(missing_repeated_and_reordered_lines_are_refused, TapeFiles) {
  BOOST_TEST(fails_with(head + tick + end, "seq 2 where 1 is due"));
  BOOST_TEST(fails_with(head + start + start + end, "seq 1 where 2 is due"));
  BOOST_TEST(fails_with(head + start + end + tick, "line 4: goes on after its end"));
}

BOOST_FIXTURE_TEST_CASE(a_line_longer_than_any_is_refused, TapeFiles) {
  BOOST_TEST(fails_with(head + "{\"x\":\"" + std::string(limits::tape_line, 'x') + "\"}\n" + end, "line 2: longer"));
}

BOOST_FIXTURE_TEST_CASE(a_folder_and_a_missing_file_are_named, TapeFiles) {
  BOOST_CHECK_THROW(read_tape(scratch.dir()), TapeError);
  BOOST_CHECK_THROW(read_tape(scratch / "none"), TapeError);
}

BOOST_FIXTURE_TEST_CASE(the_newest_tapes_are_kept, TapeFiles) {
  const auto dir = scratch / "tapes";
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(new_tape_path(dir, 3, Instant{1'700'000'000'000 + 1000 * i}));
    std::ofstream(made.back()) << head;
  }
  std::ofstream(dir + "/notes.txt") << "mine";
  BOOST_TEST((tapes_in(dir) == std::vector(made.begin() + 2, made.end())));
  BOOST_TEST(made[0].ends_with("/run-20231114T221320.000Z.jsonl"));
  BOOST_TEST(new_tape_path(dir, 9, Instant{1'700'000'004'000}).ends_with("-2.jsonl")); // existing tapes are kept
  BOOST_TEST(std::filesystem::exists(dir + "/notes.txt"));
}
