#define BOOST_TEST_MODULE cli_doctor
#include "base/utc.hpp"
#include "model/candles_csv.hpp"
#include "model/trainer.hpp"
#include "runtime/books/sqlite.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/cli/doctor_chain.hpp"
#include "runtime/cli/doctor_checks.hpp"
#include "runtime/cli/doctor_market.hpp"
#include "runtime/cli/doctor_network.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/sim/market/sim_market.hpp"
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
using Kind = Finding::Kind;

namespace {

constexpr std::int64_t week_ms = 168 * 3'600'000;

struct Folder {
  Folder() {
    char pattern[] = "/tmp/inferd-doctor-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

const Instant now = *parse_instant("2026-06-01T12:00:00Z");

struct FixedClock : ClockPort {
  Instant now() const override { return ::now; }
};

/// Replies by a function of the request.
struct FunctionHttp : HttpPort {
  explicit FunctionHttp(std::function<HttpAnswer(const HttpRequest&)> f) : answer(std::move(f)) {}
  void ask(HttpRequest request, Done done) override { done(answer(request)); }
  std::function<HttpAnswer(const HttpRequest&)> answer;
};

/// Replies by URL; other requests fail.
struct ScriptedHttp : HttpPort {
  std::map<std::string, HttpAnswer> answers;
  void ask(HttpRequest request, Done done) override {
    const auto it = answers.find(request.url);
    if (it == answers.end()) done(HttpFailed{"connection refused"});
    else done(it->second);
  }
};

HttpAnswer status(const std::string& network, const std::string& time = "2026-06-01T11:59:58.123456789Z",
                  const std::string& tx_index = "on", bool catching_up = false) {
  return {200,
          {},
          R"({"jsonrpc":"2.0","result":{"node_info":{"network":")" + network + R"(","other":{"tx_index":")" + tx_index +
            R"("}},"sync_info":{"latest_block_height":"77","latest_block_time":")" + time + R"(","catching_up":)" +
            (catching_up ? "true" : "false") + "}}}"};
}

bool is(const Finding& f, Kind kind) { return f.kind == kind && f.remedy.empty() == (kind == Kind::fine); }

} // namespace

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
  BOOST_TEST(without_memory_lock([] { return !test::signer()->key_locked(); }));
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

ModelFile week_model(const std::string& symbol = "btcusd") { return constant_model({.topic = 67, .symbol = symbol}, 0.01); }

