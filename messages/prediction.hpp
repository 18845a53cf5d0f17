#pragma once
// timer → fetcher → feature → predictor → submitter: the path of a prediction.

#include "messages/candles.hpp"

#include <string>
#include <vector>

namespace inferd {

/// timer → fetcher, from the window's `prepare_at` on or at its opening: fetch the candles for a prediction.
struct PrepareWindow {
  TopicId topic;
  Height nonce, closes;
  Instant at;
  bool operator==(const PrepareWindow&) const = default;
};
BOOST_DESCRIBE_STRUCT(PrepareWindow, (), (topic, nonce, closes, at))

/// A subscriber's window that waits for its prediction.
struct WaitingWindow {
  TopicId topic;
  Height nonce, closes;
  bool operator==(const WaitingWindow&) const = default;
};
BOOST_DESCRIBE_STRUCT(WaitingWindow, (), (topic, nonce, closes))

/// fetcher → feature: candles, oldest first, which the feature actor adds to the series of `source`, and the windows that it
/// computes features for. The candles may be empty: none has closed since. They are sent once, whatever the number of topics.
struct CandlesFetched {
  std::string source;
  bool reset{}; ///< the candles replace the series; otherwise they continue it
  std::vector<Candle> candles;
  std::vector<WaitingWindow> windows;
  bool operator==(const CandlesFetched&) const = default;
};
BOOST_DESCRIBE_STRUCT(CandlesFetched, (), (source, reset, candles, windows))

/// feature → predictor: the features of the newest closed candle, in the order of `feature_names()`; the model's input.
struct FeaturesComputed {
  TopicId topic;
  Height nonce, closes;
  std::string source;
  Instant candle; ///< opening time of the newest candle used
  double close{};
  std::vector<double> values;
  bool operator==(const FeaturesComputed&) const = default;
};
BOOST_DESCRIBE_STRUCT(FeaturesComputed, (), (topic, nonce, closes, source, candle, close, values))

/// One predicted value. The label is empty in a single-value topic.
struct LabelledValue {
  std::string label;
  std::string value; ///< decimal text; the signer makes it canonical
  bool operator==(const LabelledValue&) const = default;
};
BOOST_DESCRIBE_STRUCT(LabelledValue, (), (label, value))

/// predictor → submitter: the values to claim, sign and send. `model`: the model file's name and checksum.
struct Predicted {
  TopicId topic;
  Height nonce, closes;
  std::string source, model;
  Instant candle;
  std::vector<LabelledValue> values;
  bool operator==(const Predicted&) const = default;
};
BOOST_DESCRIBE_STRUCT(Predicted, (), (topic, nonce, closes, source, model, candle, values))

} // namespace inferd
