#include "model/inputs/feature_set.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace inferd {
namespace {

constexpr std::int64_t largest_parameter = 100'000;

/// The classic features' rows: `settled_rows` less the spare that the fetcher adds, as Kraken reaches back 719 candles.
constexpr std::size_t classic_rows = 700;

/// "vol_gk_24" → "vol_gk", {24}
std::pair<std::string_view, std::vector<std::int64_t>> split(std::string_view name) {
  std::vector<std::int64_t> parameters;
  for (;;) {
    const auto at = name.rfind('_');
    if (at == name.npos) break;
    const auto digits = name.substr(at + 1);
    std::int64_t number{};
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (digits.empty() || error != std::errc{} || end != digits.data() + digits.size()) break;
    if (number < 0 || number > largest_parameter) break;
    parameters.insert(parameters.begin(), number);
    name = name.substr(0, at);
  }
  return {name, std::move(parameters)};
}

std::optional<std::size_t> classic_index(std::string_view name) {
  const auto& known = feature_names();
  const auto it = std::find(known.begin(), known.end(), name);
  if (it == known.end()) return {};
  return static_cast<std::size_t>(it - known.begin());
}

} // namespace

FeatureSet::FeatureSet(std::vector<std::string> names, const FeatureContext& context) : names_(std::move(names)) {
  static const auto families = feature_families();
  for (const auto& name : names_) {
    if (const auto index = classic_index(name)) {
      if (!classic_) classic_ = std::make_unique<FeatureState>();
      columns_.emplace_back(*index);
      needed_ = std::max(needed_, classic_rows);
      continue;
    }
    const auto [stem, parameters] = split(name);
    const auto family = std::find_if(families.begin(), families.end(), [&](const auto& f) { return f.name == stem; });
    if (is_of_network(name)) throw FeatureError(fmt::format("\"{}\" is not computed from candles", name));
    if (family == families.end()) throw FeatureError(fmt::format("\"{}\" is not a feature this program computes", name));
    auto feature = parameters.size() == family->parameters.size() ? family->make(parameters, context) : nullptr;
    if (!feature)
      throw FeatureError(fmt::format("feature \"{}\": {}_{} is wanted for a horizon of {} candles", name, family->name,
                                     fmt::join(family->parameters, "_"), context.horizon));
    needed_ = std::max(needed_, family->rows(parameters));
    columns_.emplace_back(std::move(feature));
  }
  values_.assign(columns_.size(), std::numeric_limits<double>::quiet_NaN());
}

void FeatureSet::push(const Candle& candle) {
  if (classic_) classic_->push(candle);
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (const auto* index = std::get_if<std::size_t>(&columns_[i])) {
      values_[i] = classic_->values()[*index];
      continue;
    }
    auto& feature = *std::get<std::unique_ptr<FeatureColumn>>(columns_[i]);
    feature.push(candle);
    values_[i] = feature.value();
  }
  ++pushed_;
}

std::vector<std::string> classic_features() { return {feature_names().begin(), feature_names().end()}; }

} // namespace inferd
