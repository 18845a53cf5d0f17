#include "runtime/chain/signing/tx_json.hpp"

#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/chain/encoding/proto_io.hpp"

#include <boost/json/array.hpp>
#include <string>

namespace inferd::chain {
namespace {

namespace json = boost::json;

/// Protobuf's JSON mapping writes 64-bit integers as text, because a double does not hold them.
std::string number(auto value) { return std::to_string(value); }

json::object inference_json(const wire::InputInference& inference) {
  json::array values;
  for (const auto& each : inference.values()) values.push_back(json::object{{"label", each.label()}, {"value", each.value()}});
  return {{"topic_id", number(inference.topic_id())},
          {"block_height", number(inference.block_height())},
          {"inferer", inference.inferer()},
          {"value", inference.value()},
          {"extra_data", to_base64(inference.extra_data())},
          {"proof", inference.proof()},
          {"values", std::move(values)}};
}

json::object forecast_json(const wire::InputForecast& forecast) {
  json::array elements;
  for (const auto& each : forecast.forecast_elements())
    elements.push_back(json::object{{"inferer", each.inferer()}, {"value", each.value()}});
  return {{"topic_id", number(forecast.topic_id())},
          {"block_height", number(forecast.block_height())},
          {"forecaster", forecast.forecaster()},
          {"forecast_elements", std::move(elements)},
          {"extra_data", to_base64(forecast.extra_data())}};
}

json::object payload_json(const wire::InsertWorkerPayloadRequest& request) {
  const auto& data = request.worker_data_bundle();
  const auto& bundle = data.inference_forecasts_bundle();
  json::object both{{"inference", nullptr}, {"forecast", nullptr}};
  if (bundle.has_inference()) both["inference"] = inference_json(bundle.inference());
  if (bundle.has_forecast()) both["forecast"] = forecast_json(bundle.forecast());
  return {{"sender", request.sender()},
          {"worker_data_bundle",
           json::object{{"worker", data.worker()},
                        {"nonce", json::object{{"block_height", number(data.nonce().block_height())}}},
                        {"topic_id", number(data.topic_id())},
                        {"inference_forecasts_bundle", std::move(both)},
                        {"inferences_forecasts_bundle_signature", to_base64(data.inferences_forecasts_bundle_signature())},
                        {"pubkey", data.pubkey()}}}};
}

json::object register_json(const wire::RegisterRequest& request) {
  return {{"sender", request.sender()},
          {"topic_id", number(request.topic_id())},
          {"owner", request.owner()},
          {"is_reputer", request.is_reputer()}};
}

/// The message's own fields beside its type; its bytes where they are no message of that type, or of another type.
json::object message_json(const wire::Any& any) {
  json::object out{{"@type", any.type_url()}};
  const std::string_view type = any.type_url();
  json::object fields{{"value", to_base64(any.value())}};
  if (type.starts_with("/emissions.v") && type.ends_with(".InsertWorkerPayloadRequest")) {
    if (const auto request = parse_message<wire::InsertWorkerPayloadRequest>(any.value());
        request && request->has_worker_data_bundle())
      fields = payload_json(*request);
  } else if (type.starts_with("/emissions.v") && type.ends_with(".RegisterRequest")) {
    if (const auto request = parse_message<wire::RegisterRequest>(any.value()); request && !request->sender().empty())
      fields = register_json(*request);
  }
  for (auto& field : fields) out.emplace(field.key(), std::move(field.value()));
  return out;
}

json::object signer_json(const wire::SignerInfo& signer) {
  json::object key{{"@type", signer.public_key().type_url()}};
  if (const auto known = parse_message<wire::PubKey>(signer.public_key().value())) key["key"] = to_base64(known->key());
  else key["value"] = to_base64(signer.public_key().value());
  const auto mode = signer.mode_info().single().mode();
  return {{"public_key", std::move(key)},
          {"mode_info",
           json::object{{"single", json::object{{"mode", mode == 1 ? json::value("SIGN_MODE_DIRECT") : json::value(mode)}}}}},
          {"sequence", number(signer.sequence())}};
}

} // namespace

Result<json::object> tx_json(std::string_view raw) {
  const auto outer = parse_message<wire::TxRaw>(raw);
  if (!outer) return "the bytes are not a transaction";
  const auto body = parse_message<wire::TxBody>(outer->body_bytes());
  if (!body) return "the transaction's body is not one";
  const auto auth = parse_message<wire::AuthInfo>(outer->auth_info_bytes());
  if (!auth) return "the transaction's auth info is not one";
  json::array messages, signers, coins, signatures;
  for (const auto& each : body->messages()) messages.push_back(message_json(each));
  for (const auto& each : auth->signer_infos()) signers.push_back(signer_json(each));
  for (const auto& each : auth->fee().amount())
    coins.push_back(json::object{{"denom", each.denom()}, {"amount", each.amount()}});
  for (const auto& each : outer->signatures()) signatures.push_back(json::string(to_base64(each)));
  return json::object{{"body", json::object{{"messages", std::move(messages)},
                                            {"memo", body->memo()},
                                            {"timeout_height", number(body->timeout_height())}}},
                      {"auth_info", json::object{{"signer_infos", std::move(signers)},
                                                 {"fee", json::object{{"amount", std::move(coins)},
                                                                      {"gas_limit", number(auth->fee().gas_limit())},
                                                                      {"payer", auth->fee().payer()},
                                                                      {"granter", auth->fee().granter()}}}}},
                      {"signatures", std::move(signatures)},
                      {"hash", tx_hash(raw).hex}};
}

} // namespace inferd::chain
