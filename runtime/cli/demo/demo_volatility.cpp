#include "runtime/cli/demo/demo_volatility.hpp"

#include "base/duration.hpp"
#include "model/training/interval_rules.hpp"
#include "model/training/trainer.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/comparison_text.hpp"
#include "runtime/cli/models/score_plot.hpp"
#include "runtime/cli/demo/shipped_data.hpp"
#include "runtime/models/spawn.hpp"
#include "runtime/sim/market/sim_market.hpp"

#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

namespace inferd::cli {
namespace {

namespace fs = std::filesystem;

constexpr Interval minute{60'000};
constexpr std::size_t kept_back = 2 * 1'440; ///< candles that are not trained on
constexpr std::int64_t horizon_ms = 3'600'000, every_ms = 900'000;

} // namespace

std::optional<DemoVolatility> DemoVolatility::begin(const fs::path& dir) {
  const auto file = shipped_file("etc/data/btcusd-1m.csv");
  if (file.empty()) return {};
  DemoVolatility v;
  v.dir_ = dir;
  v.candles_ = read_candles(file, minute);
  if (v.candles_.candles.size() < 4 * kept_back) return {};
  if (!models::program_path("python3", models::child_environment(environ)).empty())
    if (const auto script = shipped_file("etc/examples/volatility/predict.py"); !script.empty())
      v.script_ = fs::absolute(script).string();
  auto past = v.candles_;
  past.candles.resize(past.candles.size() - kept_back);
  v.training_ = std::async(std::launch::async, [past = std::move(past)] {
    TrainSettings settings{.topic = topic, .symbol = "btcusd", .horizon_ms = horizon_ms, .output = ModelOutput::volatility};
    settings.interval = minute;
    settings.estimator = VolatilityEstimator::sample_deviation;
    settings.plan = rules_for(minute)->plan;
    return train(past, settings);
  });
  return v;
}

std::vector<Candle> DemoVolatility::moved(Instant now) const {
  return sim::moved_to(candles_.candles, candles_.candles.size() - kept_back, now);
}

std::string DemoVolatility::finish_training() {
  const auto file = training_.get();
  write_model(file, dir_ / "volatility.json");
  return fmt::format("  kept \"{}\" of {} candles by the minute: {}", file.chosen, file.training.candles, file.why);
}

std::string DemoVolatility::config_text() const {
  auto text = fmt::format("[[topic]]\nid = {}\nsymbol = \"btcusd\"\ntarget = \"volatility\"\nhorizon = \"{}\"\n"
                          "interval = \"1m\"\nmodel = {{ file = \"volatility.json\", name = \"HARM\" }}\n",
                          topic, duration_text(horizon_ms));
  if (has_shadow())
    text += fmt::format("shadow = [{{ command = [\"python3\", \"{}\"], name = \"ewma.py\", candles = 240 }}]\n", script_);
  return text;
}

void DemoVolatility::begin_scores(const TopicSettings& topic) {
  const TrySettings settings{.from = candles_.candles[candles_.candles.size() - kept_back].opens, .every_ms = every_ms};
  tried_ = std::async(std::launch::async, [topic, settings, this] { return try_models(topic, candles_, settings); });
}

std::string DemoVolatility::scores() {
  const auto tried = tried_.get();
  std::ofstream file(plot());
  if (!(file << score_plot(tried.figures)).flush()) throw Failure(plot().string() + " cannot be written");
  std::string out;
  for (const auto& note : tried.notes) out += note + '\n';
  return out + comparison_text(tried.figures);
}

} // namespace inferd::cli
