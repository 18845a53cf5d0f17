#define BOOST_TEST_MODULE cli_doctor
#include "model/training/trainer.hpp"
#include "runtime/books/sqlite.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/cli/doctor/doctor_chain.hpp"
#include "runtime/cli/doctor/doctor_checks.hpp"
#include "runtime/cli/doctor/doctor_network.hpp"
#include "runtime/config/checks.hpp"
#include "tests/cli/doctor_fixture.hpp"
#include "tests/support/test_keys.hpp"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <functional>
#include <linux/capability.h>
#include <map>
#include <set>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace inferd;
using namespace inferd::cli;
using namespace inferd::cli::test;

BOOST_AUTO_TEST_CASE(a_clock_from_before_the_program_is_wrong) {
  BOOST_TEST(is(check_clock(Instant{0}, true), Kind::wrong));
  BOOST_TEST(is(check_clock(now, false), Kind::doubtful));
  BOOST_TEST(is(check_clock(now, true), Kind::fine));
}

BOOST_AUTO_TEST_CASE(books_are_missing_usable_or_something_else) {
  const Folder folder;
  const auto books = folder.path + "/ledger.db";
  BOOST_TEST(is(check_books(books), Kind::fine));
  std::ofstream(books) << "timestamp,topic_id\n";
  BOOST_TEST(is(check_books(books), Kind::wrong));
  std::ofstream(books).write("SQLite format 3\0 and more", 24); // was fine
  BOOST_TEST(is(check_books(books), Kind::wrong));
  std::filesystem::remove(books);
  { SqliteBooks written(books, {.views = false}); }
  BOOST_TEST(is(check_books(books), Kind::fine), check_books(books).seen);
  sqlite::Database(books, sqlite::Database::Mode::write).run("PRAGMA user_version = 1000"); // of a newer inferd
  BOOST_TEST(is(check_books(books), Kind::wrong));
  std::filesystem::remove(books);
  std::ofstream(books) << "";
  BOOST_TEST(is(check_books(books), Kind::fine)); // SQLite starts with an empty file
}

BOOST_AUTO_TEST_CASE(a_key_is_counted_never_shown) {
  const Folder folder;
  const auto file = folder.path + "/words";
  WalletSettings wallet;
  wallet.name = "default";
  BOOST_TEST(is(check_key(wallet, real_host()).finding, Kind::wrong));
  wallet.mnemonic = {SecretSource::Kind::file, file, ""};
  const auto look = [&](int zoos, const std::string& last) {
    std::ofstream out(file);
    for (int i = 0; i < zoos; ++i) out << "zoo ";
    out << last << '\n';
    out.close();
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return check_key(wallet, real_host());
  };
  const auto good = look(11, "wrong"); // BIP-39's test vector for entropy of all ones
  BOOST_TEST(is(good.finding, Kind::fine));
  BOOST_REQUIRE(good.wallet.has_value());
  const auto odd = look(12, "zoo"), mistaken = look(11, "zoo");
  BOOST_TEST(is(odd.finding, Kind::wrong));
  BOOST_TEST(is(mistaken.finding, Kind::wrong));
  BOOST_TEST(mistaken.finding.seen.find("checksum") != std::string::npos);
  for (const auto* key : {&odd, &mistaken}) {
    BOOST_TEST(key->finding.seen.find("zoo") == std::string::npos);
    BOOST_TEST(!key->wallet.has_value());
  }
  wallet.address = good.wallet->address;
  BOOST_TEST(is(look(11, "wrong").finding, Kind::fine));
  wallet.address = "allo1other";
  const auto other = look(11, "wrong");
  BOOST_TEST(is(other.finding, Kind::wrong));
  BOOST_TEST(other.finding.seen.find(good.wallet->address) != std::string::npos);
}

/// Whether `f` holds in a child process that may not lock memory, also for root.
bool without_memory_lock(const std::function<bool()>& f) {
  const auto pid = ::fork();
  if (pid == 0) {
    const rlimit none{};
    __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
    __user_cap_data_struct caps[2]{};
    const bool bare = ::setrlimit(RLIMIT_MEMLOCK, &none) == 0 && ::syscall(SYS_capset, &header, caps) == 0;
    ::_exit(bare && f() ? 0 : 1);
  }
  int status = 1;
  ::waitpid(pid, &status, 0);
  return status == 0;
}

