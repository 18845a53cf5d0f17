#pragma once
// The model file: one JSON object that says what it predicts, from what, how it was found and how good it was.
//
// Doubles are text (shortest form that reads back as the same double), so nothing is lost on the way. The last member,
// `checksum`, is "sha256:" and the hex SHA-256 of the object without it, compactly printed in the file's order:
//   jq -cj 'del(.checksum)' model.json | sha256sum
// Layout and line breaks of the file do not matter to it.

#include <boost/describe.hpp>
#include <cstdint>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace inferd {

/// One sentence that names the file and what is wrong with it.
struct ModelError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

enum class ModelKind {
  constant, ///< `constant` whatever happens; "always zero" is 0
  linear,   ///< `linear` of the features
  labels    ///< `labels`, a probability each
};
BOOST_DESCRIBE_ENUM(ModelKind, constant, linear, labels)

enum class ModelOutput {
  log_return, ///< ln(price in `horizon_hours` / price now)
  price,      ///< the price in `horizon_hours`: price now * exp(log return)
  probability ///< of each label, together 1
};
BOOST_DESCRIBE_ENUM(ModelOutput, log_return, price, probability)

struct LinearTerm {
  std::string feature;    ///< one of feature_names()
  double mean{}, scale{}; ///< of the training rows; scale is the standard deviation, above 0
  double weight{};        ///< log return per `scale` of the feature
  bool operator==(const LinearTerm&) const = default;
};
BOOST_DESCRIBE_STRUCT(LinearTerm, (), (feature, mean, scale, weight))

struct LabelShare {
  std::string label;
  double probability{};
  bool operator==(const LabelShare&) const = default;
};
BOOST_DESCRIBE_STRUCT(LabelShare, (), (label, probability))

/// Values outside of this are refused (see Model::doubt): log returns, or probabilities of labels.
struct Plausible {
  double least{}, most{};
  std::string why;
  bool operator==(const Plausible&) const = default;
};
BOOST_DESCRIBE_STRUCT(Plausible, (), (least, most, why))

/// What it was made from.
struct TrainingSpan {
  std::string first, last; ///< opening of the first and last candle
  std::int64_t candles{};
  std::int64_t rows{};  ///< with all features and a label
  double independent{}; ///< what they are worth: rows / horizon, because labels overlap
  std::string gaps;     ///< hours without a candle, in words; empty: none
  bool operator==(const TrainingSpan&) const = default;
};
BOOST_DESCRIBE_STRUCT(TrainingSpan, (), (first, last, candles, rows, independent, gaps))

/// How the candidates were compared.
struct WalkForwardSpan {
  std::string first, last; ///< opening of the first and last candle predicted from
  std::int64_t first_rows{}, refit_hours{}, embargo_hours{};
  std::int64_t predictions{};
  double independent{}; ///< what they are worth
  bool operator==(const WalkForwardSpan&) const = default;
};
BOOST_DESCRIBE_STRUCT(WalkForwardSpan, (), (first, last, first_rows, refit_hours, embargo_hours, predictions, independent))

/// One candidate's walk-forward result (evaluation.hpp, choice.hpp); "nan" where a figure does not exist (a constant has no correlation).
/// Low and high are 95 % ranges that count overlapping labels as what they are.
struct ScoreRow {
  std::string name;
  double loss{}; ///< RMSE of the log return; for labels the mean log loss
  double directional{}, directional_low{}, directional_high{};
  double pearson{}, pearson_low{}, pearson_high{};
  double gain{}, gain_low{}, gain_high{}; ///< 1 - loss / loss of the simplest candidate
  double weighted_gain{};                 ///< the same of the RMSE weighted by |label|
  double t{};                             ///< gain in squared error over its standard error
  bool operator==(const ScoreRow&) const = default;
};
BOOST_DESCRIBE_STRUCT(ScoreRow, (),
                      (name, loss, directional, directional_low, directional_high, pearson, pearson_low, pearson_high, gain,
                       gain_low, gain_high, weighted_gain, t))

struct ModelFile {
  std::string format{"inferd model"};
  std::int64_t version{1};
  std::uint64_t topic{};
  std::string symbol;
  std::int64_t horizon_hours{};
  ModelOutput output{};
  ModelKind kind{};
  std::vector<std::string> features; ///< the inputs, in the order of `linear`; empty when none are needed
  double constant{};                 ///< of kind constant; a log return
  double intercept{};                ///< of kind linear
  std::vector<LinearTerm> linear;
  std::vector<LabelShare> labels; ///< of kind labels, from the lowest returns to the highest
  std::vector<double> edges;      ///< the log returns between them, one less, ascending
  Plausible plausible;
  std::string chosen, why; ///< the winner's name, and the argument
  TrainingSpan training;
  WalkForwardSpan walk_forward;
  std::vector<ScoreRow> scores;
  bool operator==(const ModelFile&) const = default;
};
BOOST_DESCRIBE_STRUCT(ModelFile, (),
                      (format, version, topic, symbol, horizon_hours, output, kind, features, constant, intercept, linear,
                       labels, edges, plausible, chosen, why, training, walk_forward, scores))

/// The file's text, for people to read too.
std::string model_text(const ModelFile&);

/// Hex SHA-256 as it stands in the file.
std::string model_checksum(const ModelFile&);

/// Throws ModelError; `name` stands for the file. Checks form and checksum; Model checks the meaning.
ModelFile parse_model(std::string_view text, const std::string& name);

/// Replaces `path` as a whole (temporary file beside it, fsync, rename): a reader sees the old file or the new one.
/// Throws ModelError.
void write_model(const ModelFile&, const std::filesystem::path& path);

} // namespace inferd
