// inferd replay --model: what another model would have submitted.

#include "runtime/cli/records/replay_model.hpp"

#include "actors/pipeline/foreign_core.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"
#include "model/model.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/model_table.hpp"
#include "runtime/cli/options.hpp"
#include "runtime/cli/models/predict_foreign.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/cli/records/tape_file.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/tape/what_if.hpp"

#include <boost/json.hpp>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iostream>

namespace inferd::cli {
namespace {

namespace json = boost::json;

/// A model from outside in a process of its own, judged by the topic's settings as in the daemon.
class ForeignTry {
public:
  explicit ForeignTry(ForeignPlan plan) : plan_(std::move(plan)), core_(plan_.policy), host_(checking_host()) {
    process_ = host_.start(plan_.spec, {});
  }

  std::variant<Predicted, WindowSkipped> answer(const TopicArrived& rules, const FeaturesComputed& features,
                                                const std::map<Instant, Candle>& known) {
    auto effects = core_.on(rules, features.candle);
    effects = core_.on(features, features.candle);
    for (std::size_t i = 0; i < effects.size(); ++i) // an answer has effects of its own
      if (const auto* question = std::get_if<AskModel>(&effects[i])) {
        auto more = ask(*question, known);
        effects.insert(effects.end(), more.begin(), more.end());
        break;
      }
    for (auto& effect : effects)
      if (auto* predicted = std::get_if<Predicted>(&effect)) return std::move(*predicted);
    for (auto& effect : effects)
      if (auto* skipped = std::get_if<WindowSkipped>(&effect)) return std::move(*skipped);
    return WindowSkipped{features.topic, features.nonce, "no answer"};
  }

private:
  ForeignCore::Effects ask(const AskModel& question, const std::map<Instant, Candle>& known) {
    std::vector<Candle> candles;
    const auto end = known.upper_bound(question.candle);
    for (auto it = end; it != known.begin() && candles.size() < plan_.spec.candles;) candles.push_back((--it)->second);
    std::reverse(candles.begin(), candles.end());
    const auto request = models::request_line(plan_.spec, question, plan_.inputs, candles);
    const auto answer =
      ask_and_wait(*process_, request, std::exchange(first_, false) ? first_answer_ms : plan_.spec.deadline_ms, question.nonce);
    if (const auto* why = std::get_if<std::string>(&answer))
      return core_.on(ModelFailed{question.topic, question.nonce, question.ask, *why}, question.candle);
    const auto& values = std::get<models::LineAnswer>(answer).values;
    return core_.on(ModelAnswered{question.topic, question.nonce, question.ask, values, 0}, question.candle);
  }

