#define BOOST_TEST_MODULE cli_doctor_market
#include "model/inputs/candles_csv.hpp"
#include "model/training/joint_volatility.hpp"
#include "runtime/cli/doctor/doctor_market.hpp"
#include "runtime/sim/market/sim_market.hpp"
#include "tests/cli/doctor_fixture.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>

using namespace inferd;
using namespace inferd::cli;
using namespace inferd::cli::test;

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

BOOST_AUTO_TEST_CASE(each_symbol_of_a_model_needs_a_source) {
  const auto file = read_candles(INFERD_SOURCE_DIR "/etc/data/btcusd-1h.csv");
  const auto& history = file.candles;
  TrainSettings settings{.topic = 67, .symbol = "btcusd", .horizon_ms = 4 * 3'600'000, .output = ModelOutput::volatility};
  settings.keep = "HAR7S+ethusd";
  Markets markets({source(SourceKind::binance, "binance")});
  auto& topic = markets.config.topics.front();
  topic.horizon_ms = settings.horizon_ms;
  topic.target = "volatility";
  std::ofstream(topic.model) << model_text(train(file, {{"ethusd", history}}, settings));
  const auto bitcoin = market_at(now);
  const auto ether = std::make_shared<sim::SimMarket>(
    sim::moved_to(history, history.size() - 10, now), [] { return now; }, sim::SimMarketSettings{.symbol = "ethusd"});
  const auto without = markets.findings([&](const HttpRequest& r) { return bitcoin->answer(r); });
  BOOST_REQUIRE_EQUAL(without.size(), 3u);
  BOOST_TEST(is(without[0], Kind::fine), without[0].seen);
  BOOST_TEST(is(without[1], Kind::doubtful), without[1].seen);
  BOOST_TEST(without[2].seen == "none of its market sources has usable candles of ethusd");
  for (const auto& finding : markets.findings(
         [&](const HttpRequest& r) { return r.url.find("ETH") != r.url.npos ? ether->answer(r) : bitcoin->answer(r); }))
    BOOST_TEST(is(finding, Kind::fine), finding.seen);
}

BOOST_AUTO_TEST_CASE(a_file_that_serves_two_symbols_alike_is_doubtful) {
  Markets markets({{"file", SourceKind::csv, "", "", {}, 9'000'000, {}}});
  markets.config.sources[0].path = markets.folder.path + "/candles.csv";
  markets.config.topics.push_back(markets.config.topics[0]);
  markets.config.topics.back().id = TopicId{68};
  markets.config.topics.back().symbol = "ethusd";
  const auto nobody = [](const HttpRequest&) -> HttpAnswer { throw std::logic_error("offline"); };
  const auto first = markets.findings(nobody, true).front();
  BOOST_TEST(is(first, Kind::doubtful));
  BOOST_TEST(first.seen == "its file is read for btcusd and for ethusd alike");
  markets.config.sources[0].symbol = "btcusd";
  for (const auto& f : markets.findings(nobody, true)) BOOST_TEST(f.seen.find("alike") == std::string::npos, f.seen);
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
