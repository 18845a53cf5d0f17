// model = … of a topic, and what goes with a model from outside.

#include "runtime/config/checks.hpp"
#include "runtime/config/sections.hpp"
#include "runtime/config/suggest.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>

namespace inferd {
namespace {

using Form = ModelSettings::Form;

constexpr const char* forms = R"(a file, "http://…" or { command = ["python3", "predict.py"] })";
constexpr std::int64_t least_deadline_ms = 10, most_deadline_ms = 600'000;

bool is_url(const std::string& text) { return text.starts_with("http://") || text.starts_with("https://"); }

Form form_of(const std::string& file) {
  auto extension = std::filesystem::path(file).extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(), [](unsigned char c) { return std::tolower(c); });
  if (extension == ".onnx") return Form::onnx;
  if (extension == ".txt") return Form::lightgbm;
  if (extension == ".ubj") return Form::xgboost;
  return Form::json;
}

/// Placeholders in braces, which no URL has, are accepted.
std::string model_url_fault(std::string url) {
  std::replace_if(
    url.begin(), url.end(), [](char c) { return c == '{' || c == '}'; }, '_');
  return url_fault(url, {"https", "http"});
}

std::string label_fault(const std::string& label) {
  return label.empty() || label.size() > 64 ? "is no label; 1 to 64 bytes are wanted" : "";
}

void take_file(Table& t, const char* key, ModelSettings& m, std::string path) {
  m.file = std::move(path);
  m.form = form_of(m.file);
  need_file(t, key, m.file, "; `inferd train` writes it, or name another file");
}

/// The table's own settings; each form has some of them.
void read_table(Table& t, ModelSettings& m) {
  const auto given = t.given("file") + t.given("url") + t.given("command");
  if (given != 1)
    t.wrong("file", fmt::format("{}; one of file, url and command is wanted", given ? "is not alone" : "is missing"));
  if (t.given("command")) {
    m.form = Form::command;
    m.command = t.texts({"command"}, {}, [](const std::string& s) { return s.find('\0') == s.npos ? "" : "holds a NUL"; });
    if (m.command.empty() || m.command.front().empty()) t.wrong("command", "is empty; a program and its arguments are wanted");
    m.candles = static_cast<std::size_t>(t.number({"candles"}, 100, 0, 2'048, "the newest candles of the feed"));
  } else if (t.given("url")) {
    m.form = Form::http;
    m.url = t.text({"url"}, "", model_url_fault, shown_url);
    m.parameters = t.pairs({"parameters"});
    m.headers = read_headers(t);
  } else {
    take_file(t, "file", m, t.path({"file"}, ""));
  }
  if (m.form != Form::http) {
    m.features = t.texts({"features"}, {});
    m.memory_mb = t.number({"memory_mb"}, 1'024, 16, 1'048'576, "MiB");
  }
  m.labels = t.texts({"labels"}, {}, label_fault);
  m.deadline_ms = t.number({"deadline_ms"}, 4'000, least_deadline_ms, most_deadline_ms, "milliseconds");
  t.finish();
}

} // namespace

ModelSettings read_model(Table& topic, const char* key, const std::string& fallback) {
  auto& reading = topic.reading();
  ModelSettings m;
  m.folder = std::filesystem::path(reading.toml_file).parent_path().string();
  if (topic.is_table(key)) {
    auto t = topic.table(key);
    reading.show(t.name(), "{ … }", topic.place(key)); // the place of what shows at the start only
    read_table(t, m);
    return m;
  }
  const auto shown = reading.effective.size();
  const auto text = topic.text({key}, fallback, {}, [](const std::string& s) { return is_url(s) ? shown_url(s) : s; });
  if (is_url(text)) {
    m.form = Form::http;
    m.url = text;
    if (const auto fault = model_url_fault(text); !fault.empty())
      topic.wrong(key, fmt::format("{} {}", toml_text(shown_url(text)), fault));
    return m;
  }
  if (text.find("://") != text.npos) {
    topic.wrong(key, fmt::format("has another scheme than http and https; wanted is {}", forms));
    return m;
  }
  reading.effective.resize(shown);
  take_file(topic, key, m, topic.path({key}, fallback));
  return m;
}

void read_foreign(Table& t, TopicSettings& topic) {
  const auto& form = topic.foreign.form;
  auto& reading = t.reading();
  const auto shown = reading.effective.size();
  topic.fallback = t.path({"fallback"}, "");
  const auto plausible = t.reals({"plausible"});
  topic.sanity.same_values = static_cast<std::uint32_t>(t.number({"same_values"}, 50, 0, 1'000'000, "answers in a row"));
  topic.sanity.network_deviations = t.real({"network_deviations"}, 20, 0, 1e9);
  if (t.given("fallback")) need_file(t, "fallback", topic.fallback, "; `inferd train` writes it");
  if (t.given("plausible")) {
    if (plausible.size() == 2 && plausible[0] < plausible[1]) topic.sanity.plausible = {plausible[0], plausible[1]};
    else t.wrong("plausible", "is no range; two numbers are wanted, the smaller first");
  }
  if (form != Form::json) return;
  // A built-in model has these in its file. Its settings are not shown, so that the configuration's digest stays as it was.
  const bool any =
    t.given("target") || t.given("fallback") || t.given("plausible") || t.given("same_values") || t.given("network_deviations");
  if (!any) reading.effective.resize(shown);
}

} // namespace inferd
