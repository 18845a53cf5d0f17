#pragma once
// Trains a model file from candles: compares all candidates and keeps the best.

#include "model/inputs/candles_csv.hpp"
#include "model/scoring/label_shares.hpp"
#include "model/model_file.hpp"
#include "model/scoring/promotion.hpp"
#include "model/training/volatility_walk.hpp"
#include "base/utc.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace inferd {

struct TrainSettings {
  std::uint64_t topic{};
  std::string symbol;
  std::int64_t horizon_ms = 168 * ms_per_hour; ///< a multiple of the interval
  ModelOutput output = ModelOutput::log_return;
  WalkForwardPlan plan;
  std::string keep; ///< candidate to keep regardless of the comparison; empty: the chosen one
  Interval interval = one_hour;
  VolatilityEstimator estimator{};                                  ///< output volatility
  std::int64_t horizon() const { return horizon_ms / interval.ms; } ///< in candles
};

/// The score table, as in model files and `inferd backtest`.
struct Comparison {
  WalkForwardSpan span;
  std::vector<ScoreRow> rows;    ///< the simplest candidate first
  std::vector<Promotion> grades; ///< of the rows; empty for labels
  std::size_t chosen{};
  std::string why; ///< one sentence
};

/// Training is impossible: one sentence.
struct TrainingError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Compares candidates(), and RIDGE5 at the end where the samples have its inputs, on log returns. `fits`, if given, receives
/// each candidate's final fit. Only predictions from candles opened at `from` or later are scored. Throws TooFewRows.
Comparison compare(const Samples&, const WalkForwardPlan&, const Progress& = {}, std::vector<LinearFit>* fits = nullptr,
                   Instant from = {});

/// Compares mean reversion, mean, persistence and HAR on volatility_samples. `fit` receives the final fit. Throws TooFewRows.
Comparison compare_volatility(const Samples&, const IntervalRules&, const WalkForwardPlan&, const Progress& = {},
                              VolatilityFit* fit = nullptr, Instant from = {});

/// Compares equal probabilities with the labels' past frequencies. Throws TooFewRows.
Comparison compare_labels(const Samples&, const LabelRules&, const WalkForwardPlan&);

/// The same candles and settings give the same file, byte for byte. Throws TrainingError.
ModelFile train(const CandleFile&, const TrainSettings&, const Progress& = {});
ModelFile train_labels(const CandleFile&, const TrainSettings&, const LabelRules&);

/// A model that always predicts `value`, a finite log return or volatility. Throws TrainingError.
ModelFile constant_model(const TrainSettings&, double value);

/// The label rules a model of labels was trained with.
LabelRules rules_of(const ModelFile&);

struct ModelScore {
  ScoreRow row; ///< relative to the simplest candidate on the same rows
  std::optional<Promotion> grade;
  std::int64_t rows{};
  double independent{};
  bool in_sample{};        ///< the rows overlap the training data: no evidence of skill
  std::string first, last; ///< opening of the first and last candle predicted from
};

class Model;

/// Scores the rows after the model's training span (all if it has none), or those opened at `from` or later if it is given.
/// With fewer than four horizons of them, scores the rows that a comparison would predict, in sample. The samples are those of
/// the model's output. Throws TrainingError when there are too few for that.
ModelScore score_model(const Model&, std::span<const Candle>, const Samples&, const WalkForwardPlan&, Instant from = {});

} // namespace inferd
