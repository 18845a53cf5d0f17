#include "runtime/cli/models/predict_foreign.hpp"

#include "runtime/cli/commands.hpp"
#include "runtime/cli/models/feature_rows.hpp"
#include "runtime/config/sections.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/plan/plan.hpp"
#include "runtime/models/protocol.hpp"

#include <charconv>
#include <fmt/format.h>
#include <future>
#include <ostream>

namespace inferd::cli {
namespace {

using models::LineProcess;
using models::ModelSpec;

/// All columns of numbers but a time.
std::vector<std::string> columns_of(const FeatureRows& rows) {
  auto names = rows.header();
  std::erase(names, "timestamp");
  return names;
}

std::string digits17(const std::string& text) {
  double x{};
  std::from_chars(text.data(), text.data() + text.size(), x);
  return fmt::format("{:.17g}", x);
}

} // namespace

TopicSettings topic_with_model(const std::string& model) {
  const bool table = model.find_first_not_of(" \t") != model.npos && model[model.find_first_not_of(" \t")] == '{';
  const auto parsed = parse_toml("--model", "model = " + (table ? model : toml_text(model)));
  if (const auto* mistake = std::get_if<ConfigMistake>(&parsed)) throw Failure(to_string(*mistake));
  const auto host = real_host();
  Reading reading{.host = host, .complete = true};
  Table t(reading, &std::get<Node>(parsed), "");
  TopicSettings topic{.horizon_ms = 3'600'000};
  topic.foreign = read_model(t, "model", "");
  topic.model = topic.foreign.file;
  if (!reading.mistakes.empty()) throw Failure("--model: " + reading.mistakes.front().sentence);
  return topic;
}

std::variant<models::LineAnswer, std::string> ask_and_wait(LineProcess& process, const std::string& request,
                                                           std::int64_t deadline_ms, Height nonce) {
  models::LineAnswer answer;
  std::promise<std::string> failed;
  process.ask(
    request, deadline_ms,
    [&](std::string_view line) -> std::string {
      auto parsed = models::parse_answer(line, nonce);
      if (auto* why = std::get_if<std::string>(&parsed)) return *why;
      answer = std::get<models::LineAnswer>(std::move(parsed));
      return {};
    },
    [&](std::variant<std::string, LineProcess::Failed> r) {
      const auto* why = std::get_if<LineProcess::Failed>(&r);
      failed.set_value(why ? why->reason : std::string());
    });
  auto why = failed.get_future().get();
  if (why.empty()) why = answer.error;
  if (!why.empty()) return why;
  return answer;
}

bool predict_foreign(const std::string& model, const std::string& path, std::ostream& out) {
  const auto topic = topic_with_model(model);
  if (!is_foreign(topic)) return false;
  try {
    auto spec = model_spec(topic);
    if (spec.kind == ModelSpec::Kind::http) throw Failure("--model: a model behind a URL takes no rows");
    spec.allow_missing = true;
    spec.candles = 0;
    const models::ModelHost host(checking_host());
    FeatureRows rows(path);
    auto names = spec.features.empty() ? columns_of(rows) : spec.features;
    if (spec.kind != ModelSpec::Kind::command) {
      models::ModelFacts facts;
      if (const auto why = host.check(spec, &facts); !why.empty()) throw Failure(topic.model + ": " + why);
      names = facts.inputs;
    }
    std::vector<std::size_t> columns;
    for (const auto& name : names) columns.push_back(rows.column(name));
    const auto process = host.start(spec, {});
    AskModel question{.topic = {1}};
    for (std::int64_t n = 1; rows.next(); ++n) {
      question.nonce = Height{n};
      question.values.clear();
      for (const auto column : columns) question.values.push_back(rows.at(column));
      const auto request = models::request_line(spec, question, names, {});
      const auto answer = ask_and_wait(*process, request, n == 1 ? first_answer_ms : spec.deadline_ms, question.nonce);
      if (const auto* why = std::get_if<std::string>(&answer)) throw Failure(rows.where() + ": " + *why);
      std::string line;
      for (const auto& [label, value] : std::get<models::LineAnswer>(answer).values)
        line += (line.empty() ? "" : ",") + (label.empty() ? "" : label + '=') + digits17(value);
      out << line << '\n';
    }
  } catch (const CannotStart& e) {
    throw Failure(e.sentence.empty() ? e.what() : e.sentence);
  }
  return true;
}

} // namespace inferd::cli
