#include "model/inputs/symbol_features.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

namespace inferd {

std::pair<std::string, std::string> split_symbol_of(std::string_view feature) {
  const auto colon = feature.find(':');
  if (colon == feature.npos) return {"", std::string(feature)};
  return {std::string(feature.substr(0, colon)), std::string(feature.substr(colon + 1))};
}

std::vector<std::string> symbols_of(const std::vector<std::string>& features) {
  std::vector<std::string> symbols;
  for (const auto& feature : features)
    if (auto symbol = split_symbol_of(feature).first; !symbol.empty()) symbols.push_back(std::move(symbol));
  std::sort(symbols.begin(), symbols.end());
  symbols.erase(std::unique(symbols.begin(), symbols.end()), symbols.end());
  return symbols;
}

SymbolFeatures::SymbolFeatures(std::vector<std::string> names, const FeatureContext& context)
  : names_(std::move(names)), values_(names_.size(), std::numeric_limits<double>::quiet_NaN()) {
  std::map<std::string, std::vector<std::string>> by_symbol;
  by_symbol[""]; // the own series counts rows, with features or without
  for (std::size_t i = 0; i < names_.size(); ++i) {
    auto [symbol, feature] = split_symbol_of(names_[i]);
    if (symbol.empty() && feature != names_[i]) // ":gk_24"
      throw FeatureError(fmt::format("feature \"{}\" names no symbol before its colon", names_[i]));
    by_symbol[symbol].push_back(std::move(feature));
    (symbol.empty() ? own_ : others_[symbol]).places.push_back(i);
  }
  for (auto& [symbol, features] : by_symbol) {
    try {
      (symbol.empty() ? own_ : others_[symbol]).set.emplace(std::move(features), context);
    } catch (const FeatureError& e) {
      throw symbol.empty() ? e : FeatureError(fmt::format("{}: {}", symbol, e.what()));
    }
  }
}

void SymbolFeatures::show(const Series& series) {
  const auto values = series.set->values();
  const bool now = &series == &own_ || series.newest == own_.newest;
  for (std::size_t i = 0; i < series.places.size(); ++i)
    values_[series.places[i]] = now ? values[i] : std::numeric_limits<double>::quiet_NaN();
}

void SymbolFeatures::push(const Candle& candle) {
  own_.set->push(candle);
  own_.newest = candle.opens;
  show(own_);
  for (const auto& [symbol, series] : others_) show(series);
}

void SymbolFeatures::push(const std::string& symbol, const Candle& candle) {
  const auto it = others_.find(symbol);
  if (it == others_.end()) return;
  it->second.set->push(candle);
  it->second.newest = candle.opens;
  show(it->second);
}

std::size_t SymbolFeatures::needed() const {
  auto most = own_.set->needed();
  for (const auto& [symbol, series] : others_) most = std::max(most, series.set->needed());
  return most;
}

std::optional<Instant> SymbolFeatures::newest(const std::string& symbol) const {
  const auto it = others_.find(symbol);
  return it == others_.end() ? std::nullopt : it->second.newest;
}

} // namespace inferd
