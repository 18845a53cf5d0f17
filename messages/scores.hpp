#pragma once
// Several models a topic (etc/design/models_live.md): predictor → scorer → ledger, what each of them predicted and what it was
// worth; admin or scorer → predictor → ledger, which of them is live.

#include "messages/prediction.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

enum class ModelRole {
  live,   ///< its predictions are submitted
  shadow, ///< its predictions are scored only
  retired ///< not in use
};
BOOST_DESCRIBE_ENUM(ModelRole, live, shadow, retired)

/// One version of a model.
struct ModelId {
  std::string name;    ///< letters, digits and ._-, at most 64; unique in its topic
  std::string version; ///< the first 12 hex digits of the SHA-256 of its content
  auto operator<=>(const ModelId&) const = default;
};
BOOST_DESCRIBE_STRUCT(ModelId, (), (name, version))

/// In BookModels.
struct ListedModel {
  ModelId model;
  ModelRole role{};
  std::string form; ///< "built-in", "onnx", "lightgbm", "xgboost", "command", "http", "network", "guard"
  std::string data; ///< what it was trained on, as its file says; empty: not said
  std::string by;   ///< who brought it: "configuration", "retraining", "rollback"
  bool operator==(const ListedModel&) const = default;
};
BOOST_DESCRIBE_STRUCT(ListedModel, (), (model, role, form, data, by))

