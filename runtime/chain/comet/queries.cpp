#include "runtime/chain/comet/queries.hpp"

#include "runtime/chain/encoding/decimal.hpp"
#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/chain/encoding/proto/emissions.pb.h"
#include "runtime/chain/encoding/proto_io.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <limits>

namespace inferd::chain {

namespace {

constexpr int single_arity = 1, multi_arity = 2;

std::string emissions_path(std::string_view emissions, std::string_view method) {
  return fmt::format("/emissions.{}.QueryService/{}", emissions, method);
}

Query by_topic(std::string_view emissions, std::string_view method, TopicId topic) {
  wire::TopicRequest request;
  request.set_topic_id(topic.value);
  return {emissions_path(emissions, method), bytes_of(request)};
}

Query by_worker(std::string_view emissions, std::string_view method, TopicId topic, const Wallet& wallet) {
  wire::TopicAddressRequest request;
  request.set_topic_id(topic.value);
  request.set_address(wallet.address);
  return {emissions_path(emissions, method), bytes_of(request)};
}

std::string not_a(std::string_view what) { return fmt::format("the chain's answer is not {}", what); }

/// Nothing for an empty text or a non-digit.
std::optional<Uint128> saturating(std::string_view digits) {
  if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
  return parse_digits(digits).value_or(uint128_max);
}

LabelledValue labelled(const std::string& label, const std::string& value, bool sole) {
  return {sole && label == "y" ? "" : label, value};
}

} // namespace

Query version_query(std::string_view emissions) { return {emissions_path(emissions, "GetParams"), {}}; }

Query window_query(std::string_view emissions, TopicId topic, const Wallet& wallet) {
  return by_worker(emissions, "GetWorkerSubmissionWindowStatus", topic, wallet);
}
Query topic_query(std::string_view emissions, TopicId topic) { return by_topic(emissions, "GetTopic", topic); }
Query inference_query(std::string_view emissions, TopicId topic, const Wallet& wallet) {
  return by_worker(emissions, "GetWorkerLatestInputInferenceByTopicId", topic, wallet);
}
Query nonces_query(std::string_view emissions, TopicId topic) {
  return by_topic(emissions, "GetUnfulfilledWorkerNonces", topic);
}
Query can_submit_query(std::string_view emissions, TopicId topic, const Wallet& wallet) {
  return by_worker(emissions, "CanSubmitWorkerPayload", topic, wallet);
}
Query registered_query(std::string_view emissions, TopicId topic, const Wallet& wallet) {
  return by_worker(emissions, "IsWorkerRegisteredInTopicId", topic, wallet);
}
Query score_query(std::string_view emissions, TopicId topic, const Wallet& wallet) {
  return by_worker(emissions, "GetInfererScoreEma", topic, wallet);
}
Query network_inference_query(std::string_view emissions, TopicId topic) {
  return by_topic(emissions, "GetLatestNetworkInferences", topic);
}

Query account_query(const Wallet& wallet) {
  wire::AddressRequest request;
  request.set_address(wallet.address);
  return {"/cosmos.auth.v1beta1.Query/AccountInfo", bytes_of(request)};
}

Query balance_query(const Wallet& wallet, std::string_view denom) {
  wire::BalanceRequest request;
  request.set_address(wallet.address);
  request.set_denom(std::string(denom));
  return {"/cosmos.bank.v1beta1.Query/Balance", bytes_of(request)};
}

Query gas_price_query(std::string_view denom) {
  wire::DenomRequest request;
  request.set_denom(std::string(denom));
  return {"/feemarket.feemarket.v1.Query/GasPrice", bytes_of(request)};
}

Query simulate_query(std::string_view raw_tx) {
  wire::SimulateRequest request;
  request.set_tx_bytes(std::string(raw_tx));
  return {"/cosmos.tx.v1beta1.Service/Simulate", bytes_of(request)};
}

Result<WindowStatusArrived> decode_window(std::string_view bytes, TopicId topic, Instant at) {
  const auto answer = parse_message<wire::WindowStatusResponse>(bytes);
  if (!answer) return not_a("a window status");
  for (const auto height : {answer->current_nonce_block_height(), answer->window_end_block(), answer->next_window_start_block(),
                            answer->next_window_end_block()})
    if (height < 0) return not_a("a window status: it holds a negative height");
  WindowStatusArrived status;
  status.topic = topic;
  status.is_open = answer->is_open();
  status.nonce = {answer->current_nonce_block_height()};
  status.closes = {answer->window_end_block()};
  status.next_nonce = {answer->next_window_start_block()};
  status.next_closes = {answer->next_window_end_block()};
  status.is_registered = answer->is_registered();
  status.is_whitelisted = answer->is_whitelisted();
  status.is_topic_active = answer->is_topic_active();
  status.at = at;
  if (status.is_open && status.nonce.value == 0) return not_a("a window status: a window is open without a nonce");
  return status;
}

Result<TopicArrived> decode_topic(std::string_view bytes, TopicId asked) {
  const auto answer = parse_message<wire::GetTopicResponse>(bytes);
  if (!answer) return not_a("a topic");
  const auto& topic = answer->topic();
  if (topic.id() != asked.value) return fmt::format("the chain answered with topic {} instead of {}", topic.id(), asked.value);
  if (topic.epoch_length() <= 0 || topic.worker_submission_window() <= 0 || topic.ground_truth_lag() < 0)
    return not_a("a topic: its epoch or window has no length");
  // v9 has no arity: every topic takes one value.
  if (topic.output_arity() < 0 || topic.output_arity() > multi_arity)
    return fmt::format("topic {} has output arity {}, which this version does not know", asked.value, topic.output_arity());
  TopicArrived out;
  out.topic = asked;
  out.metadata = topic.metadata();
  out.epoch_length = topic.epoch_length();
  out.window_length = topic.worker_submission_window();
  out.ground_truth_lag = topic.ground_truth_lag();
  out.multi = topic.output_arity() > single_arity;
  out.allow_negative = topic.allow_negative();
  out.require_unity = topic.require_unity();
  out.max_labels = topic.max_labels_per_submission();
  out.labels.assign(topic.label_whitelist().begin(), topic.label_whitelist().end());
  return out;
}

Result<InferenceArrived> decode_inference(std::string_view bytes, TopicId asked) {
  const auto answer = parse_message<wire::InputInferenceResponse>(bytes);
  if (!answer) return not_a("an inference");
  const auto& inference = answer->inference();
  if (inference.topic_id() != asked.value)
    return fmt::format("the chain answered with topic {} instead of {}", inference.topic_id(), asked.value);
  if (inference.block_height() <= 0) return not_a("an inference: it has no nonce");
  InferenceArrived out;
  out.topic = asked;
  out.found = true;
  out.nonce = {inference.block_height()};
  for (const auto& value : inference.values())
    out.values.push_back(labelled(value.label(), value.value(), inference.values_size() == 1));
  if (out.values.empty()) out.values.push_back({"", inference.value()});
  return out;
}

Result<AccountArrived> decode_account(std::string_view bytes, const Wallet& wallet) {
  const auto answer = parse_message<wire::AccountInfoResponse>(bytes);
  if (!answer) return not_a("an account");
  if (answer->info().address() != wallet.address) return "the chain answered with another account than the one asked for";
  AccountArrived account;
  account.wallet = wallet;
  account.exists = true;
  account.number = answer->info().account_number();
  account.sequence = {answer->info().sequence()};
  return account;
}

Result<Uallo> decode_balance(std::string_view bytes, std::string_view denom) {
  const auto answer = parse_message<wire::BalanceResponse>(bytes);
  if (!answer || answer->balance().denom() != denom) return not_a(fmt::format("a balance in {}", denom));
  const auto amount = saturating(answer->balance().amount());
  if (!amount) return not_a("a balance: the amount is no number");
  return Uallo{*amount};
}

Result<GasPriceArrived> decode_gas_price(std::string_view bytes, std::string_view denom) {
  const auto answer = parse_message<wire::GasPriceResponse>(bytes);
  if (!answer || answer->price().denom() != denom) return not_a(fmt::format("a gas price in {}", denom));
  const std::string_view digits = answer->price().amount();
  constexpr std::size_t dropped = 9; // decimals from 10^-18 to 10^-9
  const auto split = digits.size() - std::min(digits.size(), dropped);
  const auto whole = split ? saturating(digits.substr(0, split)) : Uint128{0};
  const auto rest = saturating(digits.substr(split));
  if (!whole || !rest) return not_a("a gas price: the amount is no number");
  return GasPriceArrived{GasPrice{saturating_add(*whole, *rest > 0)}};
}

Result<Gas> decode_simulation(std::string_view bytes) {
  const auto answer = parse_message<wire::SimulateResponse>(bytes);
  if (!answer || answer->gas_info().gas_used() == 0) return not_a("a simulation's result");
  return Gas{answer->gas_info().gas_used()};
}

Result<std::vector<Height>> decode_nonces(std::string_view bytes) {
  const auto answer = parse_message<wire::NoncesResponse>(bytes);
  if (!answer) return not_a("a list of nonces");
  std::vector<Height> nonces;
  for (const auto& nonce : answer->nonces().nonces()) {
    if (nonce.block_height() <= 0) return not_a("a list of nonces: one is not a height");
    nonces.push_back({nonce.block_height()});
  }
  return nonces;
}

Result<bool> decode_bool(std::string_view bytes) {
  const auto answer = parse_message<wire::BoolResponse>(bytes);
  if (!answer) return not_a("a yes or no");
  return answer->value();
}

Result<ScoreEvent> decode_score(std::string_view bytes) {
  const auto answer = parse_message<wire::ScoreResponse>(bytes);
  if (!answer) return not_a("a score");
  const auto& score = answer->score();
  auto value = canonical_decimal(score.score());
  if (const auto* error = std::get_if<std::string>(&value)) return not_a("a score: " + *error);
  return ScoreEvent{{score.topic_id()}, {score.block_height()}, {score.address()}, std::get<Decimal>(std::move(value))};
}

Result<BundleEvent> decode_network_inference(std::string_view bytes, const Wallet& ours) {
  const auto answer = parse_message<wire::NetworkInferencesResponse>(bytes);
  if (!answer) return not_a("a network inference");
  const auto& bundle = answer->network_inferences();
  BundleEvent out;
  out.topic = {bundle.topic_id()};
  out.nonce = {bundle.nonce()};
  if (bundle.combined_value_size()) out.combined = {bundle.combined_value(0).value()};
  for (const auto& worker : bundle.inferer_values()) {
    if (worker.worker() != ours.address) continue;
    for (const auto& value : worker.values())
      out.ours.push_back(labelled(value.label_name(), value.value(), worker.values_size() == 1));
  }
  return out;
}

} // namespace inferd::chain
