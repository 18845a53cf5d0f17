#define BOOST_TEST_MODULE top_screen
#include "runtime/cli/admin/admin_tables.hpp"
#include "runtime/cli/admin/top_screen.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::cli;

namespace {

TopData data() {
  return {
    R"({"version":"0.1.0","wallet":"allo1abcdefghijklmnopqrstuvwxyz0123456789abcd","chain":"allora-testnet-1",
                "started":1699999000000,
    "now":1700000000000,"reloads":0,"dry_run":false,"health":{"healthy":false,
                "reason":"watcher: no connection \u001b[2J for 90 s, which does not fit into eighty columns"},
                "connected":true,"head":123456,
    "endpoints":[{"endpoint":"rpc.example:443","use":"in_use","latency_ms":12}],"balance":"123456789012345678901","fee":12,
    "books":{"windows":5,"confirmed":3,"refused":0,"missed":1,"skipped":1,"unfinished":0,"fees":12,"rewards":"3",
                "last_nonce":40,"fees_24h":1},
    "topics":[{"topic":67,"paused":true,"open":false,"announced":123400,"next":123500,"model":"model.json:abc"},
              {"topic":79,"paused":false,"open":true,"trouble":"not whitelisted"}],"sources":[]})",
    R"([{"place":"ledger","state":"running","since":1699999000000,"restarts":0,"handled":100,"waiting":0,"busy_us":1000,
                "answers":true},
              {"place":"timer/67","state":"running","since":1699999000000,"restarts":3,"handled":7,"waiting":9,"busy_us":500,
                "answers":true,
               "in_hand":{"message":"HeadMoved","us":1500}},
              {"place":"watcher","state":"waiting","since":0,"restarts":1,"handled":50,"waiting":0,"busy_us":0,"answers":false,
               "trouble":"no connection"}])",
    R"([{"topic_id":67,"nonce":123400,"status":"missed","value":null,
                "reason":"kraken: HTTP 500; coinbase: HTTP 502, and then more"},
              {"topic_id":67,"nonce":123300,"status":"confirmed","value":"0.01234567890123456789","to_mempool_ms":3,
                "to_outcome_ms":5012,"reason":""}])",
    Instant{1'700'000'000'000}};
}

std::string joined(const std::vector<std::string>& lines) {
  std::string out;
  for (const auto& line : lines) out += line + '\n';
  return out;
}

std::size_t line_of(const std::vector<std::string>& lines, const std::string& begin) {
  return static_cast<std::size_t>(
    std::find_if(lines.begin(), lines.end(), [&](const auto& l) { return l.starts_with(begin); }) - lines.begin());
}

} // namespace

BOOST_AUTO_TEST_CASE(a_screen_fits_its_terminal_whatever_its_size) {
  for (const auto size : {TopSize{80, 24}, TopSize{40, 12}, TopSize{200, 60}, TopSize{80, 7}}) {
    TopScreen screen;
    const auto lines = screen.draw(data(), size, false);
    BOOST_TEST(lines.size() <= size.rows);
    for (const auto& line : lines) BOOST_TEST(columns_of(line) <= size.columns, line);
  }
}

BOOST_AUTO_TEST_CASE(eighty_columns_show_actors_windows_and_trouble) {
  TopScreen screen;
  const auto text = joined(screen.draw(data(), {}, false));
  for (const char* part :
       {"NOT HEALTHY: watcher: no connection", "rpc.example:443 12ms", "67     paused  123400", "! not whitelisted", "missed",
        "5012ms", " up 16m ", "timer/67", "HeadMoved 1.5 ms", "SILENT", "! no connection", "q quit"})
    BOOST_TEST(text.find(part) != text.npos, part);
  BOOST_TEST(text.find('\x1b') == text.npos);
}

BOOST_AUTO_TEST_CASE(only_our_own_escapes_reach_a_terminal) {
  TopScreen screen;
  BOOST_TEST(joined(screen.draw(data(), {}, true)).find("\x1b[2J") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(s_sorts_by_the_next_column_and_the_selection_stays_on_its_actor) {
  TopScreen screen;
  screen.draw(data(), {}, false);
  screen.press("j"); // timer/67
  screen.press("s"); // busy
  screen.press("s"); // mailbox
  const auto lines = screen.draw(data(), {}, false);
  BOOST_TEST(line_of(lines, "timer/67") < line_of(lines, "ledger"));
  screen.press("r");
  BOOST_TEST(screen.press("y").place == "timer/67");
}

BOOST_AUTO_TEST_CASE(the_busy_share_is_of_the_time_between_two_screens) {
  TopScreen screen;
  auto d = data();
  screen.draw(d, {}, false);
  d.now = {d.now.value + 1'000};
  d.ps.replace(d.ps.find("\"busy_us\":1000"), 14, "\"busy_us\":251000");
  const auto lines = screen.draw(d, {}, false);
  BOOST_TEST(lines[line_of(lines, "ledger")].find("25%") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_restart_is_asked_for_twice) {
  TopScreen screen;
  screen.draw(data(), {}, false);
  BOOST_TEST((screen.press("r").kind == TopScreen::Command::Kind::nothing));
  BOOST_TEST(joined(screen.draw(data(), {}, false)).find("restart ledger? y/n") != std::string::npos);
  BOOST_TEST((screen.press("n").kind == TopScreen::Command::Kind::nothing));
  screen.press("r");
  const auto wish = screen.press("y");
  BOOST_TEST((wish.kind == TopScreen::Command::Kind::restart));
  BOOST_TEST(wish.place == "ledger");
}

BOOST_AUTO_TEST_CASE(p_pauses_or_resumes_the_topic_of_the_selected_actor) {
  TopScreen screen;
  screen.draw(data(), {}, false);
  BOOST_TEST((screen.press("p").kind == TopScreen::Command::Kind::nothing)); // the ledger belongs to none
  screen.press("down");
  const auto wish = screen.press("p");
  BOOST_TEST((wish.kind == TopScreen::Command::Kind::pause));
  BOOST_TEST(wish.topic == "67");
  BOOST_TEST(!wish.paused); // it is paused already
}

BOOST_AUTO_TEST_CASE(an_answer_of_another_shape_throws) {
  for (const char* body : {"", "[]", "{}", "{\"health\":1}"}) {
    auto d = data();
    d.overview = body;
    BOOST_CHECK_THROW(TopScreen().draw(d, {}, false), std::exception);
  }
}
