#include "runtime/models/runner/loaded_model.hpp"

#include "base/decimal_text.hpp"
#include "base/descriptor.hpp"
#include "messages/json.hpp"
#include "runtime/market/fields.hpp"
#include "runtime/market/json_text.hpp"
#include "runtime/models/protocol.hpp"
#include "runtime/models/runner/model_text.hpp"

#include <cerrno>
#include <cmath>
#include <csignal>
#include <fmt/format.h>
#include <unistd.h>

namespace inferd::models {
namespace {

constexpr std::size_t longest_request = 4u << 20;

std::string member_text(const char* name, std::string_view text) {
  std::string out = fmt::format("{{\"{}\":", name);
  append_json_text(out, text);
  return out + "}";
}

std::string hello(const ModelFacts& facts) {
  std::string out = R"({"ready":{"runtime":)";
  append_json_text(out, facts.runtime);
  out += ",\"inputs\":";
  append_json(out, facts.inputs);
  return out + fmt::format(",\"outputs\":{}}}}}", facts.outputs);
}

/// The answer to one request. Its values are labelled by the request's labels.
std::string answer(LoadedModel& model, const RunnerSettings& settings, std::string_view line) {
  const auto request = market::parse_json_text(line);
  const auto& o = market::object(request, "the request");
  const auto& features = market::object(market::member(o, "features"), "features");
  std::vector<double> row;
  for (const auto& name : model.facts().inputs) {
    const auto* value = features.if_contains(name);
    if (!value) throw RunnerError(fmt::format("the request has no feature \"{}\"", name));
    const bool missing = value->is_null();
    if (missing && !settings.allow_missing)
      throw RunnerError(fmt::format("feature {} is not defined yet: too few candles", name));
    row.push_back(missing ? std::nan("") : market::decimal(*value, name.c_str()));
  }
  const auto values = model.predict(row);
  for (const double x : values)
    if (!std::isfinite(x)) throw RunnerError(fmt::format("the model gives {}, not a finite number", x));
  const auto* nonce = o.if_contains("nonce");
  auto out =
    nonce && nonce->is_string() ? fmt::format("{{\"nonce\":{},", std::string_view(nonce->get_string())) : std::string("{");
  const auto* labels = o.if_contains("labels");
  if (!labels || !labels->is_array() || labels->get_array().empty())
    return out + fmt::format("\"value\":{}}}", shortest_text(values.at(0)));
  const auto& names = labels->get_array();
  if (names.size() != values.size()) throw RunnerError(fmt::format("{} outputs for {} labels", values.size(), names.size()));
  out += "\"values\":[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    out += i > 0 ? ",{\"label\":" : "{\"label\":";
    append_json_text(out, names[i].is_string() ? std::string_view(names[i].get_string()) : std::string_view());
    out += fmt::format(",\"value\":{}}}", shortest_text(values[i]));
  }
  return out + "]}";
}

} // namespace

std::unique_ptr<LoadedModel> load_model_file(const RunnerSettings& s) {
  if (s.kind == "onnx") return load_onnx(s);
  if (s.kind == "lightgbm") return load_lightgbm(s);
  if (s.kind == "xgboost") return load_xgboost(s);
  throw RunnerError("the kind \"" + s.kind + "\" is none of onnx, lightgbm and xgboost");
}

int run_model(const RunnerSettings& settings, int in, int out) {
  std::signal(SIGXFSZ, SIG_IGN); // with ChildSettings::reads_only a runtime's own file fails, and nothing else
  std::unique_ptr<LoadedModel> model;
  try {
    model = load_model_file(settings);
  } catch (const std::exception& e) {
    write_all(out, member_text("refused", e.what()) + "\n");
    return 1;
  }
  if (!write_all(out, hello(model->facts()) + "\n")) return 1;
  std::string pending;
  char buffer[16'384];
  for (;;) {
    const auto n = ::read(in, buffer, sizeof buffer);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return 0;
    pending.append(buffer, static_cast<std::size_t>(n));
    for (auto end = pending.find('\n'); end != pending.npos; end = pending.find('\n')) {
      std::string reply;
      try {
        reply = answer(*model, settings, std::string_view(pending).substr(0, end));
      } catch (const std::exception& e) {
        reply = member_text("error", one_sentence(e.what()));
      }
      pending.erase(0, end + 1);
      if (!write_all(out, reply + "\n")) return 1;
    }
    if (pending.size() > longest_request) return 1;
  }
}

} // namespace inferd::models
