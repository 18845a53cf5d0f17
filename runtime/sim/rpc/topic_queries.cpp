#include "runtime/sim/rpc/topic_queries.hpp"

#include "runtime/sim/chain/scoring.hpp"

#include <map>

namespace inferd::sim {

namespace {

QueryResult flag(bool value) {
  wire::BoolResponse response;
  response.set_value(value);
  return response.SerializeAsString();
}

wire::Topic describe(const Topic& topic) {
  const auto& s = topic.settings;
  wire::Topic t;
  t.set_id(s.id);
  t.set_creator(reputer_account);
  t.set_metadata(s.metadata);
  t.set_loss_method(s.multi ? "bce" : "mse");
  t.set_epoch_last_ended(topic.last_opened);
  t.set_epoch_length(s.epoch_length);
  t.set_ground_truth_lag(s.ground_truth_lag);
  t.set_allow_negative(s.allow_negative);
  t.set_worker_submission_window(s.window_length);
  t.set_topic_type(s.multi ? 2 : 1);
  t.set_output_arity(s.multi ? 2 : 1);
  t.set_require_unity(s.require_unity);
  t.set_unity_tolerance(s.unity_tolerance);
  t.set_max_labels_per_submission(s.max_labels);
  for (const auto& l : s.labels) t.add_label_whitelist(l);
  t.set_label_default_value("0");
  t.set_label_case_sensitive(s.case_sensitive);
  return t;
}

QueryResult get_topic(const AskedTopic& q) {
  if (!q.topic) return unknown_request("error getting topic: topic does not exist");
  wire::GetTopicResponse response;
  *response.mutable_topic() = describe(*q.topic);
  response.set_weight("10000000000000000000000");
  response.set_effective_revenue("10000000000000000000000");
  response.set_topic_stake("10000000000000000000000");
  return response.SerializeAsString();
}

QueryResult no_topic(const AskedTopic& q) { return not_found("topic " + std::to_string(q.request.topic_id()) + " not found"); }

QueryResult nonces(const Topic* topic) {
  wire::NoncesResponse response;
  response.mutable_nonces();
  if (topic)
    for (const auto& w : topic->open) response.mutable_nonces()->add_nonces()->set_block_height(w.nonce);
  return response.SerializeAsString();
}

QueryResult window_status(const AskedTopic& q) {
  const auto* topic = q.topic;
  if (!topic) return unknown_request("error getting topic: topic does not exist");
  wire::WindowStatusResponse response;
  if (!topic->open.empty()) {
    const auto& window = topic->open.back();
    response.set_is_open(true);
    response.set_current_nonce_block_height(window.nonce);
    response.set_window_start_block(window.nonce);
    response.set_window_end_block(window.closes);
  }
  response.set_next_window_start_block(topic->next_opening());
  response.set_next_window_end_block(topic->next_opening() + topic->settings.window_length);
  response.set_is_registered(topic->registered.contains(q.request.address()));
  response.set_is_whitelisted(q.emissions.may_submit(*topic, q.request.address()));
  response.set_is_topic_active(topic->active);
  return response.SerializeAsString();
}

/// All that are kept: the open ones, and of the closed ones those with submissions. Oldest first.
std::vector<const Window*> windows(const Topic& topic) {
  std::vector<const Window*> all;
  for (const auto& w : topic.scored) all.push_back(&w);
  for (const auto& w : topic.awaiting) all.push_back(&w);
  if (topic.concluded && (all.empty() || all.back()->nonce < topic.concluded->nonce)) all.push_back(&*topic.concluded);
  for (const auto& w : topic.open) all.push_back(&w);
  return all;
}

QueryResult network_inferences(const AskedTopic& q) {
  wire::NetworkInferencesResponse response;
  auto& bundle = *response.mutable_network_inferences();
  bundle.set_topic_id(q.request.topic_id());
  const Window* last = nullptr;
  if (q.topic)
    for (const auto* w : windows(*q.topic))
      if (w->closed > 0 && w->closed <= q.height) last = w;
  if (!last) return response.SerializeAsString();
  const auto& window = *last;
  std::vector<std::vector<NormalValue>> answers;
  for (const auto& a : window.answers) answers.push_back(a.values);
  const auto mean = mean_of(answers);
  const auto put = [&](wire::NetworkValue& to, const NormalValue& v) {
    std::uint64_t label = 1;
    while (label <= mean.size() && mean[label - 1].label != v.label) ++label;
    to.set_label_id(label);
    to.set_label_name(v.label);
    to.set_value(v.value);
  };
  bundle.set_nonce(window.nonce);
  for (const auto& v : mean) {
    put(*bundle.add_combined_value(), v);
    put(*bundle.add_naive_value(), v);
  }
  for (const auto& a : window.answers) {
    auto& worker = *bundle.add_inferer_values();
    worker.set_worker(a.worker);
    for (const auto& v : a.values) put(*worker.add_values(), v);
  }
  response.set_inference_block_height(window.nonce);
  return response.SerializeAsString();
}

QueryResult latest_inference(const AskedTopic& q) {
  if (!q.topic) return no_topic(q);
  const Submitted* last = nullptr;
  for (const auto* window : windows(*q.topic))
    for (const auto& a : window->answers)
      if (a.worker == q.request.address() && a.height <= q.height && (window->closed == 0 || window->closed > q.height))
        last = &a;
  if (last) {
    wire::InputInferenceResponse response;
    *response.mutable_inference() = last->input;
    return response.SerializeAsString();
  }
  return not_found("latest input inference not found for topic " + std::to_string(q.request.topic_id()) + " worker " +
                   q.request.address());
}

QueryResult score_ema(const AskedTopic& q) {
  wire::ScoreResponse response;
  auto& score = *response.mutable_score();
  score.set_topic_id(q.request.topic_id());
  score.set_address(q.request.address());
  score.set_score("0");
  if (q.topic)
    if (const auto ema = q.topic->ema.find(q.request.address()); ema != q.topic->ema.end()) {
      score.set_block_height(ema->second.nonce);
      score.set_score(score_text(ema->second.score));
    }
  return response.SerializeAsString();
}

QueryResult robust_inferences(const AskedTopic& q) {
  if (!q.topic) return no_topic(q);
  if (q.topic->settings.multi)
    return invalid_request("rpc error: code = InvalidArgument desc = outlier resistant network inferences are not "
                           "supported for multi-label topics");
  return network_inferences(q);
}

QueryResult open_windows(const AskedTopic& q) {
  if (!q.topic)
    return unknown_request("error getting topic " + std::to_string(q.request.topic_id()) + ": topic does not exist");
  return nonces(q.topic);
}

QueryResult next_churning_block(const AskedTopic& q) {
  wire::HeightResponse response;
  if (q.topic) response.set_block_height(q.topic->next_opening());
  return response.SerializeAsString();
}

QueryResult is_registered(const AskedTopic& q) {
  return q.topic ? flag(q.topic->registered.contains(q.request.address())) : no_topic(q);
}

QueryResult can_submit(const AskedTopic& q) { // true even for an unknown topic, as on the real chain
  return flag(!q.topic || q.emissions.may_submit(*q.topic, q.request.address()));
}

} // namespace

TopicQuery topic_query(std::string_view method) {
  static const std::map<std::string_view, TopicQuery> table{
    {"GetTopic", get_topic},
    {"TopicExists", [](const AskedTopic& q) { return flag(q.topic != nullptr); }},
    {"IsTopicActive", [](const AskedTopic& q) { return flag(q.topic && q.topic->active); }},
    {"GetUnfulfilledWorkerNonces", [](const AskedTopic& q) { return nonces(q.topic); }},
    {"GetOpenWorkerSubmissionWindows", open_windows},
    {"GetNextChurningBlockByTopicId", next_churning_block},
    {"IsWorkerRegisteredInTopicId", is_registered},
    {"CanSubmitWorkerPayload", can_submit},
    {"GetWorkerSubmissionWindowStatus", window_status},
    {"GetLatestNetworkInferences", network_inferences},
    {"GetLatestNetworkInferencesOutlierResistant", robust_inferences},
    {"GetWorkerLatestInputInferenceByTopicId", latest_inference},
    {"GetInfererScoreEma", score_ema}};
  const auto found = table.find(method);
  return found == table.end() ? nullptr : found->second;
}

} // namespace inferd::sim
