#include "model/model.hpp"

#include "model/training/interval_rules.hpp"
#include "model/inputs/joint_features.hpp"
#include "base/decimal_text.hpp"
#include "base/duration.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <set>

namespace inferd {
namespace {

FeatureContext context_of(const ModelFile& file) {
  const auto interval = interval_ms(file);
  return {{interval}, interval > 0 ? horizon_ms(file) / interval : 0};
}

/// Validates a file's content. Throws ModelError.
class Check {
public:
  Check(const ModelFile& file, const std::string& path) : file_(file), path_(path) {}

  void all() const {
    if (file_.symbol.empty()) fail("\"symbol\" is empty");
    if (!rules_for({interval_ms(file_)}))
      fail(fmt::format("\"interval\" is \"{}\", this program has {}", file_.interval, supported_intervals));
    const auto horizon = horizon_ms(file_);
    if (horizon == 0) fail("\"horizon\" is no duration of at most ten years such as \"4h\"");
    if (horizon % interval_ms(file_) != 0) fail(fmt::format("\"horizon\" is not a multiple of {}", file_.interval));
    target();
    finite(file_.plausible.least, "plausible.least");
    finite(file_.plausible.most, "plausible.most");
    if (file_.plausible.least > file_.plausible.most) fail("\"plausible\" is an empty range");
    features();
    switch (file_.kind) {
      case ModelKind::constant: return constant();
      case ModelKind::linear: return linear();
      case ModelKind::labels: return labels();
    }
  }

private:
  [[noreturn]] void fail(const std::string& sentence) const { throw ModelError(fmt::format("{}: {}", path_, sentence)); }
  void finite(double x, const std::string& what) const {
    if (!std::isfinite(x)) fail(fmt::format("\"{}\" is not finite", what));
  }
  void single() const {
    if (file_.output == ModelOutput::probability) fail("\"output\" is \"probability\", which only labels have");
    if (!file_.labels.empty()) fail("a model of a single value has labels");
  }

  void target() const {
    const bool volatility = file_.output == ModelOutput::volatility;
    if (volatility && !parse_estimator(file_.estimator)) fail("\"estimator\" is not gk, r2 or std");
    if (!volatility && !file_.estimator.empty()) fail("\"estimator\" is for volatility");
    if (volatility && file_.plausible.least < 0) fail("\"plausible.least\" is below 0, which no volatility is");
    if (file_.version == 1 && volatility) fail("\"output\" of version 1 is not volatility");
  }
  void features() const {
    std::set<std::string> seen;
    for (const auto& name : file_.features)
      if (!seen.insert(name).second) fail(fmt::format("feature \"{}\" is there twice", name));
    auto names = file_.features;
    if (!file_.scale_by.empty()) names.push_back(file_.scale_by);
    try {
      const auto context = context_of(file_);
      needed_of_others(JointFeatures(names, context), {file_.symbol, context.interval});
    } catch (const FeatureError& e) {
      fail(e.what());
    }
  }
  void constant() const {
    single();
    finite(file_.constant, "constant");
    if (!file_.features.empty()) fail("a constant model has features");
  }
  void linear() const {
    single();
    finite(file_.intercept, "intercept");
    if (file_.features.empty()) fail("a linear model has no features");
    finite(file_.factor, "factor");
    if ((file_.link == ModelLink::scaled) == file_.scale_by.empty())
      fail("\"scale_by\" belongs to the link scaled, and to no other");
    if (file_.linear.size() != file_.features.size())
      fail(fmt::format("{} coefficients for {} features", file_.linear.size(), file_.features.size()));
    for (std::size_t i = 0; i < file_.linear.size(); ++i) {
      const auto& term = file_.linear[i];
      if (term.feature != file_.features[i])
        fail(fmt::format("coefficient {} is of \"{}\", feature {} is \"{}\"", i, term.feature, i, file_.features[i]));
      finite(term.mean, term.feature + ".mean");
      finite(term.scale, term.feature + ".scale");
      finite(term.weight, term.feature + ".weight");
      if (term.scale <= 0) fail(fmt::format("\"{}.scale\" is not above 0", term.feature));
    }
  }
  void labels() const {
    if (file_.output != ModelOutput::probability) fail("labels are predicted as \"probability\" only");
    if (!file_.features.empty()) fail("a model of label shares has features");
    if (file_.labels.size() < 2) fail("fewer than two labels");
    std::set<std::string> seen;
    double sum = 0;
    for (const auto& [label, probability] : file_.labels) {
      if (label.empty()) fail("a label is empty");
      if (!seen.insert(label).second) fail(fmt::format("label \"{}\" is there twice", label));
      finite(probability, label + ".probability");
      if (probability < 0 || probability > 1) fail(fmt::format("\"{}.probability\" is not between 0 and 1", label));
      sum += probability;
    }
    if (std::abs(sum - 1) > 1e-9) fail("the labels' probabilities do not sum to 1");
    if (file_.edges.size() + 1 != file_.labels.size())
      fail(fmt::format("{} edges between {} labels", file_.edges.size(), file_.labels.size()));
    for (std::size_t i = 0; i < file_.edges.size(); ++i) {
      finite(file_.edges[i], "edges");
      if (i > 0 && file_.edges[i] <= file_.edges[i - 1]) fail("\"edges\" do not ascend");
    }
  }

