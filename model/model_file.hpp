#pragma once
// The model file: one JSON object with the model, its training data and its scores.
//
// Doubles are strings in the shortest form that parses to the same double, so none is rounded. The last member, `checksum`, is
// "sha256:" and the hex SHA-256 of the object without it, serialised compactly in the file's order:
//   jq -cj 'del(.checksum)' model.json | sha256sum
// White space in the file does not affect it.
//
// Version 2 has `interval`, `horizon`, `estimator`, `link`, `factor`, `scale_by`, the scores' `n`, `r2` and `qlike`, and counts
// the walk-forward plan in rows. Version 1, of hourly candles and returns only, has `horizon_hours`, `refit_hours` and
// `embargo_hours` instead; such a file is read, keeps its version and its checksum, and would be written as it was.

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace inferd {

/// One sentence that names the file and the fault.
struct ModelError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ModelKind {
  constant, ///< always predicts `constant`
  linear,   ///< linear in the features
  labels    ///< a fixed probability for each of `labels`
};
BOOST_DESCRIBE_ENUM(ModelKind, constant, linear, labels)

enum class ModelOutput {
  log_return, ///< ln(price after the horizon / price now)
  price,      ///< price after the horizon: price now * exp(log return)
  volatility, ///< over the horizon (model/inputs/volatility.hpp)
  probability ///< of each label; they sum to 1
};
BOOST_DESCRIBE_ENUM(ModelOutput, log_return, price, volatility, probability)

/// What a linear model does with x = intercept + sum of weight * (feature - mean) / scale.
enum class ModelLink {
  identity,    ///< x
  exponential, ///< factor * exp(x)
  scaled       ///< factor * x * the feature `scale_by`
};
BOOST_DESCRIBE_ENUM(ModelLink, identity, exponential, scaled)

struct LinearTerm {
  std::string feature;    ///< a name of a FeatureSet
  double mean{}, scale{}; ///< of the training rows; scale is the standard deviation (any positive value if it is 0)
  double weight{};        ///< change of x per `scale` of the feature
  bool operator==(const LinearTerm&) const = default;
};
BOOST_DESCRIBE_STRUCT(LinearTerm, (), (feature, mean, scale, weight))

struct LabelShare {
  std::string label;
  double probability{};
  bool operator==(const LabelShare&) const = default;
};
BOOST_DESCRIBE_STRUCT(LabelShare, (), (label, probability))

/// Values outside [least, most] are rejected (Model::implausibility): log returns, volatilities, or probabilities of labels.
struct Plausible {
  double least{}, most{};
  std::string why;
  bool operator==(const Plausible&) const = default;
};
BOOST_DESCRIBE_STRUCT(Plausible, (), (least, most, why))

/// The training data.
struct TrainingSpan {
  std::string first, last; ///< opening of the first and last candle
  std::int64_t candles{};
  std::int64_t rows{};  ///< rows with all features and a label
  double independent{}; ///< effective number of independent rows, rows / horizon: labels overlap
  std::string gaps;     ///< missing candles, as text; empty: none
  bool operator==(const TrainingSpan&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrainingSpan, (), (first, last, candles, rows, independent, gaps))

/// The span of the walk-forward comparison.
struct WalkForwardSpan {
  std::string first, last; ///< opening of the first and last candle predicted from
  std::int64_t first_rows{}, refit_rows{}, embargo_rows{};
  std::int64_t predictions{};
  double independent{}; ///< effective number of independent predictions
  bool operator==(const WalkForwardSpan&) const = default;
};
BOOST_DESCRIBE_STRUCT(WalkForwardSpan, (), (first, last, first_rows, refit_rows, embargo_rows, predictions, independent))

/// One candidate's walk-forward result (evaluation.hpp, choice.hpp); "nan" where a figure is undefined. Low and high are 95 %
/// intervals that account for overlapping labels.
struct ScoreRow {
  std::string name;
  double loss{}; ///< RMSE of the log return or volatility; for labels the mean log loss
  double directional{}, directional_low{}, directional_high{};
  double pearson{}, pearson_low{}, pearson_high{};
  double gain{}, gain_low{}, gain_high{}; ///< 1 - loss / loss of the simplest candidate
  double weighted_gain{};                 ///< the same for the RMSE weighted by |label|
  double t{};                             ///< mean saving in squared error or log loss over its standard error
  std::int64_t n{};                       ///< predictions
  double r2{}, r2_low{}, r2_high{};       ///< volatility: 1 - squared error / that of mean reversion
  double qlike{};                         ///< volatility
  bool operator==(const ScoreRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScoreRow, (),
                      (name, loss, directional, directional_low, directional_high, pearson, pearson_low, pearson_high, gain,
                       gain_low, gain_high, weighted_gain, t, n, r2, r2_low, r2_high, qlike))

struct ModelFile {
  std::string format{"inferd model"};
  std::int64_t version{2};
  std::uint64_t topic{};
  std::string symbol;
  std::string interval{"1h"}; ///< of the candles
  std::string horizon;        ///< a whole number of them: "4h"
  ModelOutput output{};
  std::string estimator; ///< output volatility: "gk", "r2", "std"
  ModelKind kind{};
  std::vector<std::string> features; ///< the inputs, in the order of `linear`; empty when none are needed
  double constant{};                 ///< kind constant: a log return or volatility
  double intercept{};                ///< kind linear
  std::vector<LinearTerm> linear;
  ModelLink link{};
  double factor{1};               ///< links exponential, scaled
  std::string scale_by;           ///< link scaled: a name of a FeatureSet
  std::vector<LabelShare> labels; ///< kind labels: from the lowest returns to the highest
  std::vector<double> edges;      ///< log returns between the labels, one fewer, ascending
  Plausible plausible;
  std::string chosen, why; ///< name of the candidate kept, and the reason
  TrainingSpan training;
  WalkForwardSpan walk_forward;
  std::vector<ScoreRow> scores;
  bool operator==(const ModelFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(ModelFile, (),
                      (format, version, topic, symbol, interval, horizon, output, estimator, kind, features, constant,
                       intercept, linear, link, factor, scale_by, labels, edges, plausible, chosen, why, training, walk_forward,
                       scores))

/// Milliseconds; 0: not a duration.
std::int64_t interval_ms(const ModelFile&);
std::int64_t horizon_ms(const ModelFile&);

/// What the model was trained on, for a person: "8000 candles of btcusd in 1h, 2024-01-01T00:00:00Z to …, RIDGE5". Empty: on
/// nothing.
std::string training_text(const ModelFile&);

/// The file's text, indented.
std::string model_text(const ModelFile&);

/// "sha256:" and the hex digest, as stored in the file.
std::string model_checksum(const ModelFile&);

/// `name` stands for the file in errors. Checks syntax, types and checksum; Model validates the content. Throws ModelError.
ModelFile parse_model(std::string_view text, const std::string& name);

/// Replaces `path` atomically (temporary file in the same folder, fsync, rename, fsync of the folder). Throws ModelError.
void write_model(const ModelFile&, const std::filesystem::path& path);

} // namespace inferd
