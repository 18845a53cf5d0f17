#include "runtime/cli/predict_foreign.hpp"

#include "messages/limits.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/config/sections.hpp"
#include "runtime/daemon/foreign_plan.hpp"
#include "runtime/daemon/plan.hpp"
#include "runtime/models/protocol.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <ostream>

namespace inferd::cli {
namespace {

using models::LineProcess;
using models::ModelSpec;

constexpr std::int64_t first_row_ms = 60'000; ///< a program may load its libraries first

std::vector<std::string> split(std::string line) {
  if (line.ends_with('\r')) line.pop_back();
  std::vector<std::string> out(1);
  for (const char c : line) {
    if (c == ',') out.emplace_back();
    else out.back() += c;
  }
  return out;
}

/// As a topic's setting: a path, a URL, or an inline table.
TopicSettings topic_of(const std::string& model) {
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

/// The rows of a CSV file, as requests.
class Rows {
public:
  explicit Rows(const std::string& path) : path_(path), in_(path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    if (error) throw Failure(fmt::format("{}: {}", path, error.message()));
    if (size > limits::file_read)
      throw Failure(fmt::format("{}: {} bytes, more than the {} that are read", path, size, limits::file_read));
    std::string line;
    if (!std::getline(in_, line)) throw Failure(path + ": no first line with the columns' names");
    header_ = split(line);
  }

  /// All columns of numbers but a time.
  std::vector<std::string> columns() const {
    auto names = header_;
    std::erase(names, "timestamp");
    return names;
  }
  void choose(const std::vector<std::string>& names) {
    for (const auto& name : names) {
      const auto it = std::find(header_.begin(), header_.end(), name);
      if (it == header_.end())
        throw Failure(fmt::format("{}:1: there is no column \"{}\", which the model needs", path_, name));
      chosen_.push_back(static_cast<std::size_t>(it - header_.begin()));
    }
  }
  bool next(std::vector<double>& row) {
    std::string line;
    if (!std::getline(in_, line) || line.empty() || line == "\r") return false;
    ++number_;
    const auto fields = split(line);
    if (fields.size() != header_.size())
      throw Failure(fmt::format("{}: {} columns where {} are expected", where(), fields.size(), header_.size()));
    row.clear();
    for (const auto column : chosen_) {
      const auto& text = fields[column];
      double x = std::nan(""); // an empty field: not defined
      const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), x);
      if (!text.empty() && (fault != std::errc{} || end != text.data() + text.size() || !std::isfinite(x)))
        throw Failure(fmt::format("{}: {} is not a finite number", where(), header_[column]));
      row.push_back(x);
    }
    return true;
  }
  std::string where() const { return fmt::format("{}:{}", path_, number_); }

private:
  std::string path_;
  std::ifstream in_;
  std::vector<std::string> header_;
  std::vector<std::size_t> chosen_;
  std::size_t number_ = 1;
};

/// The model's answer to one row. Throws Failure.
models::LineAnswer ask(LineProcess& process, const std::string& request, std::int64_t deadline_ms, Height nonce,
                       const std::string& where) {
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
  if (!why.empty()) throw Failure(where + ": " + why);
  return answer;
}

std::string digits17(const std::string& text) {
  double x{};
  std::from_chars(text.data(), text.data() + text.size(), x);
  return fmt::format("{:.17g}", x);
}

} // namespace

bool predict_foreign(const std::string& model, const std::string& path, std::ostream& out) {
  const auto topic = topic_of(model);
  if (!is_foreign(topic)) return false;
  try {
    auto spec = model_spec(topic);
    if (spec.kind == ModelSpec::Kind::http) throw Failure("--model: a model behind a URL takes no rows");
    spec.allow_missing = true;
    spec.candles = 0;
    const models::ModelHost host(checking_host());
    Rows rows(path);
    auto names = spec.features.empty() ? rows.columns() : spec.features;
    if (spec.kind != ModelSpec::Kind::command) {
      models::ModelFacts facts;
      if (const auto why = host.check(spec, &facts); !why.empty()) throw Failure(topic.model + ": " + why);
      names = facts.inputs;
    }
    rows.choose(names);
    const auto process = host.start(spec, {});
    AskModel question{.topic = {1}};
    for (std::int64_t n = 1; rows.next(question.values); ++n) {
      question.nonce = Height{n};
      const auto request = models::request_line(spec, question, names, {});
      const auto answer = ask(*process, request, n == 1 ? first_row_ms : spec.deadline_ms, question.nonce, rows.where());
      std::string line;
      for (const auto& [label, value] : answer.values)
        line += (line.empty() ? "" : ",") + (label.empty() ? "" : label + '=') + digits17(value);
      out << line << '\n';
    }
  } catch (const CannotStart& e) {
    throw Failure(e.sentence.empty() ? e.what() : e.sentence);
  }
  return true;
}

} // namespace inferd::cli
