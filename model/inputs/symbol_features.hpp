#pragma once
// Features over the candles of several symbols, of one interval.
//
// "gk_24" is of the model's own symbol; "ethusdt:gk_24" is the same feature of the candles of ethusdt. The other symbols'
// features are defined while their newest candle opened with the newest own one, and NaN otherwise: a value of another time is
// no input.

#include "model/inputs/feature_set.hpp"
#include "model/training/samples.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferd {

/// "ethusdt:gk_24" → "ethusdt", "gk_24"; the first is empty for a feature of the own symbol.
std::pair<std::string, std::string> split_symbol_of(std::string_view feature);

/// The other symbols that the features name, each once, ascending.
std::vector<std::string> symbols_of(const std::vector<std::string>& features);

class SymbolFeatures {
public:
  /// Throws FeatureError.
  SymbolFeatures(std::vector<std::string> names, const FeatureContext&);

  /// The next own candle; the others' of the same opening may come before or after it.
  void push(const Candle&);
  /// The next candle of another symbol; ignored where no feature needs it.
  void push(const std::string& symbol, const Candle&);

  /// In the order of names(); NaN where not defined.
  std::span<const double> values() const { return values_; }
  const std::vector<std::string>& names() const { return names_; }
  std::size_t rows() const { return own_.set->rows(); }
  /// Candles of each symbol from which on all features are defined and have settled.
  std::size_t needed() const;
  /// Opening of the newest candle of another symbol; empty: none has come.
  std::optional<Instant> newest(const std::string& symbol) const;

private:
  struct Series {
    std::optional<FeatureSet> set;
    std::vector<std::size_t> places; ///< of its values in values_
    std::optional<Instant> newest;
  };
  void show(const Series&);

  std::vector<std::string> names_;
  Series own_;
  std::map<std::string, Series> others_;
  std::vector<double> values_;
};

/// Further symbols' candles, oldest first.
using OtherCandles = std::map<std::string, std::vector<Candle>>;

/// Brings the other symbols' candles to a SymbolFeatures in step with the own ones. The candles outlive it.
class FollowedSymbols {
public:
  explicit FollowedSymbols(const OtherCandles& candles) : candles_(candles) {}
  /// Those that opened at `opens` or before and were not pushed yet.
  void push(Instant opens, SymbolFeatures& to) {
    for (const auto& [symbol, series] : candles_)
      for (auto& i = next_[symbol]; i < series.size() && series[i].opens <= opens; ++i) to.push(symbol, series[i]);
  }

private:
  const OtherCandles& candles_;
  std::map<std::string, std::size_t> next_;
};

/// As make_samples of model/training/samples.hpp, with features of further symbols. Labels are of `candles`.
Samples make_samples(std::span<const Candle> candles, const OtherCandles&, const SampleSpec&);

} // namespace inferd
