#include "runtime/chain/encoding/payload.hpp"

#include "runtime/chain/encoding/bech32.hpp"
#include "runtime/chain/encoding/decimal.hpp"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/chain/encoding/proto_io.hpp"

#include <fmt/format.h>
#include <set>

namespace inferd::chain {

namespace {

/// Rewrites `value`; empty or the error.
std::string make_canonical(std::string& value, std::string_view name) {
  auto decimal = canonical_decimal(value);
  if (const auto* error = std::get_if<std::string>(&decimal)) return fmt::format("{}: {}", name, *error);
  value = std::move(std::get<Decimal>(decimal).text);
  return {};
}

} // namespace

Result<Payload> canonical_payload(Payload payload) {
  if (payload.value)
    if (auto error = make_canonical(*payload.value, "value"); !error.empty()) return error;
  for (auto& [label, value] : payload.values)
    if (auto error = make_canonical(value, fmt::format("value of label \"{}\"", label)); !error.empty()) return error;
  for (auto& [address, value] : payload.forecast) {
    if (const auto error = address_error(address); !error.empty()) return "forecast: " + error;
    if (auto error = make_canonical(value, "forecast of " + address); !error.empty()) return error;
  }
  return payload;
}

Result<Payload> payload_of(TopicId topic, Height nonce, const std::vector<LabelledValue>& values) {
  Payload payload;
  payload.topic = topic;
  payload.nonce = nonce;
  if (values.empty()) return "there is no value to submit";
  if (values.size() == 1 && values.front().label.empty()) {
    payload.value = values.front().value;
    return canonical_payload(std::move(payload));
  }
  std::set<std::string_view> labels;
  for (const auto& [label, value] : values) {
    if (label.empty()) return "one of several values has no label";
    if (!labels.insert(label).second) return fmt::format("label \"{}\" comes twice", label);
  }
  payload.values = values;
  return canonical_payload(std::move(payload));
}

std::string encode_bundle(const Payload& payload, const Wallet& worker) {
  wire::InputInferenceForecastBundle bundle;
  if (payload.value || !payload.values.empty()) {
    auto& inference = *bundle.mutable_inference();
    inference.set_topic_id(payload.topic.value);
    inference.set_block_height(payload.nonce.value);
    inference.set_inferer(worker.address);
    inference.set_value(payload.value.value_or("0"));
    inference.set_extra_data(payload.extra_data);
    inference.set_proof(payload.proof);
    for (const auto& [label, value] : payload.values) {
      auto& labelled = *inference.add_values();
      labelled.set_label(label);
      labelled.set_value(value);
    }
  }
  if (!payload.forecast.empty()) {
    auto& forecast = *bundle.mutable_forecast();
    forecast.set_topic_id(payload.topic.value);
    forecast.set_block_height(payload.nonce.value);
    forecast.set_forecaster(worker.address);
    for (const auto& [inferer, value] : payload.forecast) {
      auto& element = *forecast.add_forecast_elements();
      element.set_inferer(inferer);
      element.set_value(value);
    }
    forecast.set_extra_data(payload.extra_data);
  }
  return bytes_of(bundle);
}

} // namespace inferd::chain
