#include "runtime/daemon/plan/foreign_plan.hpp"

#include "model/inputs/joint_features.hpp"
#include "runtime/config/host_environment.hpp"
#include "runtime/config/secret_source.hpp"
#include "runtime/daemon/plan/plan.hpp"

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
    case Form::network: break; // no model runs for it
  }
  return Kind::command;
}

std::string target_of(const TopicSettings& topic) {
  if (!topic.target.empty()) return topic.target;
  return topic.foreign.labels.empty() ? "log_return" : "labels";
}

SanityRules sanity_rules(const TopicSettings& topic) {
  const auto& s = topic.sanity;
  const auto target = target_of(topic);
  SanityRules rules{.same_values = s.same_values, .network_deviations = s.network_deviations};
  rules.relative = target == "price";
  const double bound = std::min(1.0, 0.1 * std::sqrt(static_cast<double>(topic.horizon_ms) / 3'600'000));
  if (target == "labels") rules.least = 0, rules.most = 1;
  else if (target == "volatility") rules.least = 1e-12, rules.most = 10 * bound;
  else rules.least = -bound, rules.most = bound;
  if (s.plausible) std::tie(rules.least, rules.most) = *s.plausible;
  return rules;
}

ModelOutput output_of(const std::string& target) {
  if (target == "price") return ModelOutput::price;
  if (target == "volatility") return ModelOutput::volatility;
  return target == "labels" ? ModelOutput::probability : ModelOutput::log_return;
}

std::shared_ptr<const Model> fallback_of(const TopicSettings& topic) {
  if (topic.fallback.empty()) return nullptr;
  auto built_in = topic;
  built_in.foreign = {.form = Form::json, .file = topic.fallback};
  built_in.model = topic.fallback;
  try {
    return load_topic_model(built_in);
  } catch (const CannotStart& e) {
    throw refused(topic, "fallback", e.sentence);
  }
}

} // namespace

bool is_foreign(const TopicSettings& topic) {
  if (topic.foreign.form == Form::network) return false;
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
  spec.target = target_of(topic);
  spec.horizon_minutes = topic.horizon_ms / 60'000;
  spec.interval_minutes = topic.interval.ms / 60'000;
  auto headers = read_headers(m.headers, real_host());
  if (const auto* trouble = std::get_if<std::string>(&headers)) throw refused(topic, "model.headers", *trouble);
  spec.headers = std::get<HttpHeaders>(std::move(headers));
  spec.name = models::model_name(spec);
  return spec;
}

ForeignPlan plan_foreign(const TopicSettings& topic, const models::ModelHost& host) {
  ForeignPlan plan{.policy = {.topic = topic.id}, .spec = model_spec(topic)};
  const auto& spec = plan.spec;
  auto& policy = plan.policy;
  policy.name = spec.name;
  policy.output = output_of(spec.target);
  policy.horizon_ms = topic.horizon_ms;
  policy.deadline_ms = spec.deadline_ms;
  policy.sanity = sanity_rules(topic);
  policy.fallback = fallback_of(topic);
  const auto what = spec.file.empty() ? spec.name : spec.file;
  if (const auto why = host.check(spec, &plan.facts); !why.empty()) throw refused(topic, "model", what + ": " + why);
  if (spec.kind == Kind::command) plan.inputs = spec.features.empty() ? classic_features() : spec.features;
  else plan.inputs = plan.facts.inputs;
  policy.inputs = plan.inputs.size();
  const FeatureContext context{topic.interval, topic.horizon_ms / topic.interval.ms};
  plan.declared = {topic.id, plan.inputs, context.horizon};
  if (policy.fallback && policy.fallback->needs_features())
    plan.declared.names.insert(plan.declared.names.end(), policy.fallback->features().begin(),
                               policy.fallback->features().end());
  try {
    const JointFeatures features(plan.declared.names, context);
    plan.candles = std::max<std::size_t>(features.needed(), 1);
    plan.others = needed_of_others(features, {topic.symbol, topic.interval});
  } catch (const FeatureError& e) {
    throw refused(topic, "model", what + ": " + e.what());
  }
  if (spec.kind == Kind::command) plan.candles = std::max(plan.candles, spec.candles);
  return plan;
}

std::vector<std::string> runtime_folders() {
  std::vector<std::string> folders;
  if (const auto* given = std::getenv("INFERD_RUNTIMES")) folders.emplace_back(given);
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (!error) {
    folders.push_back((program.parent_path() / "runtimes").string());
    folders.push_back((program.parent_path().parent_path() / "lib/inferd/runtimes").string()); // installed below a prefix
  }
  folders.emplace_back("/usr/local/lib/inferd/runtimes");
  return folders;
}

models::ModelHostSettings checking_host() { return {"/proc/self/exe", runtime_folders(), {}, {}}; }

} // namespace inferd
