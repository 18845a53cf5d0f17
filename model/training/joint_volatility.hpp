#pragma once
// Volatility from several series of candles: HAR with the range variances of further symbols and intervals beside its own
// inputs.
//
// "HAR7S+ethusdt" has the inputs of HAR7S and "ethusdt:gk_w" for each window w of HAR in that series' interval; "HAR7S+/1d" has
// those of the own symbol's daily candles. It is compared with the candidates of the own candles on the same rows, those where
// every series has its candle, and kept only when its error is lower than HAR's by more than chance would give.

#include "model/inputs/joint_features.hpp"
#include "model/training/trainer.hpp"

namespace inferd {

struct JointSamples {
  std::vector<std::string> inputs; ///< of HAR with the other series
  std::string name;                ///< of that candidate
  Samples joint, own;              ///< volatility_samples with and without the others' inputs, of the same rows
};

/// Throws FeatureError.
JointSamples joint_samples(std::span<const Candle>, const OtherCandles&, const IntervalRules&, VolatilityEstimator,
                           std::int64_t horizon);

/// As compare_volatility, with the joint candidate as the last row. `fits`: of the own symbol, and of all. Throws TooFewRows.
Comparison compare_joint_volatility(const JointSamples&, const IntervalRules&, const WalkForwardPlan&, const Progress& = {},
                                    std::pair<VolatilityFit, VolatilityFit>* fits = nullptr, Instant from = {});

/// As train of model/training/trainer.hpp; with other series' candles volatility only. Throws TrainingError.
ModelFile train(const CandleFile&, const OtherCandles&, const TrainSettings&, const Progress& = {});

/// As score_model of model/training/trainer.hpp, for a model with inputs of other series: the samples are JointSamples::own.
ModelScore score_model(const Model&, std::span<const Candle>, const OtherCandles&, const Samples&, const WalkForwardPlan&,
                       Instant from = {});

} // namespace inferd
