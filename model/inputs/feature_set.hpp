#pragma once
// The features a model declares by name, computed from a series of candles by one definition in training and live.
//
// A name is one of feature_names() or a family with whole numbers: "gk_24" is the family "gk" with the parameter 24. Each
// family is one file of model/features/, which has its formula. A feature is NaN until it is defined; it depends on the last
// rows only.

#include "model/inputs/features.hpp"

#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace inferd {

/// What features are computed for.
struct FeatureContext {
  Interval interval = one_hour; ///< of the candles
  std::int64_t horizon{};       ///< candles ahead
  bool operator==(const FeatureContext&) const = default;
};

/// One column, computed incrementally.
class FeatureColumn {
public:
  virtual ~FeatureColumn() = default;
  /// The next row; the caller keeps the order.
  virtual void push(const Candle&) = 0;
  /// Of the newest row; NaN where not yet defined.
  virtual double value() const = 0;
};

/// A kind of feature with its parameters, for `inferd features --list` and etc/design/features.md.
struct FeatureFamily {
  std::string name;                    ///< "gk"
  std::vector<std::string> parameters; ///< "rows"; each a whole number
  std::string formula, unit;
  /// Parameters are within [0, 100'000]. A null pointer: they are not valid.
  std::unique_ptr<FeatureColumn> (*make)(const std::vector<std::int64_t>& parameters, const FeatureContext&);
  /// Rows until the feature is defined and the weight of its first row, if it is recursive, is below 2e-3.
  std::size_t (*rows)(const std::vector<std::int64_t>& parameters);
};

/// All families, by name; one for each file of model/features/.
std::vector<FeatureFamily> feature_families();

/// The network's last combined value of the topic, and its logarithm: inputs that no candle gives (JointFeatures).
inline constexpr std::string_view network_feature = "network", log_network_feature = "log_network";
inline bool is_of_network(std::string_view feature) { return feature == network_feature || feature == log_network_feature; }

/// Names the feature and what is wrong with it.
struct FeatureError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A declared set of features over one series of candles. Movable.
class FeatureSet {
public:
  /// Throws FeatureError.
  FeatureSet(std::vector<std::string> names, const FeatureContext&);

  void push(const Candle&);
  /// In the order of names(); NaN where not yet defined.
  std::span<const double> values() const { return values_; }
  const std::vector<std::string>& names() const { return names_; }
  std::size_t rows() const { return pushed_; }
  /// Candles from which on all features are defined and have settled.
  std::size_t needed() const { return needed_; }

private:
  std::vector<std::string> names_;
  std::unique_ptr<FeatureState> classic_;                                          ///< of feature_names(), if any is declared
  std::vector<std::variant<std::size_t, std::unique_ptr<FeatureColumn>>> columns_; ///< an index of `classic_`, or a feature
  std::vector<double> values_;
  std::size_t pushed_{}, needed_{};
};

/// feature_names() as a declared set.
std::vector<std::string> classic_features();

} // namespace inferd
