#pragma once
// What another model would have answered at each window of one topic on a tape, and the error of both where the truth is known.
//
// The candles are those that the topic's feature actor received, in the same order, so the other model sees no candle before
// the live one saw it. The topic's rules and the model's plausible range decide as live whether a value is submitted.

#include "actors/pipeline/predictor_core.hpp"
#include "messages/candles.hpp"
#include "model/training/evaluation.hpp"
#include "model/scoring/label_shares.hpp"
#include "model/inputs/volatility.hpp"
#include "runtime/tape/tape.hpp"

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// A model to try on a tape.
struct TriedModel {
  std::string name;
  FeedId feed; ///< the candles that it is for
  std::int64_t horizon_ms{};
  ModelOutput output{};
  VolatilityEstimator estimator{};   ///< output volatility
  LabelRules labels;                 ///< output probability; without labels the truth is not known
  std::vector<std::string> features; ///< its inputs
  std::size_t candles{};             ///< that they need
  /// With the topic's rules, and the source's candles up to that of the features: the values to submit, or why none.
  std::function<std::variant<Predicted, WindowSkipped>(const TopicArrived&, const FeaturesComputed&,
                                                       const std::map<Instant, Candle>& known)>
    answer;
};

TriedModel tried(std::shared_ptr<const Model>);

struct WhatIfSettings {
  TriedModel model;
  std::optional<TopicId> topic; ///< empty: the only one on the tape whose candles the model is for
  /// From a file, oldest first: the truth, and the history from before the tape's first candle where the model needs more of it
  /// than the tape has. Empty: the tape's candles only.
  std::vector<Candle> candles;
};

/// One window. Of several answers for it the first counts, as the books refuse the others.
struct WhatIfWindow {
  Height nonce;
  std::string source; ///< of the candles; empty: none reached the feature actor
  Instant candle;     ///< opening of the newest candle that was known
  double close{};
  std::vector<LabelledValue> live; ///< as signed, or as predicted where nothing was signed; empty: none
  std::string live_model, outcome; ///< outcome: "confirmed", "skipped: …"; empty: not on the tape
  std::vector<LabelledValue> other;
  std::string reason; ///< why the other model would have submitted nothing
  /// Log return or volatility over the horizon; empty: its candle is not known.
  std::optional<double> truth;
  std::string truth_text; ///< in the topic's unit: a price, a return, a volatility, a label
};

/// Of the windows that both answered and whose truth is known. The loss is the RMSE of log return or volatility, for labels the
/// mean log loss.
struct WhatIfScore {
  std::size_t windows{};
  double independent{};                       ///< their effective number: the time that they span, in horizons, plus one
  double live{}, other{}, zero{};             ///< losses; `zero`: of returns and prices, otherwise NaN
  double live_direction{}, other_direction{}; ///< share of right signs; NaN where there is none
  double gain{};                              ///< 1 - other / live; NaN where live is 0
  std::optional<Range> range;                 ///< of the gain, 95 %, by block bootstrap; empty: too few independent windows
};

struct WhatIf {
  TopicId topic;
  std::string history;               ///< which candles came from the file, in one sentence; empty: none
  std::vector<WhatIfWindow> windows; ///< ascending by nonce
  WhatIfScore score;
  std::string claim; ///< what the score allows to say, in one sentence
};

/// Throws TapeError: the tape has no topic with the model's candles, or several and none is named; an entry cannot be read.
WhatIf what_if(const Tape&, const WhatIfSettings&);

} // namespace inferd