TopicSettings topic_67(const std::string& folder) {
  TopicSettings topic;
  topic.id = TopicId{67};
  topic.symbol = "btcusd";
  topic.horizon_ms = week_ms;
  topic.model = folder + "/model.json";
  return topic;
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

/// A configuration with one topic and the sources.
struct Markets {
  explicit Markets(std::vector<SourceSettings> sources) {
    std::ofstream(folder.path + "/model.json") << model_text(week_model());
    config.topics.push_back(topic_67(folder.path));
    config.sources = std::move(sources);
  }
  std::vector<Finding> findings(std::function<HttpAnswer(const HttpRequest&)> answer, bool offline = false) const {
    return check_markets(config, std::make_shared<FunctionHttp>(std::move(answer)), std::make_shared<FixedClock>(), offline);
  }
  Folder folder;
  Config config;
};

SourceSettings source(SourceKind kind, const std::string& name, SecretSource token = {}) {
  return {name, kind, "", "https://" + name + ".example", std::move(token), 9'000'000, {}};
}

// Any answer made a market fine.
BOOST_AUTO_TEST_CASE(a_market_that_answers_without_candles_is_not_fine) {
  ::setenv("DOCTOR_TOKEN", "secret-token", 1);
  const SecretSource token{SecretSource::Kind::environment, "", "DOCTOR_TOKEN"};
  const SourceSettings sources[] = {source(SourceKind::binance, "binance"), source(SourceKind::kraken, "kraken"),
                                    source(SourceKind::coinbase, "coinbase"), source(SourceKind::tiingo, "tiingo", token)};
  for (const auto& one : sources)
    for (const unsigned status : {451u, 401u, 403u, 404u, 418u, 429u, 500u, 503u, 200u, 204u, 301u})
      for (const auto* body : {"", "[]", "{}", "<html>blocked</html>", R"({"error":["EQuery:Unknown asset pair"],"result":{}})",
                               R"({"detail":"Invalid token secret-token."})"})
        BOOST_TEST_CONTEXT(one.name << ' ' << status << ' ' << body) {
          const auto findings = Markets({one}).findings([&](const HttpRequest&) { return HttpAnswer{status, {}, body}; });
          BOOST_REQUIRE_EQUAL(findings.size(), 2u);
          BOOST_TEST(is(findings[0], Kind::doubtful));
          if (one.token) BOOST_TEST(findings[0].seen.find("secret-token") == std::string::npos, findings[0].seen);
          BOOST_TEST(is(findings[1], Kind::wrong));
          BOOST_TEST(findings[1].what == "topic 67");
        }
}

std::shared_ptr<sim::SimMarket> market_at(Instant newest) {
  static const auto history = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv").candles;
  return std::make_shared<sim::SimMarket>(sim::moved_to(history, history.size() - 10, newest), [] { return now; });
}

BOOST_AUTO_TEST_CASE(candles_are_asked_with_token_and_symbol_and_judged_by_their_age) {
  ::setenv("DOCTOR_TOKEN", "sim-token", 1);
  auto tiingo = source(SourceKind::tiingo, "tiingo", {SecretSource::Kind::environment, "", "DOCTOR_TOKEN"});
  auto binance = source(SourceKind::binance, "binance");
  const auto fresh = market_at(now);
  const auto ask = [&](const SourceSettings& s, const std::shared_ptr<sim::SimMarket>& market) {
    return Markets({s}).findings([&](const HttpRequest& r) { return market->answer(r); }).front();
  };
  BOOST_TEST(is(ask(tiingo, fresh), Kind::fine), ask(tiingo, fresh).seen);
  BOOST_TEST(ask(binance, fresh).seen == "101 candles of btcusd, the newest opened 2026-06-01T11:00:00Z");
  binance.symbols["btcusd"] = "NOSUCH";
  BOOST_TEST(is(ask(binance, fresh), Kind::doubtful));
  ::setenv("DOCTOR_TOKEN", "another", 1);
  BOOST_TEST(ask(tiingo, fresh).seen.find("401") != std::string::npos, ask(tiingo, fresh).seen);
  ::unsetenv("DOCTOR_TOKEN");
  BOOST_TEST(is(ask(tiingo, fresh), Kind::doubtful));
  binance.symbols.clear();
  const auto stale = market_at(Instant{now.value - 24 * 3'600'000});
  BOOST_TEST(ask(binance, stale).seen.find("the newest candle opened") != std::string::npos, ask(binance, stale).seen);
  binance.max_age_ms = 48 * 3'600'000;
  BOOST_TEST(is(ask(binance, stale), Kind::fine));
}

BOOST_AUTO_TEST_CASE(one_usable_source_is_enough_and_each_topic_may_use_its_own_only) {
  const auto fresh = market_at(now);
  Markets markets({source(SourceKind::kraken, "kraken"), source(SourceKind::binance, "binance")});
  const auto answer = [&](const HttpRequest& r) {
    return r.url.starts_with("https://binance") ? fresh->answer(r) : HttpAnswer{403, {}, ""};
  };
  auto findings = markets.findings(answer);
  BOOST_REQUIRE_EQUAL(findings.size(), 2u);
  BOOST_TEST(is(findings[0], Kind::doubtful));
  BOOST_TEST(is(findings[1], Kind::fine));
  markets.config.topics.push_back(markets.config.topics[0]);
  markets.config.topics.back().id = TopicId{68};
  markets.config.topics.back().sources = {"kraken"};
  findings = markets.findings(answer);
  BOOST_REQUIRE_EQUAL(findings.size(), 3u);
  BOOST_TEST(findings[2].what == "topic 68");
  BOOST_TEST(is(findings[2], Kind::wrong));
}

BOOST_AUTO_TEST_CASE(a_file_of_candles_is_read_also_offline) {
  Markets markets({{"file", SourceKind::csv, "", "", {}, 9'000'000, {}}, source(SourceKind::kraken, "kraken")});
  auto& file = markets.config.sources[0];
  file.path = markets.folder.path + "/candles.csv";
  const auto nobody = [](const HttpRequest&) -> HttpAnswer { throw std::logic_error("offline"); };
  const auto first = [&] { return markets.findings(nobody, true).front(); };
  BOOST_TEST(is(first(), Kind::doubtful)); // no such file
  const auto write = [&](std::int64_t hours_ago) {
    std::ofstream out(file.path);
    out << "timestamp,open,high,low,close,volume\n";
    for (std::int64_t h = hours_ago + 200; h >= hours_ago; --h)
      out << utc_text(Instant{now.value - h * 3'600'000}) << ",100,101,99,100,5\n";
  };
  write(1);
  BOOST_TEST(is(first(), Kind::fine), first().seen);
  write(5);
  BOOST_TEST(first().seen.find("the newest candle opened 300 min ago, 150 are allowed") != std::string::npos, first().seen);
  const auto findings = markets.findings(nobody, true);
  BOOST_REQUIRE_EQUAL(findings.size(), 2u); // kraken is not asked
  BOOST_TEST(is(findings[1], Kind::wrong));
  std::ofstream(file.path) << "not,candles\n";
  BOOST_TEST(is(first(), Kind::doubtful));
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
