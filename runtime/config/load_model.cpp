// model = … of a topic, and what goes with a model from outside.

#include "base/duration.hpp"
#include "messages/limits.hpp"
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

std::string label_fault(const std::string& label) {
  return label.empty() || label.size() > 64 ? "is no label; 1 to 64 bytes are wanted" : "";
}

std::string name_fault(const std::string& name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  };
  const bool good = !name.empty() && name.size() <= 64 && std::all_of(name.begin(), name.end(), plain);
  return good ? "" : "is no name of a model; 1 to 64 letters, digits and ._- are wanted";
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
  if (t.given("name")) m.name = t.text({"name"}, "", name_fault);
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

void read_shadows(Table& t, TopicSettings& topic) {
  auto& reading = t.reading();
  std::vector<std::string> shown;
  for (auto& item : t.items("shadow")) {
    const auto before = reading.effective.size();
    ModelSettings m{.folder = std::filesystem::path(reading.toml_file).parent_path().string()};
    if (!item.fault.empty()) {
      reading.wrong(item.place, item.fault);
      continue;
    }
    if (item.table) {
      read_table(*item.table, m);
      shown.emplace_back("{ … }");
    } else if (item.text == "network") {
      m.form = Form::network;
      m.name = item.text;
      shown.push_back(toml_text(item.text));
    } else if (is_url(item.text)) {
      m.form = Form::http;
      m.url = item.text;
      if (const auto fault = model_url_fault(item.text); !fault.empty())
        reading.wrong(item.place, fmt::format("{} {}", toml_text(shown_url(item.text)), fault));
      shown.push_back(toml_text(shown_url(item.text)));
    } else if (item.text.empty() || item.text.find("://") != item.text.npos || item.text.find('\0') != item.text.npos) {
      reading.wrong(item.place, fmt::format("{} is no model; wanted is {}", toml_text(item.text), forms));
      continue;
    } else {
      m.file = item.text;
      if (!m.file.starts_with('/')) m.file = (std::filesystem::path(m.folder) / m.file).lexically_normal().string();
      m.form = form_of(m.file);
      const auto facts =
        reading.complete ? reading.host.facts(m.file) : FileFacts{.exists = true, .regular = true, .readable = true};
      if (!facts.exists || !facts.regular || !facts.readable)
        reading.wrong(item.place,
                      fmt::format("{} {}", toml_text(m.file), facts.exists ? "cannot be read as a file" : "does not exist"));
      shown.push_back(toml_text(m.file));
    }
    reading.effective.resize(before);
    m.setting = item.place.setting;
    topic.shadows.push_back(std::move(m));
  }
  const std::size_t most = limits::topic_models - (t.given("guard") ? 2 : 1); // beside `model` and the guard
  if (topic.shadows.size() > most)
    t.wrong("shadow", fmt::format("has {} models; at most {} are allowed", topic.shadows.size(), most));
  if (t.given("shadow")) reading.show(t.name() + ".shadow", list_text(shown), t.place("shadow"));
  if (t.given("guard")) {
    auto g = t.table("guard");
    topic.guard = GuardSettings{.live = g.flag({"live"}, false), .experts = g.texts({"experts"}, {}, name_fault)};
    g.finish();
    std::vector<std::string> labels{model_label(topic.foreign)};
    for (const auto& m : topic.shadows) labels.push_back(model_label(m));
    std::erase(labels, "");
    for (const auto& expert : topic.guard->experts)
      if (std::find(labels.begin(), labels.end(), expert) == labels.end())
        t.wrong("guard", fmt::format("names the expert {}, which is no model of the topic; there are: {}", toml_text(expert),
                                     one_of(labels)));
    if (topic.target == "volatility" || topic.target == "labels")
      t.wrong("guard",
              "is for log returns and prices; of " + topic.target + " no online combination is better than its models");
    if (topic.shadows.empty())
      t.wrong("guard", "has one expert only; wanted is at least one shadow, such as shadow = [\"network\"]");
  }
  if (t.given("promotion")) {
    auto rule = t.table("promotion");
    PromotionSettings p;
    p.windows = static_cast<std::uint32_t>(rule.number({"windows"}, 200, 20, 2'000, "scored windows since the last swap"));
    p.confidence = rule.real({"confidence"}, 0.95, 0.5, 0.9999);
    rule.finish();
    topic.promotion = p;
  }
  if (t.given("retrain")) {
    auto r = t.table("retrain");
    const auto duration = [&](const char* key, const char* fallback, std::int64_t least) {
      const auto ms = parse_duration(r.text({key}, fallback, [&](const std::string& text) -> std::string {
        const auto parsed = parse_duration(text);
        if (!parsed) return "is not a duration; a whole number with m, h, d or w is wanted, such as 12h or 7d";
        return *parsed < least ? "is too short; at least " + duration_text(least) + " is wanted" : "";
      }));
      return ms.value_or(least);
    };
    RetrainSettings s;
    s.every_ms = duration("every", "1d", 600'000);
    s.history_ms = duration("history", "90d", 3'600'000);
    r.finish();
    if (topic.target == "labels")
      t.wrong("retrain", "is for returns, prices and volatilities; labels are not trained from candles alone");
    topic.retrain = s;
  }
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
  for (const auto* key : {"fallback", "plausible", "same_values", "network_deviations"})
    if (t.given(key)) topic.outside.emplace_back(key);
  if (form != Form::json) return;
  // A built-in model has these in its file. Its settings are not shown, so that the configuration's digest stays as it was.
  if (!t.given("target") && topic.outside.empty()) reading.effective.resize(shown);
}

} // namespace inferd
