// inferd candles: candles for training, from the market's sources.

#include "base/duration.hpp"
#include "base/secret_text.hpp"
#include "base/utc.hpp"
#include "model/inputs/candles_csv.hpp"
#include "model/training/interval_rules.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/live/http_client.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/market/history.hpp"
#include "runtime/market/market.hpp"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <iostream>
#include <thread>

namespace inferd::cli {
namespace {

struct Options {
  std::string symbol, interval = "1h", from, until, out, token_env = "TIINGO_API_KEY";
  std::vector<std::string> sources{"coinbase", "kraken"};
};

Instant time_or_fail(const char* option, const std::string& text) {
  const auto t = parse_utc(text.size() == 10 ? text + "T00:00:00Z" : text);
  if (!t)
    throw Failure(fmt::format("{}: \"{}\" is not of the form 2025-01-01 or 2025-01-01T00:00:00Z", option, text), exit_usage);
  return *t;
}

/// "binance", "binance=http://127.0.0.1:8080"
market::HistorySource source_of(const std::string& text, const Options& o, const market::Pair& pair) {
  const auto mark = std::min(text.find('='), text.size());
  const auto* vendor = market::find_vendor(text.substr(0, mark));
  if (!vendor)
    throw Failure(fmt::format("--source: \"{}\" is none of {}", text.substr(0, mark), market::source_kinds()), exit_usage);
  market::Endpoint endpoint{mark == text.size() ? std::string(vendor->url) : text.substr(mark + 1), vendor->spell(pair), {}};
  if (!endpoint.url.starts_with("http://") && !endpoint.url.starts_with("https://"))
    throw Failure("--source: the address must begin with http:// or https://", exit_usage);
  if (vendor->needs_token) {
    const char* token = std::getenv(o.token_env.c_str());
    if (!token || !*token)
      throw Failure(fmt::format("--source {}: the variable {} has no token", vendor->kind, o.token_env), exit_usage);
    endpoint.token = market::Token(token);
  }
  return {vendor, std::move(endpoint)};
}

void fetch(const Options& o) {
  const auto interval_ms = parse_duration(o.interval);
  if (!interval_ms || !rules_for({*interval_ms}))
    throw Failure(fmt::format("--interval: \"{}\" is not {}", o.interval, supported_intervals), exit_usage);
  const Interval interval{*interval_ms};
  const auto pair = market::split_symbol(o.symbol);
  if (!pair) throw Failure(fmt::format("--symbol: \"{}\" is not a base and a quote such as btcusd", o.symbol), exit_usage);
  SystemClock clock;
  const auto now = clock.now();
  const auto range = market::closed_range(time_or_fail("--from", o.from),
                                          o.until.empty() ? now : time_or_fail("--until", o.until), now, interval);
  if (range.empty()) throw Failure("--from: no candle has closed since", exit_usage);
  if (range.count() > 2'000'000)
    throw Failure(fmt::format("--from: {} candles are more than the 2000000 of one file", range.count()), exit_usage);
  std::vector<market::HistorySource> sources;
  for (const auto& text : o.sources) sources.push_back(source_of(text, o, *pair));

  IoThread io;
  const auto http = make_http(io);
  const market::HistoryPorts ports{
    *http, clock, [](std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); },
    [](const std::string& source, std::int64_t done, std::int64_t total) {
      std::cerr << fmt::format("{}: {} of {} candles ({} %)\n", source, done, total, 100 * done / total);
    }};
  const auto history = market::fetch_history(ports, sources, range, market::usual_bounds(interval));
  for (const auto& note : history.notes) std::cerr << note << '\n';
  if (history.candles.empty()) throw Failure("no source gave a candle of the range");
  std::ofstream file(o.out);
  if (!(file << candles_text(history.candles)).flush()) throw Failure(o.out + ": cannot be written");
  auto gaps = find_gaps(history.candles, interval);
  const auto& first = history.candles.front();
  if (first.opens > range.since)
    gaps.insert(gaps.begin(), {range.since, (first.opens.value - range.since.value) / interval.ms, interval});
  std::cout << fmt::format("{}: {} candles of {}, {} to {}; {}\n", o.out, history.candles.size(), o.interval,
                           utc_text(first.opens), utc_text(history.candles.back().opens),
                           gaps.empty() ? "no gaps" : "missing: " + describe_gaps(gaps));
}

} // namespace

void add_candles(CLI::App& program) {
  auto* verb = program.add_subcommand("candles", "Fetch candles for training");
  verb->require_subcommand(1);
  auto* sub = verb->add_subcommand("fetch", "Page through the sources' history into a CSV file");
  const std::string footer =
    "Later sources are asked for what the ones before lack. Exit code 0: the file is written; what is missing is "
    "printed.\nExamples\n"
    "  inferd candles fetch --symbol btcusd --interval 1m --from 2025-01-01 --out btcusd-1m.csv\n"
    "  inferd candles fetch --symbol ethusd --from 2024-01-01 --source binance --source coinbase --out ethusd-1h.csv";
  verb->footer(footer);
  sub->footer(footer);
  const auto o = std::make_shared<Options>();
  sub->add_option("--symbol", o->symbol, "Base and quote, such as btcusd")->required();
  sub->add_option("--interval", o->interval, "1m, 5m, 1h or 1d")->type_name("TIME")->capture_default_str();
  sub->add_option("--from", o->from, "The first candle's opening, UTC")->type_name("TIME")->required();
  sub->add_option("--until", o->until, "Candles that open before this; default: now")->type_name("TIME");
  sub->add_option("--source", o->sources, "KIND or KIND=URL; several in order of preference")
    ->type_name("SOURCE")
    ->capture_default_str();
  sub->add_option("--token-env", o->token_env, "The variable with Tiingo's token")->type_name("NAME")->capture_default_str();
  sub->add_option("--out", o->out, "The CSV file, replaced")->type_name("FILE")->required();
  add_config_option(*verb);
  sub->callback([o] { fetch(*o); });
}

} // namespace inferd::cli
