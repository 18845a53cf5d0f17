#include "runtime/daemon/foreign_plan.hpp"

#include "actors/pipeline/fetcher_core.hpp"
#include "model/features.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/daemon/plan.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

namespace inferd {
namespace {

using Form = ModelSettings::Form;
using Kind = models::ModelSpec::Kind;

CannotStart refused(const TopicSettings& topic, const std::string& key, const std::string& why) {
  return {"topic " + std::to_string(topic.id.value), topic.table + "." + key, why};
}

Kind kind_of(Form form) {
  switch (form) {
    case Form::command: return Kind::command;
    case Form::http: return Kind::http;
    case Form::onnx: return Kind::onnx;
    case Form::lightgbm: return Kind::lightgbm;
    case Form::xgboost:
    case Form::json: return Kind::xgboost;
  }
  return Kind::command;
}

SanityRules sanity_rules(const TopicSettings& topic) {
  const auto& s = topic.sanity;
  SanityRules rules{.same_values = s.same_values, .network_deviations = s.network_deviations};
  rules.relative = topic.target == "price";
  const double bound = std::min(1.0, 0.1 * std::sqrt(static_cast<double>(topic.horizon_hours)));
  if (topic.target == "labels") rules.least = 0, rules.most = 1;
  else if (topic.target == "volatility") rules.least = 1e-12, rules.most = 10 * bound;
  else rules.least = -bound, rules.most = bound;
  if (s.plausible) std::tie(rules.least, rules.most) = *s.plausible;
  return rules;
}

} // namespace

bool is_foreign(const TopicSettings& topic) {
  return topic.foreign.form != Form::json || models::is_xgboost_json(topic.foreign.file);
}

models::ModelSpec model_spec(const TopicSettings& topic) {
  const auto& m = topic.foreign;
  models::ModelSpec spec{.kind = kind_of(m.form), .command = m.command, .folder = m.folder, .file = m.file, .url = m.url};
  spec.parameters = m.parameters;
  spec.features = m.features;
  spec.labels = m.labels;
  spec.candles = m.candles;
  spec.deadline_ms = m.deadline_ms;
  spec.memory_mb = m.memory_mb;
  spec.symbol = topic.symbol;
  spec.target = topic.target;
  spec.horizon_minutes = topic.horizon_hours * 60;
  auto headers = read_headers(m.headers, real_host());
  if (const auto* trouble = std::get_if<std::string>(&headers)) throw refused(topic, "model.headers", *trouble);
  spec.headers = std::get<HttpHeaders>(std::move(headers));
  spec.name = models::model_name(spec);
  return spec;
}

ForeignPolicy foreign_policy(const TopicSettings& topic) {
  ForeignPolicy policy{.topic = topic.id, .name = models::model_name(model_spec(topic))};
  policy.output = topic.target == "price"    ? ModelOutput::price
                  : topic.target == "labels" ? ModelOutput::probability
                                             : ModelOutput::log_return;
  policy.horizon_hours = topic.horizon_hours;
  policy.deadline_ms = topic.foreign.deadline_ms;
  policy.sanity = sanity_rules(topic);
  if (topic.fallback.empty()) return policy;
  auto built_in = topic;
  built_in.foreign = {.form = Form::json, .file = topic.fallback};
  built_in.model = topic.fallback;
  try {
    policy.fallback = load_topic_model(built_in);
  } catch (const CannotStart& e) {
    throw refused(topic, "fallback", e.sentence);
  }
  return policy;
}

std::size_t foreign_candles(const TopicSettings& topic) {
  if (topic.foreign.form == Form::http && topic.fallback.empty()) return 1;
  return std::max(Subscriber{}.min_candles, topic.foreign.form == Form::command ? topic.foreign.candles : 0);
}

std::vector<std::string> known_features() { return {feature_names().begin(), feature_names().end()}; }

std::vector<std::string> runtime_folders(const Config& config) {
  std::vector<std::string> folders;
  if (const auto* given = std::getenv("INFERD_RUNTIMES")) folders.emplace_back(given);
  if (!config.state_dir.empty()) folders.push_back(config.state_dir + "/runtimes");
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) folders.push_back((program.parent_path() / "runtimes").string());
  folders.emplace_back("/usr/local/lib/inferd/runtimes");
  return folders;
}

void check_foreign(const TopicSettings& topic, const models::ModelHost& host) {
  const auto spec = model_spec(topic);
  foreign_policy(topic);
  if (const auto why = host.check(spec, known_features()); !why.empty())
    throw refused(topic, "model", (spec.file.empty() ? spec.name : spec.file) + ": " + why);
}

} // namespace inferd
