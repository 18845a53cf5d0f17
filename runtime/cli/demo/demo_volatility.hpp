#pragma once
// The demo's second topic: volatility by the minute, HARM live, a Python program in its shadow.

#include "messages/candles.hpp"
#include "runtime/cli/models/models_try.hpp"

#include <filesystem>
#include <future>
#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

class DemoVolatility {
public:
  static constexpr std::uint64_t topic = 2;
  static constexpr const char* metadata = "BTC/USD 1h volatility";

  /// Begins to train, on all but the last two days of the minute candles. Empty where the clone with these candles is not.
  static std::optional<DemoVolatility> begin(const std::filesystem::path& dir);

  /// All candles, moved so that the last two days lie in the future of `now`.
  std::vector<Candle> moved(Instant now) const;
  /// Waits for the training and writes the model file. One line about it.
  std::string finish_training();
  /// `[[topic]]` for the configuration.
  std::string config_text() const;
  bool has_shadow() const { return !script_.empty(); }

  /// Scores the topic's models on the last two days, which none of them was trained on, and writes the plot. In the background.
  void begin_scores(const TopicSettings&);
  /// The table.
  std::string scores();
  std::filesystem::path plot() const { return dir_ / "volatility.svg"; }

private:
  std::filesystem::path dir_;
  std::string script_; ///< of the shadow; empty: there is no Python
  CandleFile candles_;
  std::future<ModelFile> training_;
  std::future<Tried> tried_;
};

} // namespace inferd::cli
