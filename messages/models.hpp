#pragma once
// predictor ⇄ model port: a prediction by a model that runs outside of the process (etc/design/foreign_models.md).

#include "messages/prediction.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// predictor → model port: predict for `nonce`. `ask` is repeated in the answer, so that an answer to an older request is
/// recognized.
struct AskModel {
  std::uint64_t ask{}; ///< counts the requests of one predictor
  TopicId topic;
  Height nonce;
  std::string source;         ///< of the candles
  Instant candle;             ///< opening of the newest candle
  double close{};             ///< its close
  std::vector<double> values; ///< the features, as in FeaturesComputed; NaN: not defined
  Instant at;                 ///< the request's instant
  bool operator==(const AskModel&) const = default;
};
BOOST_DESCRIBE_STRUCT(AskModel, (), (ask, topic, nonce, source, candle, close, values, at))

/// model port → predictor: the model's answer. Only its form was checked: the values are finite decimals.
struct ModelAnswered {
  TopicId topic;
  Height nonce;
  std::uint64_t ask{};
  std::vector<LabelledValue> values; ///< at least one
  std::int64_t took_ms{};
  bool operator==(const ModelAnswered&) const = default;
};
BOOST_DESCRIBE_STRUCT(ModelAnswered, (), (topic, nonce, ask, values, took_ms))

/// model port → predictor: no usable answer.
struct ModelFailed {
  TopicId topic;
  Height nonce;
  std::uint64_t ask{};
  std::string reason; ///< one sentence
  bool operator==(const ModelFailed&) const = default;
};
BOOST_DESCRIBE_STRUCT(ModelFailed, (), (topic, nonce, ask, reason))

} // namespace inferd
