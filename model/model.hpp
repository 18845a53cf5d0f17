#pragma once
// A loaded and validated model. Immutable.

#include "messages/prediction.hpp"
#include "model/inputs/joint_features.hpp"
#include "model/model_file.hpp"
#include "model/regressor.hpp"

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace inferd {

class Model {
public:
  /// Validates the whole content; `path` is for the name and for errors. Throws ModelError.
  Model(ModelFile file, std::string path);

  /// Throws ModelError, which names the file and both values, unless the model was trained for these.
  void expect(const std::string& symbol, Interval interval, std::int64_t horizon_ms) const;

  /// False for a model that ignores its inputs: no candles are needed.
  bool needs_features() const { return !inputs_.empty(); }

  /// The names of the features that predict() takes, in its order: those that the file declares or, if all of them are among
  /// feature_names(), these ten. Computed for context().
  const std::vector<std::string>& features() const { return features_; }
  const FeatureContext& context() const { return context_; }
  /// Own candles until the features are defined and settled; 0 when none are needed.
  std::size_t needed_candles() const { return needed_; }
  /// Of the other series that the features name.
  const std::vector<NeededCandles>& others() const { return others_; }

  /// In the order of predict(); a single empty label for a model of one value.
  const std::vector<std::string>& labels() const { return labels_; }

  /// `features`: of features(); may be empty when !needs_features(). `close`: the newest closing price,
  /// from which a price model computes close * exp(log return). Each value is the shortest decimal that parses to the same
  /// double.
  std::vector<LabelledValue> predict(std::span<const double> features, double close) const;

  /// The log return or volatility that a single-value model predicts; a model of prices predicts a log return before
  /// conversion. `features` as for predict(). Not for models of labels.
  double value(std::span<const double> features) const;

  /// Why `values` must not be submitted: one is not finite or lies outside the file's plausible range. Empty when all are
  /// acceptable.
  std::string implausibility(const std::vector<LabelledValue>& values, double close) const;

  /// "btcusd.json (sha256:1a2b3c4d5e6f)", for books and logs.
  const std::string& name() const { return name_; }
  const ModelFile& file() const { return file_; }

private:
  std::vector<double> outputs(std::span<const double> features) const;

  ModelFile file_;
  std::string path_, name_;
  std::vector<std::string> features_;
  FeatureContext context_;
  std::size_t needed_{};
  std::vector<NeededCandles> others_;
  std::vector<std::size_t> inputs_; ///< positions of the regressor's inputs in features_
  std::vector<std::string> labels_;
  std::shared_ptr<const Regressor> regressor_;
};

/// Reads at most limits::file_read bytes. Throws ModelError: one sentence that names the file.
Model load_model(const std::filesystem::path&);

} // namespace inferd
