#include "model/model.hpp"

#include "model/features.hpp"
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

std::string shortest(double x) {
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, x).ptr};
}

/// Validates a file's content. Throws ModelError.
class Check {
public:
  Check(const ModelFile& file, const std::string& path) : file_(file), path_(path) {}

  void all() const {
    if (file_.symbol.empty()) fail("\"symbol\" is empty");
    if (file_.horizon_hours < 1 || file_.horizon_hours > 87'600) fail("\"horizon_hours\" is not between 1 and 87600");
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

  void features() const {
    const auto& known = feature_names();
    std::set<std::string> seen;
    for (const auto& name : file_.features) {
      if (std::find(known.begin(), known.end(), name) == known.end())
        fail(fmt::format("\"{}\" is not a feature this program computes", name));
      if (!seen.insert(name).second) fail(fmt::format("feature \"{}\" is there twice", name));
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
      return std::make_shared<LinearRegressor>(file.intercept, std::move(terms));
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
  const auto& known = feature_names();
  for (const auto& name : file_.features)
    inputs_.push_back(static_cast<std::size_t>(std::find(known.begin(), known.end(), name) - known.begin()));
  for (const auto& share : file_.labels) labels_.push_back(share.label);
  if (labels_.empty()) labels_.emplace_back();
  regressor_ = make_regressor(file_);
}

void Model::expect(const std::string& symbol, std::int64_t horizon_hours) const {
  if (file_.symbol != symbol)
    throw ModelError(fmt::format("{}: the model is for {}, {} is configured", path_, file_.symbol, symbol));
  if (file_.horizon_hours != horizon_hours)
    throw ModelError(
      fmt::format("{}: the model looks {} hours ahead, {} are configured", path_, file_.horizon_hours, horizon_hours));
}

std::vector<double> Model::outputs(std::span<const double> features) const {
  assert(!needs_features() || features.size() == feature_count);
  std::vector<double> inputs(inputs_.size()), out(labels_.size());
  for (std::size_t i = 0; i < inputs.size(); ++i) inputs[i] = features[inputs_[i]];
  regressor_->predict(inputs, out);
  return out;
}

double Model::log_return(std::span<const double> features) const {
  assert(file_.output != ModelOutput::probability);
  return outputs(features).front();
}

std::vector<LabelledValue> Model::predict(std::span<const double> features, double close) const {
  const auto out = outputs(features);
  std::vector<LabelledValue> values;
  for (std::size_t i = 0; i < out.size(); ++i)
    values.push_back({labels_[i], shortest(file_.output == ModelOutput::price ? close * std::exp(out[i]) : out[i])});
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
                         file_.output == ModelOutput::probability ? "a probability" : "a log return",
                         shortest(file_.plausible.least), shortest(file_.plausible.most), file_.plausible.why);
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
