#pragma once
// A trained model as the predictor uses it: loaded, checked, unchanging.

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
  /// Checks everything the file says; `path` is for names and errors. Throws ModelError.
  Model(ModelFile file, std::string path);

  /// Refuses a model made for something else: throws ModelError, which names the file and both values.
  void expect(const std::string& symbol, std::int64_t horizon_hours) const;

  /// False where the answer is the same whatever the market does: no candles are needed then.
  bool needs_features() const { return !inputs_.empty(); }

  /// In the order of predict(); one empty label where the model predicts a single value.
  const std::vector<std::string>& labels() const { return labels_; }

  /// `features`: all of feature_names() in that order (may be empty when !needs_features()). `close`: the newest closing
  /// price, which a model of prices multiplies its return with. Values are the shortest decimal that reads back as the
  /// same double.
  std::vector<LabelledValue> predict(std::span<const double> features, double close) const;

  /// What a model of a single value says before it is turned into its output; `features` as for predict().
  double log_return(std::span<const double> features) const;

  /// Why these values should not be submitted: not finite, or outside of what the training labels make plausible. Empty
  /// when nothing is wrong with them.
  std::string doubt(const std::vector<LabelledValue>& values, double close) const;

  /// "btcusd.json (sha256:1a2b3c4d5e6f)", for books and logs.
  const std::string& name() const { return name_; }
  const ModelFile& file() const { return file_; }

private:
  std::vector<double> outputs(std::span<const double> features) const;

  ModelFile file_;
  std::string path_, name_;
  std::vector<std::size_t> inputs_; ///< where the regressor's inputs are among all features
  std::vector<std::string> labels_;
  std::shared_ptr<const Regressor> regressor_;
};

/// Throws ModelError: one sentence that names the file.
Model load_model(const std::filesystem::path&);

} // namespace inferd
