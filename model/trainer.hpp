#pragma once
// From candles to a model file: compare all candidates, keep what wins, write down why.

#include "model/candles_csv.hpp"
#include "model/label_shares.hpp"
#include "model/model_file.hpp"
#include "model/walk_forward.hpp"

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace inferd {

struct TrainSettings {
  std::uint64_t topic{};
  std::string symbol;
  std::int64_t horizon_hours = 168;
  ModelOutput output = ModelOutput::log_return;
  WalkForwardPlan plan;
  std::string keep; ///< the name of a candidate to keep whatever wins; empty: the winner
};

/// The candidates' table, as model files and `inferd backtest` show it.
struct Comparison {
  WalkForwardSpan span;
  std::vector<ScoreRow> rows; ///< from the simplest candidate to the least simple
  std::size_t chosen{};
  std::string why; ///< one sentence
};

/// What training can refuse: one sentence.
struct TrainingError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Ridges, means and zero on log returns. `fits` receives what each candidate came to, when given. Throws TooFewRows.
Comparison compare(const Samples&, const WalkForwardPlan&, const Progress& = {}, std::vector<LinearFit>* fits = nullptr);

/// The same probability for each label, and the shares of the past. Throws TooFewRows.
Comparison compare_labels(const Samples&, const LabelRules&, const WalkForwardPlan&);

/// Throws TrainingError. The same candles and settings give the same file, byte for byte.
ModelFile train(const CandleFile&, const TrainSettings&, const Progress& = {});
ModelFile train_labels(const CandleFile&, const TrainSettings&, const LabelRules&);

/// A model that always says `value`, a log return: for trials and races. Made from nothing.
ModelFile constant_model(const TrainSettings&, double value);

/// The rules a model of labels was made by.
LabelRules rules_of(const ModelFile&);

/// A model on candles.
struct ModelScore {
  ScoreRow row; ///< against the simplest candidate on the same rows
  std::int64_t rows{};
  double independent{};
  bool in_sample{};        ///< the model was trained on these rows: no evidence of skill
  std::string first, last; ///< opening of the first and last candle predicted from
};

class Model;

/// On the rows that opened after the model's training ended; where that are fewer than four horizons, on all that the
/// comparison predicts, in sample. Throws TrainingError when that cannot be done either.
ModelScore score_model(const Model&, const Samples&, const WalkForwardPlan&);

} // namespace inferd
