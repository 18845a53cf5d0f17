// Time of a prediction for a new candle, features included: built-in models in the process, LightGBM in its own process, a
// command. Prints microseconds with their bounds. What is not there (runtime libraries, python3) is left out with a word.
//   bench.models PATH_OF_INFERD

#include "actors/pipeline/feature_core.hpp"
#include "actors/pipeline/predictor_core.hpp"
#include "model/inputs/candles_csv.hpp"
#include "model/training/interval_rules.hpp"
#include "model/training/trainer.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/models/model_host.hpp"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>

using namespace inferd;
namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

namespace {

double us_since(Clock::time_point begin) { return std::chrono::duration<double, std::micro>(Clock::now() - begin).count(); }

void print(const std::string& what, std::vector<double> us, double bound_us) {
  if (us.empty()) return;
  std::sort(us.begin(), us.end());
  const auto at = [&](double q) { return us[static_cast<std::size_t>(q * static_cast<double>(us.size() - 1))]; };
  std::printf("%-44s n=%-6zu p50 %7.1f us   p99 %7.1f us   %.2f of %.0f us\n", what.c_str(), us.size(), at(0.5), at(0.99),
              at(0.99) / bound_us, bound_us);
}

/// Each of the last 4,000 candles is new to a feature actor that has those before it.
void built_in(const std::string& keep, const std::string& csv, Interval interval, std::int64_t horizon_ms, ModelOutput output,
              VolatilityEstimator estimator) {
  const auto history = read_candles(std::string(INFERD_SOURCE_DIR) + "/etc/data/" + csv, interval);
  TrainSettings settings{.topic = 1, .symbol = "btcusd", .horizon_ms = horizon_ms, .output = output};
  settings.interval = interval;
  settings.estimator = estimator;
  settings.plan = rules_for(interval)->plan;
  settings.keep = keep;
  const auto model = std::make_shared<const Model>(train(history, settings), keep);
  FeaturePolicy policy;
  policy.topics = {{TopicId{1}, model->features(), model->context().horizon}};
  FeatureCore feature(policy);
  PredictorCore predictor({TopicId{1}, model});
  TopicArrived rules{};
  rules.topic = TopicId{1};
  predictor.on(rules);
  std::vector<double> us;
  const auto warm = history.candles.size() - 4'000;
  for (std::size_t i = warm; i <= history.candles.size(); ++i) {
    CandlesFetched fetched{"csv", i == warm, {}, {{TopicId{1}, Height{static_cast<std::int64_t>(i)}, Height{1'000'000}}}};
    if (i == warm) fetched.candles.assign(history.candles.begin(), history.candles.begin() + static_cast<std::ptrdiff_t>(warm));
    else fetched.candles = {history.candles[i - 1]};
    const auto begin = Clock::now();
    bool predicted = false;
    for (const auto& f : feature.on(fetched))
      if (const auto* computed = std::get_if<FeaturesComputed>(&f))
        for (const auto& p : predictor.on(*computed)) predicted = predicted || std::holds_alternative<Predicted>(p);
    if (predicted && i > warm) us.push_back(us_since(begin));
  }
  print(keep + ", " + csv, std::move(us), 100);
}

void outside(const std::string& what, models::ModelSpec spec, const std::string& inferd, std::size_t inputs, double bound_us) {
  auto settings = checking_host();
  settings.program = inferd;
  models::ModelHost host(settings);
  models::ModelFacts facts;
  if (const auto why = host.check(spec, &facts); !why.empty()) {
    std::printf("%-44s left out: %s\n", what.c_str(), why.c_str());
    return;
  }
  const auto port = host.open(spec, facts.inputs, nullptr);
  std::vector<double> us;
  for (std::uint64_t i = 0; i < 2'100; ++i) {
    AskModel ask{i, TopicId{1}, Height{static_cast<std::int64_t>(i)}, "csv", Instant{3'600'000}, 100, {}, Instant{7'200'000}};
    ask.values.assign(inputs, 0.001 * static_cast<double>(i % 100));
    std::promise<bool> answered;
    const auto begin = Clock::now();
    port->ask(ask, [&](const ModelPort::Answer& a) { answered.set_value(std::holds_alternative<ModelAnswered>(a)); });
    const bool ok = answered.get_future().get();
    if (ok && i >= 100) us.push_back(us_since(begin));
  }
  if (us.empty()) std::printf("%-44s left out: it answers nothing\n", what.c_str());
  print(what, std::move(us), bound_us);
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 2) return std::fputs("bench.models PATH_OF_INFERD\n", stderr), 2;
  using Estimator = VolatilityEstimator;
  constexpr std::int64_t hour = 3'600'000;
  built_in("ridge, penalty 100", "btcusd-1h.csv", one_hour, 168 * hour, ModelOutput::log_return, Estimator::garman_klass);
  built_in("RIDGE5", "btcusd-1h.csv", one_hour, hour, ModelOutput::log_return, Estimator::garman_klass);
  built_in("HAR7S", "btcusd-1h.csv", one_hour, 4 * hour, ModelOutput::volatility, Estimator::garman_klass);
  built_in("HARM", "btcusd-1m.csv", {60'000}, hour, ModelOutput::volatility, Estimator::sample_deviation);

  const auto folder = fs::temp_directory_path() / "inferd-bench-models";
  fs::create_directories(folder);
  const std::string tree = (folder / "m.txt").string();
  const auto unpack = std::string("gunzip -c '") + INFERD_SOURCE_DIR + "/tests/golden/models/lightgbm.txt.gz' >'" + tree + "'";
  if (std::system(unpack.c_str()) == 0)
    outside("LightGBM, 200 trees, its own process",
            {.kind = models::ModelSpec::Kind::lightgbm, .file = tree, .horizon_minutes = 60}, argv[1], 10, 1'000);
  std::ofstream(folder / "echo.py")
    << "import json, sys\nfor line in sys.stdin:\n"
       "    print(json.dumps({'nonce': json.loads(line)['nonce'], 'value': 0.001}), flush=True)\n";
  outside("a command that answers at once",
          {.kind = models::ModelSpec::Kind::command,
           .command = {"python3", (folder / "echo.py").string()},
           .candles = 0,
           .horizon_minutes = 60},
          argv[1], 10, 1'000);
  fs::remove_all(folder);
}
