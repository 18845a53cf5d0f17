#include "runtime/cli/doctor/doctor_models.hpp"

#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/models/runner/shared_library.hpp"

#include <fmt/format.h>

namespace inferd::cli {

using Kind = Finding::Kind;

Finding check_foreign_model(const TopicSettings& topic) {
  const auto what = fmt::format("model of {}", topic.id.value);
  try {
    const auto plan = plan_foreign(topic, models::ModelHost(checking_host()));
    auto seen = plan.spec.name;
    if (!plan.facts.runtime.empty()) seen += fmt::format(", {} inputs, by {}", plan.inputs.size(), plan.facts.runtime);
    if (const auto& fallback = plan.policy.fallback) return {Kind::fine, what, seen + ", fallback " + fallback->name(), {}};
    return {Kind::doubtful, what, seen + ", without a fallback", "topic.fallback = \"model.json\" answers where it does not"};
  } catch (const CannotStart& e) {
    return {Kind::wrong, what, e.sentence.empty() ? e.what() : e.sentence, "correct topic.model, or run etc/model-runtimes"};
  }
}

Finding check_runtimes() {
  const auto folders = runtime_folders();
  std::string seen;
  const auto add = [&](const char* name, auto open) {
    std::string where = "not found";
    try {
      where = open(folders).path();
    } catch (const std::exception&) {
    }
    seen += fmt::format("{}{}: {}", seen.empty() ? "" : ", ", name, where);
  };
  add("ONNX Runtime", models::open_onnxruntime);
  add("Treelite (LightGBM)", models::open_treelite);
  add("XGBoost", models::open_xgboost);
  return {Kind::fine, "model runtimes", seen, {}};
}

} // namespace inferd::cli
