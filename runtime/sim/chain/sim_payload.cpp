#include "runtime/sim/chain/sim_payload.hpp"

#include "runtime/sim/chain/bytes.hpp"
#include "runtime/sim/chain/sim_decimal.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <set>

namespace inferd::sim {

namespace {

Outcome invalid_bundle(std::uint32_t code, const std::string& what, std::uint64_t gas) {
  const auto kind = code == 4 ? ": unauthorized" : ": invalid request";
  return refused(code, "sdk", "Error validating worker data bundle: " + what + kind, gas);
}

std::string canonical_or_zero(const std::string& text) {
  const auto read = read_decimal(text.empty() ? "0" : text);
  return read.value ? read.value->canonical() : text;
}

/// The chain re-encodes the bundle with canonical decimals; the signature must cover those bytes.
std::string canonical_bytes(wire::InputInferenceForecastBundle bundle) {
  if (bundle.has_inference()) {
    auto& inference = *bundle.mutable_inference();
    inference.set_value(canonical_or_zero(inference.value()));
    for (auto& v : *inference.mutable_values()) v.set_value(canonical_or_zero(v.value()));
  }
  if (bundle.has_forecast())
    for (auto& e : *bundle.mutable_forecast()->mutable_forecast_elements()) e.set_value(canonical_or_zero(e.value()));
  return bundle.SerializeAsString();
}

std::string canonical_label(const TopicSettings& topic, std::string label) {
  const auto space = [](unsigned char c) { return std::isspace(c) != 0; };
  label.erase(std::find_if_not(label.rbegin(), label.rend(), space).base(), label.end());
  label.erase(label.begin(), std::find_if_not(label.begin(), label.end(), space));
  if (!topic.case_sensitive)
    std::transform(label.begin(), label.end(), label.begin(), [](unsigned char c) { return std::tolower(c); });
  return label;
}

Outcome invalid_label(std::uint32_t code, const std::string& what) {
  return refused(code, "emissions", "input inference failed label validation: " + what, 117'850);
}

Outcome not_normal(const std::string& what, std::uint64_t gas) {
  return refused(18, "sdk", "failed to normalize admitted inference: " + what + ": invalid request", gas);
}

} // namespace

Outcome check_bundle(const wire::InputWorkerDataBundle& data) {
  const auto& bundle = data.inference_forecasts_bundle();
  if (!bundle.has_inference() && !bundle.has_forecast())
    return invalid_bundle(18, "inference and forecast cannot both be nil", 86'653);
  const auto key = from_hex(data.pubkey());
  const auto owner = key ? address_of(*key) : std::nullopt;
  if (!owner) return invalid_bundle(4, "invalid pubkey " + data.pubkey().substr(0, 80), 87'000);

  struct Name {
    const char* what;
    const std::string& address;
    std::uint64_t topic;
    std::int64_t nonce;
  };
  std::vector<Name> names;
  if (bundle.has_inference())
    names.push_back(
      {"Inference.Inferer", bundle.inference().inferer(), bundle.inference().topic_id(), bundle.inference().block_height()});
  if (bundle.has_forecast())
    names.push_back(
      {"Forecast.Forecaster", bundle.forecast().forecaster(), bundle.forecast().topic_id(), bundle.forecast().block_height()});
  for (const auto& name : names) {
    if (name.address != data.worker())
      return invalid_bundle(18, std::string(name.what) + ' ' + name.address + " does not match worker " + data.worker(),
                            86'900);
    if (name.topic != data.topic_id() || name.nonce != data.nonce().block_height())
      return invalid_bundle(18, "topic id or block height of the bundle do not match", 86'900);
    if (name.address != *owner)
      return invalid_bundle(4, std::string(name.what) + ' ' + name.address + " does not match pubkey " + *owner, 87'200);
  }
  if (!verify(*key, canonical_bytes(bundle), data.inferences_forecasts_bundle_signature()))
    return invalid_bundle(4, "signature verification failed", 87'167);
  return {};
}

Outcome check_labels(const TopicSettings& topic, const wire::InputInference& inference) {
  if (inference.values().empty()) return {};
  const auto count = static_cast<std::uint64_t>(inference.values_size());
  if (count > topic.max_labels)
    return invalid_label(97, "submission has " + std::to_string(count) + " labels, per-topic cap is " +
                               std::to_string(topic.max_labels) +
                               ": too many labels in one submission (exceeds per-topic cap)");
  std::set<std::string> seen, allowed;
  for (const auto& l : topic.labels) allowed.insert(canonical_label(topic, l));
  for (int i = 0; i < inference.values_size(); ++i) {
    const auto label = canonical_label(topic, inference.values(i).label());
    const auto at = "index " + std::to_string(i);
    if (label.empty())
      return invalid_label(95, "input labeled value at " + at + ": label is empty after trimming: invalid label name");
    if (!seen.insert(label).second)
      return invalid_label(95,
                           fmt::format("duplicate label after canonicalization at {}: \"{}\": invalid label name", at, label));
    if (!allowed.empty() && !allowed.contains(label))
      return invalid_label(96, "label \"" + label +
                                 "\" is not in topic label whitelist: label is not in the topic's label whitelist");
  }
  if (!topic.multi && *seen.begin() != "y")
    return refused(18, "sdk", "single-arity label must be \"y\", got \"" + *seen.begin() + "\": invalid request", 117'870);
  return {};
}

std::variant<std::vector<NormalValue>, Outcome> normalize(const TopicSettings& topic, const wire::InputInference& inference) {
  std::vector<NormalValue> values;
  for (const auto& v : inference.values()) values.push_back({canonical_label(topic, v.label()), canonical_or_zero(v.value())});
  if (topic.multi && values.empty()) return not_normal("multi-arity inference requires labeled values", 122'430);
  if (values.empty()) values.push_back({"y", canonical_or_zero(inference.value())});

  std::vector<ChainDecimal> decimals;
  for (const auto& v : values)
    if (auto read = read_decimal(v.value); read.value) decimals.push_back(*read.value);
  const auto tolerance = read_decimal(topic.unity_tolerance);
  if (topic.multi && topic.require_unity)
    if (const auto unity = check_unity(decimals, tolerance.value.value_or(ChainDecimal{false, "0", 0})); !unity.holds)
      return not_normal("require_unity violated: sum=" + unity.sum + " tol=" + topic.unity_tolerance, 128'111);
  return values;
}

} // namespace inferd::sim
