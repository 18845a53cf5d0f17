#include "runtime/cli/setup/init_model.hpp"

#include "base/duration.hpp"
#include "model/model.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/demo/shipped_data.hpp"
#include "runtime/cli/models/target_options.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/market/history.hpp"

#include <cstdlib>
#include <fmt/format.h>
#include <iostream>
#include <thread>

namespace inferd::cli {
namespace {

TrainSettings settings_of(const InitTraining& t) {
  TrainSettings settings{.topic = t.topic, .symbol = t.symbol};
  TargetOptions target;
  target.horizon = t.horizon;
  target.target = t.target;
  apply(target, t.interval, settings);
  return settings;
}

std::vector<market::HistorySource> sources_of(const InitTraining& t, const market::Pair& pair) {
  std::vector<market::HistorySource> sources;
  for (const auto& m : t.markets) {
    const auto* vendor = market::find_vendor(m.kind);
    if (!vendor) continue; // csv
    market::Endpoint endpoint{m.place.empty() ? std::string(vendor->url) : m.place, vendor->spell(pair), {}};
    if (vendor->needs_token) {
      const char* token = std::getenv(t.token_env.c_str());
      endpoint.token = market::Token(token ? token : "");
    }
    sources.push_back({vendor, std::move(endpoint)});
  }
  return sources;
}

/// The first csv file, else what the sources have. No candles: `why` says it.
std::optional<CandleFile> history_of(const InitTraining& t, HttpPort& http, std::string& why) {
  for (const auto& m : t.markets)
    if (m.kind == "csv") {
      try {
        return read_candles(m.place, t.interval);
      } catch (const CandlesError& e) {
        throw Failure(std::string("--market: ") + e.what());
      }
    }
  const auto pair = market::split_symbol(t.symbol);
  if (!pair) throw Failure(fmt::format("--symbol: \"{}\" is not a base and a quote such as btcusd", t.symbol), exit_usage);
  SystemClock clock;
  const auto now = clock.now();
  const market::HistoryPorts ports{
    http, clock, [](std::int64_t ms) { std::this_thread::sleep_for(std::chrono::milliseconds(ms)); },
    [](const std::string& source, std::int64_t done, std::int64_t total) {
      std::cerr << fmt::format("{}: {} of {} candles ({} %)\n", source, done, total, 100 * done / total);
    }};
  const auto range = market::closed_range(Instant{now.value - t.history_ms}, now, now, t.interval);
  const auto history = market::fetch_history(ports, sources_of(t, *pair), range, market::usual_bounds(t.interval), 2);
  for (const auto& note : history.notes) why += (why.empty() ? "" : "; ") + note;
  if (history.candles.empty()) return std::nullopt;
  CandleFile file{.candles = history.candles, .gaps = find_gaps(history.candles, t.interval)};
  file.interval = t.interval;
  return file;
}

void write_trained(const CandleFile& candles, const TrainSettings& settings, const std::string& from, const std::string& out) {
  const auto file = train(candles, settings);
  const Model model(file, out); // validates it before it is written
  write_model(file, out);
  std::cout << fmt::format("model: \"{}\" on {} candles of {} from {}: {}\n", file.chosen, candles.candles.size(),
                           duration_text(settings.interval.ms), from, file.why);
}

void write_zero(const TrainSettings& settings, const std::string& out) {
  write_model(constant_model(settings, 0), out);
  std::cout << "model: \"no change\", which predicts the present price\n";
}

} // namespace

void make_init_model(const InitTraining& t, HttpPort& http, const std::string& out) {
  const auto settings = settings_of(t);
  std::string why;
  try {
    if (const auto history = history_of(t, http, why)) {
      try {
        return write_trained(*history, settings, "the market", out);
      } catch (const TrainingError& e) {
        why += (why.empty() ? "" : "; ") + std::string(e.what());
      }
    }
    std::cout << "the market's history does not do for a training: " << (why.empty() ? "it is empty" : why) << '\n';
    if (const auto shipped = shipped_candles(); t.symbol.starts_with("btcusd") && t.interval == one_hour && !shipped.empty())
      return write_trained(read_candles(shipped), settings, shipped, out);
    if (settings.output != ModelOutput::volatility) {
      write_zero(settings, out);
      std::cout << "  train a better one when there are candles: `inferd candles fetch`, `inferd train`\n";
      return;
    }
  } catch (const TrainingError& e) {
    throw Failure(std::string("--model: ") + e.what());
  } catch (const CandlesError& e) {
    throw Failure(std::string("--market: ") + e.what());
  } catch (const ModelError& e) {
    throw Failure(e.what());
  }
  throw Failure("--market: a volatility cannot be predicted without candles; name a market that has them, or --model FILE");
}

void make_zero_model(const InitTraining& t, const std::string& out) {
  const auto settings = settings_of(t);
  if (settings.output == ModelOutput::volatility)
    throw Failure("--model: no volatility is always zero; name train or a file", exit_usage);
  try {
    write_zero(settings, out);
  } catch (const std::exception& e) {
    throw Failure(e.what());
  }
}

} // namespace inferd::cli
