#pragma once
// timer → fetcher → feature → predictor → submitter: the way of a prediction.

#include "messages/candles.hpp"

#include <string>
#include <vector>

namespace inferd {

/// timer → fetcher: a prediction for `nonce` is wanted. `afresh`: a peer lost its state, send it everything again.
struct PrepareWindow {
  TopicId topic;
  Height nonce, closes;
  bool afresh{};
  Instant at;
  bool operator==(const PrepareWindow&) const = default;
};
BOOST_DESCRIBE_STRUCT(PrepareWindow, (), (topic, nonce, closes, afresh, at))

/// fetcher → feature: the candles since the last ones sent (all of the cache when `afresh`), oldest first.
/// May be empty: no hour has closed since.
struct CandlesFetched {
  TopicId topic;
  Height nonce, closes;
  bool afresh{};
  std::string source;
  std::vector<Candle> candles;
  bool operator==(const CandlesFetched&) const = default;
};
BOOST_DESCRIBE_STRUCT(CandlesFetched, (), (topic, nonce, closes, afresh, source, candles))

/// feature → predictor: the features of the newest closed candle, in the order of `feature_names()`.
struct FeaturesComputed {
  TopicId topic;
  Height nonce, closes;
  std::string source;
  Instant candle; ///< opening of the newest candle used
  double close{}; ///< its closing price
  std::vector<double> values;
  bool operator==(const FeaturesComputed&) const = default;
};
BOOST_DESCRIBE_STRUCT(FeaturesComputed, (), (topic, nonce, closes, source, candle, close, values))

/// One predicted number. The label is empty in a single-value topic.
struct LabelledValue {
  std::string label;
  std::string value; ///< decimal text; the signer makes it canonical
  bool operator==(const LabelledValue&) const = default;
};
BOOST_DESCRIBE_STRUCT(LabelledValue, (), (label, value))

/// predictor → submitter: what to submit. `model` names the model file and its checksum.
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
