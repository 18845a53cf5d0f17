#include "runtime/cli/doctor_models.hpp"

#include "runtime/daemon/foreign_plan.hpp"
#include "runtime/daemon/plan.hpp"
#include "runtime/models/runner/shared_library.hpp"

#include <fmt/format.h>

namespace inferd::cli {

using Kind = Finding::Kind;

Finding check_foreign_model(const Config& config, const TopicSettings& topic) {
  const auto what = fmt::format("model of {}", topic.id.value);
  try {
    const auto spec = model_spec(topic);
    const auto policy = foreign_policy(topic);
    const models::ModelHost host({"/proc/self/exe", runtime_folders(config), {}, {}});
    models::ModelFacts facts;
    if (const auto why = host.check(spec, known_features(), &facts); !why.empty())
      return {Kind::wrong, what, spec.name + ": " + why, "correct topic.model, or run etc/model-runtimes"};
    auto seen = spec.name;
    if (!facts.runtime.empty()) seen += fmt::format(", {} inputs, by {}", facts.inputs.size(), facts.runtime);
    if (policy.fallback) return {Kind::fine, what, seen + ", fallback " + policy.fallback->name(), {}};
    return {Kind::doubtful, what, seen + ", without a fallback", "topic.fallback = \"model.json\" answers where it does not"};
  } catch (const CannotStart& e) {
    return {Kind::wrong, what, e.sentence.empty() ? e.what() : e.sentence, "correct it in the configuration"};
  }
}

Finding check_runtimes(const Config& config) {
  const auto folders = runtime_folders(config);
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
