// End block of the emissions module. Recorded events: tests/golden/websocket.jsonl.

#include "runtime/sim/chain/emissions.hpp"
#include "runtime/sim/chain/scoring.hpp"

#include <fmt/format.h>

namespace inferd::sim {

namespace {

constexpr double ema_alpha = 0.1; // weight of the newest score
const std::string inferer = "\"ACTOR_TYPE_INFERER_UNSPECIFIED\"", reputer = "\"ACTOR_TYPE_REPUTER\"";

std::string id_of(const Topic& topic) { return quoted(static_cast<std::int64_t>(topic.settings.id)); }

template <class Each> std::vector<std::string> listed(const Window& window, Each each) {
  std::vector<std::string> out;
  for (const auto& a : window.answers) out.push_back(each(a));
  return out;
}

std::string joined(const std::vector<std::string>& texts) { return fmt::format("[{}]", fmt::join(texts, ",")); }

std::vector<std::string> texts(const std::vector<NormalValue>& values) {
  std::vector<std::string> out;
  for (const auto& v : values) out.push_back(v.value);
  return out;
}

} // namespace

std::vector<Emissions::Payout> Emissions::end_block(std::int64_t height, Instant now, std::vector<Event>& events) {
  std::vector<Payout> payouts;
  for (auto& [id, topic] : topics_) {
    if (topic.next_opening() == height) {
      if (topic.active) open(topic, height, now, events);
      else topic.last_opened = height; // keeps the schedule, so a reactivated topic opens at its next regular height
    }
    while (!topic.open.empty() && topic.open.front().closes <= height) {
      auto window = std::move(topic.open.front());
      topic.open.pop_front();
      window.closed = height;
      close(topic, std::move(window), events);
    }
    while (!topic.awaiting.empty()) {
      const auto& oldest = topic.awaiting.front();
      const auto reports = oldest.nonce + topic.settings.ground_truth_lag;
      const auto settles = reports + topic.settings.epoch_length;
      if (height == reports && settles != reports)
        events.push_back({named("EventReputerSubmissionWindowOpened"),
                          {{"nonce_block_height", quoted(oldest.nonce)},
                           {"topic_id", id_of(topic)},
                           {"window_end_block", quoted(settles)},
                           {"mode", "EndBlock"}}});
      if (height < settles) break;
      for (auto& p : settle(topic, oldest, height, events)) payouts.push_back(std::move(p));
      topic.scored.push_back(std::move(topic.awaiting.front()));
      topic.awaiting.pop_front();
      if (topic.scored.size() > kept_windows) topic.scored.pop_front();
    }
  }
  return payouts;
}

void Emissions::open(Topic& topic, std::int64_t height, Instant now, std::vector<Event>& events) {
  topic.last_opened = height;
  topic.open.push_back({height, height + topic.settings.window_length, now, {}, 0});
  events.push_back(
    {named("EventTopicStatusChanged"), {{"is_active", "true"}, {"topic_id", id_of(topic)}, {"mode", "EndBlock"}}});
  events.push_back({named("EventWorkerSubmissionWindowOpened"),
                    {{"nonce_block_height", quoted(height)},
                     {"topic_id", id_of(topic)},
                     {"window_end_block", quoted(height + topic.settings.window_length)},
                     {"mode", "EndBlock"}}});
}

void Emissions::close_windows(std::uint64_t id) {
  if (auto* topic = find(id))
    for (auto& window : topic->open) window.closes = 0;
}

void Emissions::close(Topic& topic, Window window, std::vector<Event>& events) {
  if (!window.answers.empty()) {
    std::vector<std::vector<NormalValue>> answers;
    for (const auto& a : window.answers) answers.push_back(a.values);
    const auto mean = mean_of(answers);
    std::vector<std::string> labels;
    for (const auto& v : mean) labels.push_back(v.label);
    const auto workers = quoted_list(listed(window, [](const Submitted& s) { return s.worker; }));
    const auto values = joined(listed(window, [](const Submitted& s) { return quoted_list(texts(s.values)); }));
    const auto multi = topic.settings.multi; // none for labels
    for (const bool resistant : {false, true}) {
      if (resistant && multi) continue;
      events.push_back({named("EventNetworkInferenceBundle"),
                        {{"combined_value", quoted_list(texts(mean))},
                         {"forecaster_addresses", "[]"},
                         {"forecaster_values", "[]"},
                         {"inferer_addresses", workers},
                         {"inferer_values", values},
                         {"label_names", quoted_list(labels)},
                         {"naive_value", quoted_list(texts(mean))},
                         {"nonce", quoted(window.nonce)},
                         {"outlier_resistant", resistant ? "true" : "false"},
                         {"topic_id", id_of(topic)},
                         {"mode", "EndBlock"}}});
    }
    events.push_back({named("EventActiveInferersSet"),
                      {{"addresses", workers},
                       {"nonce_block_height", quoted(window.nonce)},
                       {"topic_id", id_of(topic)},
                       {"mode", "EndBlock"}}});
  }
  events.push_back({named("EventWorkerSubmissionWindowClosed"),
                    {{"nonce_block_height", quoted(window.nonce)}, {"topic_id", id_of(topic)}, {"mode", "EndBlock"}}});
  if (window.answers.empty()) return;
  topic.concluded = window;
  topic.awaiting.push_back(std::move(window));
}

std::vector<Emissions::Payout> Emissions::settle(Topic& topic, const Window& window, std::int64_t height,
                                                 std::vector<Event>& events) {
  const auto truth = settings_.truth ? settings_.truth(topic.settings, window.opened) : std::nullopt;
  events.push_back({named("EventReputerSubmissionWindowClosed"),
                    {{"nonce_block_height", quoted(window.nonce)}, {"topic_id", id_of(topic)}, {"mode", "EndBlock"}}});
  if (!truth) return {};

  std::vector<double> scores;
  std::vector<std::string> workers, score_texts, ema_texts, active;
  for (const auto& a : window.answers) {
    scores.push_back(score_of(topic.settings, a.values, *truth));
    auto& ema = topic.ema[a.worker];
    ema = {window.nonce, ema.nonce ? ema_alpha * scores.back() + (1 - ema_alpha) * ema.score : scores.back()};
    workers.push_back(a.worker);
    score_texts.push_back(score_text(scores.back()));
    ema_texts.push_back(score_text(ema.score));
    active.push_back("true");
  }
  const auto of_reputer = quoted_list({reputer_account});
  const auto scored = [&](const std::string& actor, const std::string& who, const std::string& what) {
    events.push_back({named("EventScoresSet"),
                      {{"actor_type", actor},
                       {"addresses", who},
                       {"block_height", quoted(window.nonce)},
                       {"scores", what},
                       {"topic_id", id_of(topic)},
                       {"mode", "EndBlock"}}});
  };
  scored(reputer, of_reputer, "[\"100.0000000000000000000000000000000\"]"); // as on the real chain
  scored(inferer, quoted_list(workers), quoted_list(score_texts));
  events.push_back({named("EventEMAScoresSet"),
                    {{"actor_type", inferer},
                     {"addresses", quoted_list(workers)},
                     {"is_active", joined(active)},
                     {"nonce", quoted(window.nonce)},
                     {"scores", quoted_list(ema_texts)},
                     {"topic_id", id_of(topic)},
                     {"mode", "EndBlock"}}});

  const auto shares = split(settings_.epoch_reward, scores);
  std::vector<Payout> payouts;
  std::vector<std::string> rewards;
  for (std::size_t i = 0; i < shares.size(); ++i) {
    payouts.push_back({workers[i], shares[i]});
    rewards.push_back(to_text(shares[i]));
  }
  events.push_back({named("EventRewardsSettled"),
                    {{"actor_type", inferer},
                     {"addresses", quoted_list(workers)},
                     {"block_height", quoted(window.nonce)},
                     {"block_height_tx", quoted(height)},
                     {"rewards", quoted_list(rewards)},
                     {"topic_id", id_of(topic)},
                     {"mode", "EndBlock"}}});
  return payouts;
}

} // namespace inferd::sim