#ifndef INFERD_SANITIZED // sanitizers grant every mlock
BOOST_AUTO_TEST_CASE(memory_that_cannot_be_locked_is_reported) {
  BOOST_TEST(without_memory_lock([] {
    const auto finding = check_memory_lock();
    return is(finding, Kind::doubtful) && finding.seen.find("swap") != std::string::npos;
  }));
  BOOST_TEST(without_memory_lock([] { return !inferd::test::signer()->key_locked(); }));
}
#endif

BOOST_AUTO_TEST_CASE(the_cost_of_a_registration_is_reported_beforehand) {
  ChainSettings chain{.fee_cap = Uallo{5'000'000}};
  const auto by_itself = check_registering(chain).seen;
  BOOST_TEST(by_itself.find("390200 uallo at a gas price of 1") != std::string::npos, by_itself);
  BOOST_TEST(by_itself.find("at most 5000200 uallo") != std::string::npos, by_itself);
  chain.fee_cap = Uallo{1'000};
  BOOST_TEST(is(check_registering(chain), Kind::doubtful)); // it would not be done
  const auto dear = check_registering({.id = "allora-mainnet-1", .fee_cap = Uallo{5'000'000}});
  BOOST_TEST(is(dear, Kind::doubtful)); // it was fine: judged at a gas price of 1
  BOOST_TEST(dear.remedy.find("chain.fee_cap_allo") != std::string::npos);
  const ChainSettings mainnet{.id = "allora-mainnet-1", .fee_cap = Uallo{2'000'000'000'000'000}};
  BOOST_TEST(check_registering(mainnet).seen.find("for 0.00039 ALLO at a gas price of 1000000000 uallo, at most "
                                                  "0.0020000000000002 ALLO") != std::string::npos);
  chain.may_register = false;
  BOOST_TEST(check_registering(chain).seen.find("never") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_disk_is_measured_where_the_folder_would_be_made) {
  const Folder folder;
  const auto finding = check_space("disk", folder.path + "/not/yet/there");
  BOOST_TEST(finding.seen.find(folder.path) != std::string::npos);
  BOOST_TEST(is(check_space("disk", "/proc/books"), Kind::wrong)); // procfs has no room
}

BOOST_AUTO_TEST_CASE(a_folder_is_tried_out) { // root passed every check of permissions
  const Folder folder;
  BOOST_TEST(is(check_writable("state", folder.path), Kind::fine));
  BOOST_TEST(is(check_writable("state", folder.path + "/a/b"), Kind::fine));
  BOOST_TEST(std::filesystem::is_empty(folder.path)); // nothing is left behind
  std::ofstream(folder.path + "/file") << "x";
  std::filesystem::permissions(folder.path + "/file", std::filesystem::perms::owner_all);
  for (const auto& dir : {folder.path + "/file", folder.path + "/file/below", std::string("/proc/inferd")}) {
    BOOST_TEST(is(check_writable("state", dir), Kind::wrong), dir);
    LogSettings log;
    log.dir = dir;
    BOOST_TEST(is(check_log(log), Kind::doubtful), dir); // the console is left
    BOOST_TEST(is(check_socket(dir + "/admin.sock"), Kind::wrong), dir);
    BOOST_TEST(is(check_books(dir + "/ledger.db"), Kind::wrong), dir);
  }
  BOOST_TEST(is(check_socket(folder.path + "/admin.sock"), Kind::fine));
  BOOST_TEST(is(check_socket(folder.path + "/file"), Kind::wrong)); // not a socket: the daemon would have no admin port
}

// A `{`, 28 bytes of something and another symbol's model were fine.
BOOST_AUTO_TEST_CASE(a_model_that_run_would_refuse_is_wrong) {
  const Folder folder;
  Config config;
  config.topics.push_back(topic_67(folder.path));
  const auto finding = [&] { return check_models(config).at(0); };
  BOOST_TEST(is(finding(), Kind::wrong));
  BOOST_TEST(
    finding().remedy.starts_with("inferd train --candles CSV --topic 67 --symbol btcusd --horizon 7d --interval 1h --out "));
  auto other_horizon = week_model();
  other_horizon.horizon = "24h";
  auto changed = model_text(week_model());
  changed.replace(changed.find("0.01"), 4, "0.02");
  for (const auto& text :
       {std::string("{"), std::string("{}"), std::string(28, 'x'), std::string(), model_text(week_model("ethusd")),
        model_text(other_horizon), changed, model_text(week_model()).substr(0, 100)}) {
    std::ofstream(folder.path + "/model.json") << text;
    BOOST_TEST(is(finding(), Kind::wrong), text);
    BOOST_TEST(finding().seen.find("model.json") != std::string::npos, finding().seen);
  }
  std::ofstream(folder.path + "/model.json") << model_text(week_model());
  BOOST_TEST(is(finding(), Kind::fine), finding().seen);
}

BOOST_AUTO_TEST_CASE(an_rpc_endpoint_is_asked_for_its_status_however_it_is_spelled) {
  BOOST_TEST(status_url("https://a.example") == "https://a.example/status");
  BOOST_TEST(status_url("wss://a.example:443/websocket") == "https://a.example:443/status");
  BOOST_TEST(status_url("ws://a/key/websocket") == "http://a/key/status");
  BOOST_TEST(status_url("tcp://127.0.0.1:26657/") == "http://127.0.0.1:26657/status");
  BOOST_TEST(status_url("https://a?key=1") == "https://a/status?key=1");
}

BOOST_AUTO_TEST_CASE(a_node_is_right_of_another_chain_behind_or_no_node) {
  BOOST_TEST(is(judge_status("n", "c", status("c"), now).finding, Kind::fine));
  BOOST_TEST(judge_status("n", "c", status("d"), now).finding.seen == "n is a node of d, not of c");
  BOOST_TEST(is(judge_status("n", "c", status("c", "2026-06-01T11:00:00Z"), now).finding, Kind::doubtful));
  for (const auto* body : {"", "{", "[]", "{\"result\":1}", "{\"result\":{\"node_info\":[]}}", "<html>"})
    BOOST_TEST(is(judge_status("n", "c", {200, {}, body}, now).finding, Kind::wrong), body);
  BOOST_TEST(is(judge_status("n", "c", {404, {}, ""}, now).finding, Kind::wrong));
  BOOST_TEST(is(judge_status("n", "c", status("c", ""), now).finding, Kind::doubtful));
  BOOST_TEST(is(judge_status("n", "c", status("c", "2026-06-01T11:59:58Z", "on", true), now).finding, Kind::doubtful));
}

BOOST_AUTO_TEST_CASE(a_node_without_an_index_of_transactions_is_doubtful) {
  for (const auto* index : {"off", "", "null"}) {
    const auto finding = judge_status("n", "c", status("c", "2026-06-01T11:59:58Z", index), now).finding;
    BOOST_TEST(is(finding, Kind::doubtful));
    BOOST_TEST(finding.seen.find("tx_index") != std::string::npos, finding.seen);
  }
}

BOOST_AUTO_TEST_CASE(a_node_far_behind_the_best_is_doubtful) {
  auto node = judge_status("n", "c", status("c"), now);
  BOOST_TEST(node.height == 77);
  std::vector<NodeFinding> nodes{node, node, {}};
  nodes[1].height = 87;
  compare_heights(nodes);
  BOOST_TEST(is(nodes[0].finding, Kind::fine)); // within the tolerance
  nodes[1].height = 88;
  compare_heights(nodes);
  BOOST_TEST(is(nodes[0].finding, Kind::doubtful));
  BOOST_TEST(nodes[0].finding.seen == "n serves c at height 77, 11 blocks behind the best");
  BOOST_TEST(is(nodes[1].finding, Kind::fine));
}

BOOST_AUTO_TEST_CASE(every_endpoint_is_asked_and_keys_in_paths_stay_hidden) {
  ScriptedHttp http;
  http.answers["https://a.example/c0ffee/status"] = status("c");
  Config config;
  config.chain.id = "c";
  config.chain.rpc = {"https://a.example/c0ffee", "https://b.example"};
  const auto findings = check_network(config, http, now);
  BOOST_REQUIRE_EQUAL(findings.size(), 2u);
  BOOST_TEST(is(findings[0], Kind::fine));
  BOOST_TEST(findings[0].seen.find("c0ffee") == std::string::npos);
  BOOST_TEST(is(findings[1], Kind::wrong));
}

BOOST_AUTO_TEST_CASE(a_topic_that_wants_another_prediction_is_wrong) { // a 24 h model on "7day" was fine, and paid fees
  const Folder folder;
  std::ofstream(folder.path + "/model.json") << model_text(week_model());
  auto topic = topic_67(folder.path);
  TopicArrived rules{.topic = topic.id, .metadata = "btc_usd 7day log return"};
  BOOST_TEST(!judge_model(topic, rules).has_value());
  rules.metadata = "btc_usd 24h log return";
  BOOST_TEST(is(judge_model(topic, rules).value(), Kind::wrong));
  rules.metadata = "btc_usd 7day price";
  BOOST_TEST(is(judge_model(topic, rules).value(), Kind::wrong));
  rules.metadata = "eth_usd 7day log return";
  BOOST_TEST(is(judge_model(topic, rules).value(), Kind::doubtful));
  rules.metadata = "something";
  BOOST_TEST(is(judge_model(topic, rules).value(), Kind::doubtful));
  rules.multi = true;
  BOOST_TEST(is(judge_model(topic, rules).value(), Kind::wrong));
}

/// A chain that says what the test says; without `up` it never connects.
struct ScriptedChain : ChainPort {
  bool up = true;
  WindowStatusArrived window{.is_registered = true, .is_whitelisted = true, .is_topic_active = true};
  std::set<std::uint64_t> topics{67};

  void listen(Listener l) override {
    if (up) l(ConnectionUp{});
    else l(ConnectionDown{"node", "refused", {}});
  }
  void ask(const AskWindow& q, Then<WindowStatusArrived> then) override { window.topic = q.topic, then(window); }
  void ask(const AskTopic& q, Then<TopicArrived> then) override {
    if (topics.contains(q.topic.value)) then(TopicArrived{.topic = q.topic, .metadata = "btc_usd 7day log return"});
    else then(AskFailed{.request = Request::AskTopic, .topic = q.topic, .verdict = Verdict::NoSuchTopic, .reason = "none"});
  }
  void ask(const AskAccount& q, Then<AccountArrived> then) override {
    then(AccountArrived{q.wallet, true, 1, {}, Uallo{1u << 30}});
  }
  void ask(const AskGasPrice&, Then<GasPriceArrived> then) override { then(GasPriceArrived{GasPrice{1'000'000'000}}); }
  void reconnect(std::string) override {}
  void ask(const Simulate&, Then<Simulated>) override {}
  void ask(const Broadcast&, Then<BroadcastAnswered>) override {}
  void preload(const Broadcast&, std::function<void(PreloadSent)>, Then<BroadcastAnswered>) override {}
  void cancel_preload(std::function<void(PreloadCancelled)>) override {}
  void ask(const AskTx&, Then<TxLookedUp>) override {}
  void ask(const AskInference&, Then<InferenceArrived>) override {}
  void ask(const AskBlock&, Then<BlockSeen>) override {}
};

BOOST_AUTO_TEST_CASE(the_chain_is_asked_about_each_topic) {
  const Folder folder;
  std::ofstream(folder.path + "/model.json") << model_text(week_model());
  Config config;
  config.chain.fee_cap = Uallo{5'000'000};
  config.chain.gas_cap = Gas{500'000};
  config.topics.push_back(topic_67(folder.path));
  const auto ask = [&](ScriptedChain chain, std::vector<TopicId> topics) {
    return check_chain(config, Wallet{"allo1x"}, topics, chain, std::chrono::milliseconds(10));
  };
  const auto fine = ask({}, {TopicId{67}});
  BOOST_REQUIRE_EQUAL(fine.size(), 2u);
  BOOST_TEST(is(fine[0], Kind::fine), fine[0].seen);
  BOOST_TEST(is(fine[1], Kind::fine), fine[1].seen);
  BOOST_TEST(is(ask({}, {TopicId{99}}).at(1), Kind::wrong));
  ScriptedChain down;
  down.up = false;
  BOOST_TEST(is(ask(down, {TopicId{67}}).at(0), Kind::wrong));
  config.topics[0].horizon_ms = 24 * 3'600'000; // the file's model looks 168 hours ahead: check_models says so
  BOOST_TEST(ask({}, {TopicId{67}}).size() == 2u);
  config.topics[0].horizon_ms = week_ms;
  ScriptedChain labels;
  config.topics[0].symbol = "ethusd";
  std::ofstream(folder.path + "/model.json") << model_text(week_model("ethusd"));
  const auto other = ask(labels, {TopicId{67}});
  BOOST_REQUIRE_EQUAL(other.size(), 3u);
  BOOST_TEST(is(other[2], Kind::doubtful));
}

BOOST_AUTO_TEST_CASE(a_wallet_is_unknown_poor_short_or_funded) {
  ChainSettings settings;
  settings.fee_cap = Uallo{5'000'000};
  settings.gas_cap = Gas{500'000};
  const GasPriceArrived price{GasPrice{1'000'000'000}}; // 260,000 gas at 1.5: 390,000 uallo a payload
  const auto holding = [&](std::uint64_t uallo) {
    return judge_account(AccountArrived{{"allo1x"}, true, 2, Sequence{17}, Uallo{uallo}}, price, settings);
  };
  BOOST_TEST(is(judge_account(AccountArrived{{"allo1x"}}, price, settings), Kind::wrong));
  BOOST_TEST(is(holding(389'999), Kind::wrong));
  BOOST_TEST(is(holding(390'000), Kind::doubtful));
  BOOST_TEST(holding(780'000).seen == "allo1x holds 780000 uallo, for 2 payloads of at most 390000 uallo");
  BOOST_TEST(is(holding(39'000'000), Kind::fine));
  settings.fee_cap = Uallo{1'000};
  BOOST_TEST(is(holding(39'000'000), Kind::doubtful)); // the market price exceeds the cap
  BOOST_TEST(is(judge_account(AskFailed{.reason = "node: busy"}, price, settings), Kind::doubtful));
}

BOOST_AUTO_TEST_CASE(a_topic_is_missing_closed_to_us_asleep_or_open) {
  const TopicId id{9};
  const TopicArrived rules{.topic = id, .epoch_length = 60, .window_length = 10};
  WindowStatusArrived window{.topic = id, .is_registered = true, .is_whitelisted = true, .is_topic_active = true};
  BOOST_TEST(is(judge_topic(id, rules, window, true), Kind::fine));
  BOOST_TEST(is(judge_topic(id, AskFailed{.verdict = Verdict::Defect, .reason = "node: topic does not exist"}, window, true),
                Kind::wrong));
  BOOST_TEST(is(judge_topic(id, AskFailed{.verdict = Verdict::Busy, .reason = "node: busy"}, window, true), Kind::doubtful));
  BOOST_TEST(is(judge_topic(id, rules, AskFailed{.reason = "node: busy"}, true), Kind::doubtful));
  window.is_registered = false;
  BOOST_TEST(judge_topic(id, rules, window, true).seen ==
             "a window every 60 blocks, open for 10; inferd will register the wallet when it starts");
  BOOST_TEST(is(judge_topic(id, rules, window, false), Kind::wrong));
  window.is_topic_active = false;
  BOOST_TEST(is(judge_topic(id, rules, window, true), Kind::doubtful));
  window.is_whitelisted = false;
  BOOST_TEST(is(judge_topic(id, rules, window, true), Kind::wrong));
}