  ForeignPlan plan_;
  ForeignCore core_;
  models::ModelHost host_;
  std::shared_ptr<models::LineProcess> process_;
  bool first_ = true;
};

TriedModel tried_foreign(const WhatIfOptions& o, const TopicSettings& given) {
  if (given.foreign.form == ModelSettings::Form::http)
    throw Failure("--model: a model behind a URL is not asked about the past");
  const auto config = load_or_fail(o.config, ConfigFor::lookup);
  const auto topic = std::find_if(config.topics.begin(), config.topics.end(),
                                  [&](const TopicSettings& t) { return !o.topic || t.id.value == *o.topic; });
  if (topic == config.topics.end())
    throw Failure(fmt::format("--topic: the configuration has no topic {}", o.topic ? std::to_string(*o.topic) : ""),
                  exit_usage);
  if (!o.topic && config.topics.size() > 1)
    throw Failure("--topic: the configuration has several; name the one that the model is to answer", exit_usage);
  auto settings = *topic;
  settings.foreign = given.foreign;
  settings.model = given.model;
  settings.fallback.clear();
  const models::ModelHost host(checking_host());
  auto plan = plan_foreign(settings, host);
  TriedModel out{.name = plan.policy.name,
                 .feed = {settings.symbol, settings.interval},
                 .horizon_ms = settings.horizon_ms,
                 .output = plan.policy.output,
                 .estimator = rules_for(settings.interval)->usual,
                 .labels = {},
                 .features = plan.inputs,
                 .candles = plan.candles};
  const auto model = std::make_shared<ForeignTry>(std::move(plan));
  out.answer = [model](const TopicArrived& rules, const FeaturesComputed& features, const auto& known) {
    return model->answer(rules, features, known);
  };
  return out;
}

std::string texts(const std::vector<LabelledValue>& values) {
  std::string out;
  for (const auto& v : values) out += (out.empty() ? "" : ",") + (v.label.empty() ? "" : v.label + '=') + v.value;
  return out;
}

/// "2025-07-31 23:00"
std::string minute(Instant t) {
  auto text = utc_text(t).substr(0, 16);
  text[10] = ' ';
  return text;
}

void print(const WhatIf& result, const TriedModel& model, const std::string& path) {
  std::cout << fmt::format("topic {}, {} ahead, candles of {}: what {} would have submitted on {}\n", result.topic.value,
                           duration_words(model.horizon_ms), feed_name(model.feed), model.name, path);
  if (!result.history.empty()) std::cout << result.history << '\n';
  std::cout << fmt::format("{:>10}  {:<16}  {:>22} {:<12}  {:>22}  {:>22}\n", "nonce", "candle (UTC)", "submitted", "outcome",
                           "this model", "truth");
  for (const auto& w : result.windows) {
    const auto end = w.outcome.find(':');
    std::cout << fmt::format("{:>10}  {:<16}  {:>22} {:<12}  {:>22}  {:>22}\n", w.nonce.value,
                             w.source.empty() ? "-" : minute(w.candle), w.live.empty() ? "-" : texts(w.live),
                             w.outcome.empty() ? "-" : w.outcome.substr(0, end), w.other.empty() ? "-" : texts(w.other),
                             w.truth_text.empty() ? "not known" : w.truth_text);
    if (!w.reason.empty()) std::cout << fmt::format("{:>10}  this model would have submitted nothing: {}\n", "", w.reason);
  }
  const auto& s = result.score;
  if (s.windows > 0) {
    const auto line = [&](const std::string& name, double loss, double direction) {
      std::cout << fmt::format("  {:<44} {:.6f}{}\n", name, loss,
                               std::isfinite(direction) ? fmt::format("  direction right {:.3f}", direction) : "");
    };
    std::cout << fmt::format("{} over {} window{}\n", model.output == ModelOutput::probability ? "log loss" : "RMSE", s.windows,
                             s.windows == 1 ? "" : "s");
    line("the live model", s.live, s.live_direction);
    line(model.name, s.other, s.other_direction);
    if (std::isfinite(s.zero)) line("no change", s.zero, NAN);
  }
  std::cout << "what that allows to claim: " << result.claim << '\n';
}

json::value number(double x) { return std::isfinite(x) ? json::value(x) : json::value(nullptr); }

json::array to_array(const std::vector<LabelledValue>& values) {
  json::array out;
  for (const auto& v : values) out.push_back(json::object{{"label", v.label}, {"value", v.value}});
  return out;
}

void print_json(const WhatIf& result, const TriedModel& model, const std::string& path) {
  json::array windows;
  for (const auto& w : result.windows) {
    json::object row{
      {"nonce", w.nonce.value},    {"source", w.source},         {"candle", w.source.empty() ? "" : utc_text(w.candle)},
      {"live", to_array(w.live)},  {"live_model", w.live_model}, {"outcome", w.outcome},
      {"model", to_array(w.other)}};
    if (!w.reason.empty()) row["reason"] = w.reason;
    row["truth"] = w.truth_text.empty() ? json::value(nullptr) : json::value(w.truth_text);
    windows.push_back(std::move(row));
  }
  const auto& s = result.score;
  json::object score{{"windows", s.windows},
                     {"independent", s.independent},
                     {"live", number(s.live)},
                     {"model", number(s.other)},
                     {"no_change", number(s.zero)},
                     {"live_direction", number(s.live_direction)},
                     {"model_direction", number(s.other_direction)},
                     {"gain", number(s.gain)}};
  score["gain_range"] = s.range ? json::value(json::array{s.range->low, s.range->high}) : json::value(nullptr);
  std::cout << json::object{{"tape", path},
                            {"topic", result.topic.value},
                            {"feed", feed_name(model.feed)},
                            {"horizon", duration_text(model.horizon_ms)},
                            {"model", model.name},
                            {"windows", std::move(windows)},
                            {"score", std::move(score)},
                            {"claim", result.claim}}
            << '\n';
}

} // namespace

void replay_model(const WhatIfOptions& o) {
  try {
    const auto topic = topic_with_model(o.model);
    WhatIfSettings settings{.model = is_foreign(topic) ? tried_foreign(o, topic)
                                                       : tried(std::make_shared<Model>(load_model(o.model)))};
    const auto& inputs = settings.model.features;
    if (std::any_of(inputs.begin(), inputs.end(), is_of_network))
      throw Failure(settings.model.name +
                    " has the network's value among its inputs, which is not computed from a tape's candles");
    if (o.topic) settings.topic = TopicId{*o.topic};
    if (!o.candles.empty()) settings.candles = candles_or_fail(o.candles, settings.model.feed.interval).candles;
    const auto path = tape_path(o.tape, o.config);
    const auto result = what_if(read_tape(path), settings);
    o.json ? print_json(result, settings.model, path) : print(result, settings.model, path);
  } catch (const TapeError& e) {
    throw Failure(e.what());
  } catch (const ModelError& e) {
    throw Failure(e.what());
  } catch (const FeatureError& e) {
    throw Failure(o.model + ": " + e.what());
  } catch (const CannotStart& e) {
    throw Failure(e.sentence.empty() ? e.what() : e.sentence);
  }
}

} // namespace inferd::cli