  const ModelFile& file_;
  const std::string& path_;
};

/// Of a checked file.
std::shared_ptr<const Regressor> make_regressor(const ModelFile& file) {
  switch (file.kind) {
    case ModelKind::constant: return std::make_shared<ConstantRegressor>(std::vector{file.constant});
    case ModelKind::linear: {
      std::vector<LinearRegressor::Term> terms;
      for (const auto& t : file.linear) terms.push_back({t.mean, t.scale, t.weight});
      using Link = LinearRegressor::Link;
      const auto link = file.link == ModelLink::identity      ? Link::identity
                        : file.link == ModelLink::exponential ? Link::exponential
                                                              : Link::scaled;
      return std::make_shared<LinearRegressor>(file.intercept, std::move(terms), link, file.factor);
    }
    case ModelKind::labels: {
      std::vector<double> shares;
      for (const auto& label : file.labels) shares.push_back(label.probability);
      return std::make_shared<ConstantRegressor>(std::move(shares));
    }
  }
  return nullptr; // not reached: parse_model accepts these kinds only
}

} // namespace

Model::Model(ModelFile file, std::string path) : file_(std::move(file)), path_(std::move(path)) {
  Check(file_, path_).all();
  // "sha256:" and twelve digits.
  name_ = fmt::format("{} ({})", std::filesystem::path(path_).filename().string(), model_checksum(file_).substr(0, 19));
  auto inputs = file_.features;
  if (!file_.scale_by.empty()) inputs.push_back(file_.scale_by);
  const auto& classic = feature_names();
  const auto is_classic = [&](const auto& name) { return std::find(classic.begin(), classic.end(), name) != classic.end(); };
  features_ = std::all_of(inputs.begin(), inputs.end(), is_classic) ? classic_features() : inputs;
  context_ = context_of(file_);
  if (!inputs.empty()) {
    const JointFeatures set(features_, context_);
    needed_ = set.needed();
    others_ = needed_of_others(set, {file_.symbol, context_.interval});
  }
  for (const auto& name : inputs)
    inputs_.push_back(static_cast<std::size_t>(std::find(features_.begin(), features_.end(), name) - features_.begin()));
  for (const auto& share : file_.labels) labels_.push_back(share.label);
  if (labels_.empty()) labels_.emplace_back();
  regressor_ = make_regressor(file_);
}

void Model::expect(const std::string& symbol, Interval interval, std::int64_t horizon) const {
  if (file_.symbol != symbol)
    throw ModelError(fmt::format("{}: the model is for {}, {} is configured", path_, file_.symbol, symbol));
  if (interval != context_.interval)
    throw ModelError(
      fmt::format("{}: the model is for candles of {}, {} are configured", path_, file_.interval, duration_text(interval.ms)));
  if (const auto own = horizon_ms(file_); own != horizon)
    throw ModelError(
      fmt::format("{}: the model looks {} ahead, the configuration {}", path_, duration_words(own), duration_words(horizon)));
}

std::vector<double> Model::outputs(std::span<const double> features) const {
  assert(!needs_features() || features.size() == features_.size());
  std::vector<double> inputs(inputs_.size()), out(labels_.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = features[inputs_[i]];
  regressor_->predict(inputs, out);
  return out;
}

double Model::value(std::span<const double> features) const {
  assert(file_.output != ModelOutput::probability);
  return outputs(features).front();
}

std::vector<LabelledValue> Model::predict(std::span<const double> features, double close) const {
  const auto out = outputs(features);
  std::vector<LabelledValue> values;
  for (std::size_t i = 0; i < out.size(); ++i)
    values.push_back({labels_[i], shortest_text(file_.output == ModelOutput::price ? close * std::exp(out[i]) : out[i])});
  return values;
}

std::string Model::implausibility(const std::vector<LabelledValue>& values, double close) const {
  for (const auto& [label, text] : values) {
    double x{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), x);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(x))
      return fmt::format("the model's value{} is {}, not a finite number", label.empty() ? "" : " of " + label, text);
    const double r = file_.output == ModelOutput::price ? std::log(x / close) : x;
    if (!(r >= file_.plausible.least && r <= file_.plausible.most))
      return fmt::format("the model's value {} is implausible: {} between {} and {} is expected ({})", text,
                         file_.output == ModelOutput::probability  ? "a probability"
                         : file_.output == ModelOutput::volatility ? "a volatility"
                                                                   : "a log return",
                         shortest_text(file_.plausible.least), shortest_text(file_.plausible.most), file_.plausible.why);
  }
  return {};
}

Model load_model(const std::filesystem::path& path) {
  const auto fail = [&](const std::string& sentence) { throw ModelError(fmt::format("{}: {}", path.string(), sentence)); };
  std::error_code error;
  const auto size = std::filesystem::file_size(path, error);
  if (error) fail(error.message());
  if (size > limits::file_read) fail(fmt::format("{} bytes, more than the {} that are read", size, limits::file_read));
  std::ifstream in(path, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  if (!in) fail("cannot be read");
  return Model(parse_model(text, path.string()), path.string());
}

} // namespace inferd
