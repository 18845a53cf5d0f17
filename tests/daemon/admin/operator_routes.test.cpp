#define BOOST_TEST_MODULE operator_routes
#include "runtime/admin/admin_http.hpp"
#include "runtime/admin/routes.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/daemon/admin/operator_routes.hpp"
#include "runtime/daemon/reload.hpp"
#include "runtime/figures/figures_json.hpp"
#include "runtime/page/page_files.hpp"
#include "tests/support/json_schema.hpp"
#include "tests/support/scripted_tree.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>

using namespace inferd;
namespace json = boost::json;

namespace {

const Place root{PlaceKind::root}, watcher{PlaceKind::watcher}, submitter{PlaceKind::submitter}, ledger{PlaceKind::ledger},
  topic{PlaceKind::topic, TopicId{1}}, timer{PlaceKind::timer, TopicId{1}}, predictor{PlaceKind::predictor, TopicId{1}},
  fetcher{PlaceKind::fetcher, {}, "btcusd/1h"};

/// A tree in which every member of every view has a value.
struct FullTree : test::ScriptedTree {
  WatcherView watcher_view{true,
                           {41},
                           {{TopicId{1}, {{40}, false, Height{50}, "trouble"}}},
                           {{"a:1", EndpointUse::in_use, 41, 0, 3, 0, ""}},
                           "warning"};
  SubmitterView submitter_view{{{{1}, {40}, "Sent", TxHash{"AB"}, "why"}}, 1, Sequence{3}, Uallo{1'000}, Uallo{2}};

  FullTree() {
    summary = BooksSummary{5, 3, 0, 1, 1, 0, {12}, {"3.5"}, {40}, {{{1}, {40}, {9}, 0, "", 3, 2, 1}}, {4}};
    Failure failure{{10}, watcher, "boo", "BlockSeen", 1};
    supervisors = {
      {root, SupervisorView{{true, 3, 1, 0},
                            {},
                            {{ledger, ChildKind::permanent, ChildState::running, 0, {5}, {9}, 0, false},
                             {watcher, ChildKind::permanent, ChildState::running, 2, {5}, {9}, 0, false},
                             {topic, ChildKind::permanent, ChildState::running, 0, {5}, {9}, 0, true}},
                            {failure}}},
      {topic, SupervisorView{{true}, {}, {{timer, ChildKind::transient, ChildState::done, 0, {5}, {0}, 3, false}}, {}}}};
    all_loads = {{ledger, 2, 0, {}, "", 0, 5, 5, {}},
                 {watcher, 40, 2, {{"BlockSeen", 2}}, "Tick", 12, 3'000, 900, {1, 2}},
                 {timer, 1, 0, {}, "", 0, 1, 1, {}}};
  }
  std::vector<Answer> everyone() override {
    auto out = ScriptedTree::everyone();
    out.push_back({watcher, Inspection{watcher, "no head", watcher_view, 40}});
    out.push_back({submitter, Inspection{submitter, {}, submitter_view, 9}});
    out.push_back(
      {predictor,
       Inspection{
         predictor, {}, PredictorView{"m", "2026-01-01T00:00:00Z", TopicArrived{{1}, "BTC"}, "mismatch", "f", "failure"}, 2}});
    out.push_back({fetcher, Inspection{fetcher, {}, FetcherView{1, {{"kraken", {7, 1, Instant{5}, "HTTP 500"}}}}, 2}});
    out.push_back({timer, std::nullopt});
    return out;
  }
};

struct Fixture {
  Fixture() {
    folder = (std::filesystem::temp_directory_path() / "operator.XXXXXX").string();
    BOOST_REQUIRE(mkdtemp(folder.data()));
    path = folder + "/ledger.db";
    {
      SqliteBooks books(path);
      for (int nonce = 10; nonce <= 40; nonce += 10) {
        books.write(wallet, WindowOpened{{1}, {nonce}, {nonce + 5}, "event", {1'000}});
        books.write(wallet, SkippedWindow{{{1}, {nonce}, "not due"}, {2'000}});
      }
      write_models(books);
    }
    OperatorHandlers d{.tree = tree, .tracer = tracer, .ledger_path = path};
    d.metrics = std::make_shared<Metrics>(Metrics::Facts{"allo1x", "chain-1", "1.0"});
    d.facts = [] { return OverviewFacts{"1.0", "allo1x", "chain-1", {1}, {2}, 0, false, {TopicId{1}}}; };
    d.serves = [](TopicId t) { return t.value == 1; };
    d.pause = [this](TopicId t, bool paused) {
      if (fails) throw std::runtime_error("the disk is full");
      pauses.emplace_back(t, paused);
    };
    d.dry_run = [](TopicId, const std::optional<PredictorView>&, Height) {
      return DryRun{"", "kraken", "m", {5}, {{"", "1.5"}}, {"coinbase: HTTP 500"}};
    };
    d.swap = [this](const SwapRequest& r) {
      swaps.push_back(r);
      return AdminAnswer{200, R"({"topic_id":1,"sentence":"b.json is live"})"};
    };
    d.drain = [this] { ++drains; };
    d.reload = [] { return AdminAnswer{202, R"({"reloading":true,"changed":["chain.rpc"],"later":[]})"}; };
    ask = std::make_unique<AdminRoutes>(admin_routes(
      tree, [](const std::string& l) { return l == "info"; }, {}, operator_routes(std::move(d))));
  }
  ~Fixture() { std::filesystem::remove_all(folder); }
  /// A live model of returns and a shadow that is nearer to the truth; the window 40 has none yet.
  void write_models(StorePort& books) {
    const ModelId live{"a.json", "aaaaaaaaaaaa"}, shadow{"b.json", "bbbbbbbbbbbb"};
    books.write(wallet, BookModels{{1},
                                   {{live, ModelRole::live, "built-in", "2026-01-01", "configuration"},
                                    {shadow, ModelRole::shadow, "command", "", "configuration"}},
                                   "log_return",
                                   60'000,
                                   {},
                                   {1'000}});
    for (int nonce = 10; nonce <= 40; nonce += 10) {
      const Instant candle{nonce * 6'000};
      const auto predicts = [&](const ModelId& model, ModelRole role, const char* value) {
        BookPrediction p{{1}, {nonce}, model, role, "csv", candle, 100, {{"", value}}, "digest", {}, candle};
        if (!*value) p.values.clear(), p.failure = "exited with code 1";
        books.write(wallet, p);
      };
      predicts(live, ModelRole::live, nonce == 20 ? "" : "0.01");
      predicts(shadow, ModelRole::shadow, "0.02");
      if (nonce < 40) books.write(wallet, BookTruth{{1}, "csv", candle, {"0.02"}, {}, {nonce * 6'000 + 60'000}});
    }
  }
  AdminAnswer get(const std::string& what) { return (*ask)({"GET", what}); }
  AdminAnswer post(const std::string& what) { return (*ask)({"POST", what}); }

  const Wallet wallet{"allo1x"};
  std::string folder, path;
  std::shared_ptr<FullTree> tree = std::make_shared<FullTree>();
  std::shared_ptr<Tracer> tracer = std::make_shared<Tracer>();
  std::vector<std::pair<TopicId, bool>> pauses;
  std::vector<SwapRequest> swaps;
  bool fails = false;
  int drains = 0;
  std::unique_ptr<AdminRoutes> ask;
};

json::value document() {
  for (const auto& file : page_files())
    if (file.path == "/openapi.json") return json::parse(std::string(file.bytes));
  return nullptr;
}

std::string with_examples(std::string path, const json::object& operation) {
  for (const auto& p : operation.at("parameters").as_array()) {
    const auto name = std::string(p.at("name").as_string());
    if (p.at("in").as_string() == "query") {
      if (const auto* required = p.as_object().if_contains("required"); required && required->as_bool()) {
        const auto* example = p.as_object().if_contains("example");
        path += (path.find('?') == path.npos ? '?' : '&') + name + '=' +
                std::string((example ? *example : p.at("schema").at("enum").at(0)).as_string());
      }
      continue;
    }
    const auto& example = p.at("example");
    path.replace(path.find('{'), name.size() + 2,
                 example.is_string() ? std::string(example.as_string()) : json::serialize(example));
  }
  return path;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(operator_routes_, Fixture)

BOOST_AUTO_TEST_CASE(the_openapi_file_has_exactly_the_routes_of_the_server) {
  const auto file = document();
  std::vector<std::string> described, served;
  for (const auto& [path, methods] : file.at("paths").as_object())
    for (const auto& [method, operation] : methods.as_object()) {
      auto name = std::string(method);
      std::transform(name.begin(), name.end(), name.begin(), [](char c) { return static_cast<char>(c - 0x20); });
      described.push_back(name + ' ' + std::string(path));
      std::vector<std::string> query;
      for (const auto& p : operation.at("parameters").as_array())
        if (p.at("in").as_string() == "query") query.emplace_back(p.at("name").as_string());
      for (const auto& route : ask->all())
        if (route.method == name && route.path == std::string(path))
          BOOST_TEST(route.query == query, boost::test_tools::per_element());
    }
  const auto page = page_files();
  for (const auto& route : ask->all()) {
    const bool is_file = std::any_of(page.begin(), page.end(), [&](const auto& f) { return f.path == route.path; });
    if (!is_file || route.path == "/openapi.json") served.push_back(route.method + ' ' + route.path);
  }
  std::sort(described.begin(), described.end());
  std::sort(served.begin(), served.end());
  BOOST_TEST(described == served, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(every_answer_fits_the_openapi_file) {
  const auto file = document();
  const test::JsonSchema schema(file);
  int checked = 0;
  for (const bool silent : {false, true}) {
    if (silent) tree->supervisors[1].state.reset();
    for (const auto& [path, methods] : file.at("paths").as_object())
      for (const auto& [method, operation] : methods.as_object()) {
        const auto target = with_examples(std::string(path), operation.as_object());
        const auto answer = method == "get" ? get(target) : post(target);
        const auto status = std::to_string(answer.status);
        const auto* response = operation.at("responses").as_object().if_contains(status);
        BOOST_TEST_CONTEXT(target << ": " << status << ' ' << answer.body.substr(0, 200)) {
          BOOST_REQUIRE(response);
          const auto& content = response->at("content").as_object();
          const auto type = answer.type.substr(0, answer.type.find(';'));
          BOOST_REQUIRE(content.contains(type));
          if (type == "application/json")
            BOOST_TEST(schema.fault(content.at(type).at("schema"), json::parse(answer.body)) == "");
          ++checked;
        }
      }
  }
  BOOST_TEST(checked >= 40);
}

BOOST_AUTO_TEST_CASE(errors_fit_the_openapi_file_too) {
  const auto file = document();
  const test::JsonSchema schema(file);
  const auto& error = file.at("components").at("schemas").at("Error");
  fails = true;
  const std::tuple<const char*, const char*, unsigned> rows[] = {{"GET", "/inspect/timer/9", 404},
                                                                 {"GET", "/inspect/timer/1", 504},
                                                                 {"GET", "/mailbox/nobody", 404},
                                                                 {"GET", "/windows?limit=0", 400},
                                                                 {"GET", "/windows?limit=x", 400},
                                                                 {"GET", "/windows?topic=-1", 400},
                                                                 {"GET", "/windows?limit=1001", 400},
                                                                 {"GET", "/windows?since=5", 400},
                                                                 {"GET", "/models?topic=1", 400},
                                                                 {"POST", "/models", 405},
                                                                 {"GET", "/windows?limit=1&limit=2", 400},
                                                                 {"GET", "/windows?limit=%zz", 400},
                                                                 {"GET", "/trace?actor=nobody", 400},
                                                                 {"GET", "/trace?actor=timer/9", 404},
                                                                 {"GET", "/trace?nonce=0", 400},
                                                                 {"POST", "/pause/2", 404},
                                                                 {"POST", "/pause/x", 404},
                                                                 {"POST", "/pause/1", 503},
                                                                 {"POST", "/resume/99999999999999999999", 404},
                                                                 {"POST", "/submit/1", 400},
                                                                 {"POST", "/submit/1?dry_run=false", 400},
                                                                 {"POST", "/promote/1", 400},
                                                                 {"POST", "/promote/1?model=", 400},
                                                                 {"POST", "/promote/1?model=a%20b", 400},
                                                                 {"POST", "/promote/1?model=a&by=%2fx", 400},
                                                                 {"POST", "/promote/2?model=a", 404},
                                                                 {"POST", "/rollback/x", 404},
                                                                 {"GET", "/rollback/1", 405},
                                                                 {"GET", "/drain", 405},
                                                                 {"POST", "/overview", 405},
                                                                 {"GET", "/nothing", 404},
                                                                 {"POST", "/restart/root", 409},
                                                                 {"POST", "/log-level/loud", 400}};
  for (const auto& [method, target, status] : rows) {
    const auto answer = (*ask)({method, target});
    BOOST_TEST(answer.status == status, target << ": " << answer.status << answer.body);
    BOOST_TEST(schema.fault(error, json::parse(answer.body)) == "");
  }
  BOOST_TEST(drains == 0);
  BOOST_TEST(swaps.empty());
}

BOOST_AUTO_TEST_CASE(models_are_swapped_by_topic_name_and_operator) {
  for (const auto* path : {"/promote/1?model=b.json&by=alice", "/rollback/1", "/rollback/1?model=1a2b3c4d5e6f"})
    BOOST_TEST(post(path).status == 200u, path);
  BOOST_REQUIRE_EQUAL(swaps.size(), 3u);
  BOOST_TEST(swaps[0].topic.value == 1u);
  BOOST_TEST((!swaps[0].rollback && swaps[0].model == "b.json" && swaps[0].by == "alice"));
  BOOST_TEST((swaps[1].rollback && swaps[1].model.empty()));
  BOOST_TEST((swaps[2].rollback && swaps[2].model == "1a2b3c4d5e6f"));
}

BOOST_AUTO_TEST_CASE(windows_come_newest_first_and_as_many_as_wanted) {
  const auto rows = json::parse(get("/windows?limit=2").body).as_array();
  BOOST_REQUIRE(rows.size() == 2u);
  BOOST_TEST(rows[0].at("nonce").as_int64() == 40);
  BOOST_TEST(rows[0].at("to_outcome_ms").as_int64() == 1'000);
  BOOST_TEST(json::parse(get("/windows?topic=2").body).as_array().empty());
}

BOOST_AUTO_TEST_CASE(windows_have_what_came_true_where_it_is_known) {
  const auto rows = json::parse(get("/windows").body).as_array();
  BOOST_REQUIRE(rows.size() == 4u);
  BOOST_TEST(rows[0].at("truth").is_null()); // 40: not yet
  BOOST_TEST(rows[1].at("truth").as_string() == "0.02");
  BOOST_TEST(rows[2].at("truth").as_string() == "0.02"); // the live model failed, its shadow did not
}

BOOST_AUTO_TEST_CASE(models_come_with_their_shadows_and_figures) {
  const auto answer = get("/models");
  BOOST_REQUIRE(answer.status == 200u);
  const auto models = json::parse(answer.body).as_array();
  BOOST_REQUIRE(models.size() == 2u);
  const auto &live = models[0], &shadow = models[1];
  BOOST_TEST(live.at("name").as_string() == "a.json");
  BOOST_TEST(live.at("role").as_string() == "live");
  BOOST_TEST(live.at("predictions").as_int64() == 3);
  BOOST_TEST(live.at("failures").as_int64() == 1);
  BOOST_TEST(live.at("scored").as_int64() == 2);
  BOOST_TEST(live.at("rmse").to_number<double>() == 0.01, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(live.at("participation").at("answered").as_int64() == 0); // all were skipped
  BOOST_TEST(live.at("participation").at("windows").as_int64() == 4);
  BOOST_TEST(shadow.at("name").as_string() == "b.json");
  BOOST_TEST(shadow.at("role").as_string() == "shadow");
  BOOST_TEST(shadow.at("scored").as_int64() == 3);
  BOOST_TEST(shadow.at("rmse").to_number<double>() == 0);
  BOOST_TEST(shadow.at("common").as_int64() == 2);
  BOOST_TEST(shadow.at("promotion").at("n").as_int64() == 3);
  BOOST_TEST(shadow.at("participation").at("passes").as_bool());
}

BOOST_AUTO_TEST_CASE(models_are_the_objects_that_the_verb_prints) {
  BooksReader books(path);
  json::array printed;
  for (const auto& t : live_figures(books, {}, false))
    for (const auto& m : t.models) printed.push_back(to_object(t, m));
  BOOST_TEST(get("/models").body == json::serialize(printed) + '\n');
}

BOOST_AUTO_TEST_CASE(books_that_are_gone_are_said_to_be) {
  BOOST_TEST(get("/windows").status == 200u);
  std::filesystem::remove(path);
  BOOST_TEST(get("/models").status == 503u);
  BOOST_TEST(get("/windows").status == 503u);
}

BOOST_AUTO_TEST_CASE(books_that_were_replaced_are_read) {
  BOOST_TEST(get("/windows").body.find("\"nonce\":40") != std::string::npos);
  const auto others = folder + "/others.db";
  SqliteBooks(others).write(wallet, WindowOpened{{1}, {70}, {75}, "event", {3'000}});
  for (const auto* file : {"-wal", "-shm"}) std::filesystem::remove(path + file);
  std::filesystem::rename(others, path);
  BOOST_TEST(get("/windows").body.find("\"nonce\":40") == std::string::npos);
  BOOST_TEST(get("/windows").body.find("\"nonce\":70") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(events_are_sent_when_something_has_changed_and_only_then) {
  const auto answer = get("/events");
  BOOST_TEST(answer.type == "text/event-stream");
  std::string first, second, third;
  BOOST_TEST(answer.stream(first));
  BOOST_TEST(first.starts_with("event: overview\ndata: {"));
  BOOST_TEST(first.find("event: windows\ndata: [") != first.npos);
  BOOST_TEST(answer.stream(second));
  BOOST_TEST(second.empty());
  SqliteBooks(path).write(wallet, WindowOpened{{1}, {50}, {55}, "event", {3'000}});
  BOOST_TEST(answer.stream(third));
  BOOST_TEST(third.find("overview") == third.npos);
  BOOST_TEST(third.find("\"nonce\":50") != third.npos);
  BOOST_TEST(third.find("\"nonce\":40") == third.npos);
}

BOOST_AUTO_TEST_CASE(pausing_and_draining_reach_the_daemon) {
  BOOST_TEST(post("/pause/1").status == 200u);
  BOOST_TEST(post("/resume/1").status == 200u);
  BOOST_TEST((pauses == std::vector<std::pair<TopicId, bool>>{{{1}, true}, {{1}, false}}));
  BOOST_TEST(post("/drain").status == 202u);
  BOOST_TEST(drains == 1);
}

BOOST_AUTO_TEST_CASE(paused_topics_survive_the_process_and_a_damaged_list_is_no_resumption) {
  const auto file = folder + "/books.paused";
  {
    Pauses before(file);
    before.set({1}, true);
    before.set({2}, true);
    before.set({2}, false);
  }
  BOOST_TEST(Pauses(file).paused({1}));
  BOOST_TEST(!Pauses(file).paused({2}));
  for (const char* text : {"{", "{}", "[0]", "[\"1\"]", "[-1]"}) {
    std::ofstream(file) << text;
    BOOST_CHECK_THROW(Pauses{file}, std::runtime_error);
  }
}

BOOST_AUTO_TEST_CASE(a_reload_waits_for_a_moment_without_a_window) {
  tree->submitter_view.works.clear();
  BOOST_TEST(!between_windows(*tree)); // the timer does not answer
  struct Quiet : FullTree {
    std::vector<Answer> everyone() override {
      auto all = FullTree::everyone();
      std::erase_if(all, [](const auto& a) { return !a.inspection; });
      return all;
    }
  } quiet;
  quiet.submitter_view.works.clear();
  BOOST_TEST(between_windows(quiet));
  const auto never = [&](auto change) {
    auto busy = quiet;
    change(busy);
    BOOST_TEST(!between_windows(busy));
  };
  never([](auto& t) { t.submitter_view = FullTree{}.submitter_view; });              // one is being answered
  never([](auto& t) { t.summary->unfinished = 1; });                                 // in the books
  never([](auto& t) { t.watcher_view.head = {47}; });                                // about to open
  never([](auto& t) { t.watcher_view.topics[{1}] = {{41}, true, Height{51}, {}}; }); // open, and not in the books yet
  never([](auto& t) { t.summary.reset(); });
}

BOOST_AUTO_TEST_CASE(what_identifies_a_daemon_is_not_reloaded) {
  Config present, next;
  const auto setting = [](std::string name, std::string value) {
    return EffectiveSetting{std::move(name), std::move(value), "default"};
  };
  present.effective = {setting("chain.id", "\"a\""), setting("chain.rpc", "[\"x\"]"), setting("log.dir", "\"l\""),
                       setting("wallet.mnemonic", "m")};
  next.effective = present.effective;
  BOOST_TEST(compare(present, next).changed.empty());
  next.effective[1].value = "[\"y\"]";
  next.effective[2].value = "\"k\"";
  next.effective.push_back(setting("topic.model", "\"m\""));
  auto plan = compare(present, next);
  BOOST_TEST(plan.changed == (std::vector<std::string>{"chain.rpc", "topic.model"}), boost::test_tools::per_element());
  BOOST_TEST(plan.later == (std::vector<std::string>{"log.dir"}), boost::test_tools::per_element());
  BOOST_TEST(plan.refused.empty());
  next.effective[0].value = "\"b\"";
  next.effective[3].value = "n";
  plan = compare(present, next);
  BOOST_TEST(plan.refused == (std::vector<std::string>{"chain.id", "wallet.mnemonic"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
