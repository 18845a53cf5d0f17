#pragma once
// A loaded and validated model. Immutable.

#include "messages/prediction.hpp"
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
  void expect(const std::string& symbol, std::int64_t horizon_hours) const;

  /// False for a model that ignores its inputs: no candles are needed.
  bool needs_features() const { return !inputs_.empty(); }

  /// In the order of predict(); a single empty label for a model of one value.
  const std::vector<std::string>& labels() const { return labels_; }

  /// `features`: all of feature_names() in that order; may be empty when !needs_features(). `close`: the newest closing price,
  /// from which a price model computes close * exp(log return). Each value is the shortest decimal that parses to the same
  /// double.
  std::vector<LabelledValue> predict(std::span<const double> features, double close) const;

  /// The log return a single-value model predicts, before conversion to its output; `features` as for predict(). Not for models
  /// of labels.
  double log_return(std::span<const double> features) const;

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
  std::vector<std::size_t> inputs_; ///< positions of the regressor's inputs in feature_names()
  std::vector<std::string> labels_;
  std::shared_ptr<const Regressor> regressor_;
};

/// Reads at most limits::file_read bytes. Throws ModelError: one sentence that names the file.
Model load_model(const std::filesystem::path&);

} // namespace inferd
