#include "runtime/models/model_host.hpp"

#include "base/sha256.hpp"
#include "messages/limits.hpp"
#include "runtime/endpoints/url.hpp"
#include "runtime/models/command_model.hpp"
#include "runtime/models/http_model.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <future>
#include <unistd.h>

namespace inferd::models {
namespace {

namespace fs = std::filesystem;
using Kind = ModelSpec::Kind;

constexpr std::int64_t hello_ms = 30'000;

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;
#elif defined(__has_feature)
constexpr bool sanitized = __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
constexpr bool sanitized = false;
#endif

std::string joined(const std::vector<std::string>& texts, const char* separator) {
  std::string out;
  for (const auto& t : texts) out += (out.empty() ? "" : separator) + t;
  return out;
}

/// What makes two models the same process.
std::string key_of(const ModelSpec& s) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}", static_cast<int>(s.kind), joined(s.command, "\x1f"), s.folder, s.file,
                     joined(s.features, ","), s.labels.size(), s.memory_mb);
}

/// Why a runner's model cannot be used with these features; empty: it can.
std::string misfit(const ModelSpec& spec, const ModelFacts& facts, const std::vector<std::string>& names) {
  for (const auto& input : facts.inputs)
    if (!names.empty() && std::find(names.begin(), names.end(), input) == names.end())
      return fmt::format("its inputs have changed: {} is new, and computed from the next start on", excerpt(input));
  const auto wanted = std::max<std::size_t>(spec.labels.size(), 1);
  if (facts.outputs != wanted) return fmt::format("it has {} outputs, {} are configured (labels)", facts.outputs, wanted);
  return {};
}

std::string digest_of(const std::string& file) {
  std::error_code error;
  const auto size = fs::file_size(file, error);
  if (error || size > limits::file_read) return {};
  std::ifstream in(file, std::ios::binary);
  std::string text(size, '\0');
  in.read(text.data(), static_cast<std::streamsize>(size));
  return in ? sha256_text(text).substr(0, 19) : std::string();
}

} // namespace

ModelHost::ModelHost(ModelHostSettings settings) : settings_(std::move(settings)) {}

ChildSettings ModelHost::child_of(const ModelSpec& spec) const {
  ChildSettings child{.command = spec.command, .folder = spec.folder, .environment = child_environment(environ)};
  child.memory_bytes = spec.memory_mb << 20;
  if (spec.kind == Kind::command) return child;
  child.folder.clear();
  child.reads_only = true;
  if (sanitized) child.memory_bytes = 0; // the shadow memory alone is terabytes
  child.command = {settings_.program, "model-runner",
                   "--kind",          spec.kind == Kind::onnx ? "onnx" : spec.kind == Kind::lightgbm ? "lightgbm" : "xgboost",
                   "--model",         spec.file};
  if (spec.allow_missing) child.command.emplace_back("--allow-missing");
  for (const auto& folder : settings_.runtime_folders) child.command.insert(child.command.end(), {"--runtimes", folder});
  for (const auto& feature : spec.features) child.command.insert(child.command.end(), {"--feature", feature});
  return child;
}

std::shared_ptr<LineProcess> ModelHost::start(const ModelSpec& spec, const std::vector<std::string>& names) const {
  LineProcessSettings s{.child = child_of(spec), .hello = spec.kind != Kind::command, .hello_deadline_ms = hello_ms};
  if (settings_.warn)
    s.warn = [warn = settings_.warn, name = spec.name](const std::string& line) { warn("model " + name + ": " + line); };
  return std::make_shared<LineProcess>(std::move(s), [spec, names](std::string_view line) -> std::string {
    const auto facts = parse_hello(line);
    if (const auto* why = std::get_if<std::string>(&facts)) return *why;
    return misfit(spec, std::get<ModelFacts>(facts), names);
  });
}

std::string ModelHost::check(const ModelSpec& spec, ModelFacts* facts) const {
  if (spec.kind == Kind::http || spec.kind == Kind::command) return {};
  std::promise<std::string> verdict;
  auto result = verdict.get_future();
  bool reported = false; // of the process's thread, which has ended when this function returns
  const auto tell = [&](const std::string& why) {
    if (!std::exchange(reported, true)) verdict.set_value(why);
    return why;
  };
  LineProcessSettings s{.child = child_of(spec), .hello = true, .hello_deadline_ms = hello_ms};
  s.backoff = {.first_ms = 2 * hello_ms, .longest_ms = 2 * hello_ms}; // one start is enough
  LineProcess process(std::move(s), [&](std::string_view line) {
    auto said = parse_hello(line);
    if (const auto* why = std::get_if<std::string>(&said)) return tell(*why);
    if (facts) *facts = std::get<ModelFacts>(said);
    return tell(misfit(spec, std::get<ModelFacts>(said), {}));
  });
  // Fails with the reason if the process ends before its first line.
  process.ask("", hello_ms, {}, [&](std::variant<std::string, LineProcess::Failed> r) {
    if (const auto* failed = std::get_if<LineProcess::Failed>(&r)) tell(failed->reason);
  });
  return result.get();
}

std::shared_ptr<ModelPort> ModelHost::open(const ModelSpec& spec, const std::vector<std::string>& names,
                                           std::shared_ptr<MarketPort> market) {
  if (spec.kind == Kind::http) return make_http_model(spec, settings_.http);
  std::shared_ptr<LineProcess> process;
  {
    const std::lock_guard lock(mutex_);
    auto& known = processes_[key_of(spec)];
    process = known.lock();
    if (!process) known = process = start(spec, names);
  }
  auto own = spec;
  if (spec.kind != Kind::command) own.candles = 0;
  return make_line_model(std::move(own), names, std::move(process), std::move(market));
}

std::string model_name(const ModelSpec& spec) {
  if (spec.kind == Kind::http) {
    const auto url = parse_http_url(model_url(spec, {}, {}));
    return url.index() == 0 ? "http model at " + std::get<Url>(url).peer() : "http model";
  }
  auto file = spec.file;
  if (spec.kind == Kind::command) {
    file = spec.command.front();
    for (const auto& word : spec.command) // the script of an interpreter
      if (const auto path = fs::path(spec.folder) / word; fs::is_regular_file(path)) file = path.string();
  }
  const auto digest = digest_of(file);
  return fs::path(file).filename().string() + (digest.empty() ? "" : " (" + digest + ")");
}

bool is_xgboost_json(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::string beginning(256, '\0');
  in.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  beginning.resize(static_cast<std::size_t>(in.gcount()));
  return beginning.find("\"learner\"") != beginning.npos ||
         (beginning.find("\"format\"") == beginning.npos && beginning.find("\"version\":[") != beginning.npos);
}

} // namespace inferd::models