/// predictor → scorer → ledger, at its start and when a model is added: the models of the topic. Others of its books retire.
struct BookModels {
  TopicId topic;
  std::vector<ListedModel> models;
  std::string target; ///< what all of them predict: "log_return", "price", "volatility", "probability"
  std::int64_t horizon_ms{};
  std::vector<std::string> features; ///< of FeaturesComputed::values; for the replay
  Instant at;
  bool operator==(const BookModels&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookModels, (), (topic, models, target, horizon_ms, features, at))

/// predictor → scorer → ledger: what a model predicted for a window, or why it did not. The first with values counts.
struct BookPrediction {
  TopicId topic;
  Height nonce;
  ModelId model;
  ModelRole role{};
  std::string source;
  Instant candle;                    ///< opening of the newest candle
  double close{};                    ///< its close
  std::vector<LabelledValue> values; ///< empty: `failure` says why
  std::string features;              ///< digest of the model's inputs (feature_digest)
  std::string failure;
  Instant at;
  bool operator==(const BookPrediction&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookPrediction, (), (topic, nonce, model, role, source, candle, close, values, features, failure, at))

/// scorer → ledger, and to the predictor of a guarded topic: what the candles say of all predictions of the topic from this
/// candle, or why they never will.
struct BookTruth {
  TopicId topic;
  std::string source;
  Instant candle;
  Decimal truth; ///< empty: `failure` says why
  std::string failure;
  Instant at;
  Decimal past{}; ///< of a volatility: the same over the horizon that ended with the candle; empty: not known
  bool operator==(const BookTruth&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookTruth, (), (topic, source, candle, truth, failure, at, past))

/// scorer → ledger, at its start and when some did not fit: the predictions without truth, the oldest limits::scores of them,
/// and the newest `scored` ones with truth since the last swap.
struct ScoresWanted {
  TopicId topic;
  std::uint32_t scored{};
  bool operator==(const ScoresWanted&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScoresWanted, (), (topic, scored))

/// In ScoresKnown.
struct ScoredPrediction {
  BookPrediction prediction;
  Decimal truth; ///< empty: not known yet
  bool operator==(const ScoredPrediction&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScoredPrediction, (), (prediction, truth))

/// ledger → scorer: in the order of their nonces.
struct ScoresKnown {
  TopicId topic;
  std::vector<ScoredPrediction> predictions;
  bool operator==(const ScoresKnown&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScoresKnown, (), (topic, predictions))

/// market port → scorer: the answer to the request `ask`. Only one of truth and failure is set.
struct TruthArrived {
  std::uint64_t ask{};
  Decimal truth;
  std::string failure;
  Decimal past{}; ///< as in BookTruth
  bool operator==(const TruthArrived&) const = default;
};
BOOST_DESCRIBE_STRUCT(TruthArrived, (), (ask, truth, failure, past))

/// admin, scorer → predictor: make this model live, from the next window on. The answer is in the predictor's view.
struct SwapModel {
  TopicId topic;
  std::string model; ///< a name, or the beginning of a version
  std::string by, why;
  std::uint64_t ask{}; ///< repeated in SwapView; 0: nobody looks
  bool operator==(const SwapModel&) const = default;
};
BOOST_DESCRIBE_STRUCT(SwapModel, (), (topic, model, by, why, ask))

/// predictor → ledger: a swap, before it has an effect. Answered by SwapBooked.
struct BookSwap {
  TopicId topic;
  ModelId from, to, configured; ///< the last: the configuration's model. While it is the same, the swap outlives restarts
  Height after;                 ///< the newest window that `from` was asked for
  std::string by, why;
  Instant at;
  bool operator==(const BookSwap&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookSwap, (), (topic, from, to, configured, after, by, why, at))

/// ledger → predictor: the swap is in the books, or why it is not.
struct SwapBooked {
  TopicId topic;
  ModelId to;
  std::string failure; ///< empty: it is
  bool operator==(const SwapBooked&) const = default;
};
BOOST_DESCRIBE_STRUCT(SwapBooked, (), (topic, to, failure))

/// admin, retraining → predictor: a built-in model that the configuration does not name. It becomes a shadow.
struct OfferModel {
  TopicId topic;
  ModelId model;
  std::string text; ///< of the model file
  std::string by;
  bool operator==(const OfferModel&) const = default;
};
BOOST_DESCRIBE_STRUCT(OfferModel, (), (topic, model, text, by))

/// What an online guard has learnt of one expert (model/online_guard.hpp).
struct GuardExpert {
  double products{}, squares{}; ///< sum of f z, of f^2
  double loss{};                ///< sum of squared errors of its shrunken forecasts
  bool operator==(const GuardExpert&) const = default;
};
BOOST_DESCRIBE_STRUCT(GuardExpert, (), (products, squares, loss))

struct GuardSums {
  ModelId guard; ///< empty name: the topic has none
  std::vector<GuardExpert> experts;
  double zero_loss{};
  std::int64_t spacing_ms{}; ///< between two windows, the shortest seen; 0: not known
  Instant newest;            ///< candle of the newest window
  bool operator==(const GuardSums&) const = default;
};
BOOST_DESCRIBE_STRUCT(GuardSums, (), (guard, experts, zero_loss, spacing_ms, newest))

/// A window whose truth an online guard does not know yet.
struct GuardRow {
  Height nonce;
  std::string source;
  Instant candle;                          ///< opening of the newest candle
  double close{};                          ///< its close
  double unit{};                           ///< of the forecasts: volatility per horizon, a log return
  std::vector<double> forecasts, shrunken; ///< of the experts, in their order
  bool operator==(const GuardRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(GuardRow, (), (nonce, source, candle, close, unit, forecasts, shrunken))

/// The network's newest combined value of a topic.
struct NetworkValue {
  Height nonce; ///< 0: not known
  Decimal value;
  Instant at; ///< when the chain concluded it
  bool operator==(const NetworkValue&) const = default;
};
BOOST_DESCRIBE_STRUCT(NetworkValue, (), (nonce, value, at))

/// predictor → ledger, of a topic with a guard or with the network's value among its inputs: what a restart would lose.
struct BookPredictorState {
  TopicId topic;
  NetworkValue network;
  GuardSums guard;
  bool whole{}; ///< `rows` are all there are: at a start. Else those that are new
  std::vector<GuardRow> rows;
  std::string source; ///< the rows from this source
  Instant candle;     ///< and candle have ended; 0: none
  Instant at;
  bool operator==(const BookPredictorState&) const = default;
};
BOOST_DESCRIBE_STRUCT(BookPredictorState, (), (topic, network, guard, whole, rows, source, candle, at))

} // namespace inferd
