#include "base/duration.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/sections.hpp"
#include "runtime/config/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace inferd {
namespace {

constexpr std::int64_t hour_s = 3'600;
/// The newest closed hour opened one to two hours ago; plus half an hour for late publication.
constexpr std::int64_t default_max_age_s = 9'000;
constexpr const char* guide_key = "TIINGO_API_KEY";

std::string default_url(SourceKind kind) {
  switch (kind) {
    case SourceKind::csv: return {};
    case SourceKind::tiingo: return "https://api.tiingo.com";
    case SourceKind::binance: return "https://api.binance.com";
    case SourceKind::coinbase: return "https://api.exchange.coinbase.com";
    case SourceKind::kraken: return "https://api.kraken.com";
  }
  return {};
}

std::string name_of(SourceKind kind) { return boost::describe::enum_to_string(kind, "?"); }

SecretSource read_token(Table& t, SourceKind kind) {
  auto& reading = t.reading();
  std::string variable = guide_key;
  // Read without showing it: an operator may paste the token itself, which must not be printed.
  const auto shown = reading.effective.size();
  variable = t.text({"token_env"}, kind == SourceKind::tiingo ? guide_key : "");
  if (kind != SourceKind::tiingo) {
    reading.effective.resize(shown);
    if (t.given("token_env")) t.wrong("token_env", fmt::format("is for tiingo; {} wants no token", name_of(kind)));
    return {};
  }
  if (!is_variable_name(variable)) {
    reading.effective.resize(shown);
    t.wrong("token_env", "is not the name of an environment variable; the token itself does not belong in this file");
    return {};
  }
  const auto found = reading.secret(variable);
  if (!found && reading.complete)
    t.wrong("token_env",
            fmt::format("no token: {} is set neither in the environment nor in a .env file", shown_variable(variable)));
  return found.value_or(SecretSource{});
}

SourceSettings read_source(Table& t) {
  SourceSettings s{.table = t.name()};
  if (!t.given("kind")) t.wrong("kind", "is missing; allowed: " + one_of(enumerators<SourceKind>()));
  s.kind = t.choice<SourceKind>({"kind"}, SourceKind::csv);
  s.name = t.text({"name"}, name_of(s.kind), [](const std::string& name) {
    return name.empty() || name.size() > 40 ? "is no name; 1 to 40 characters are wanted" : "";
  });
  const bool csv = s.kind == SourceKind::csv && t.given("kind");
  s.path = t.path({"path"}, "");
  s.url = t.text(
    {"url"}, default_url(s.kind),
    [](const std::string& url) {
      return url_fault(url, {"https", "http"});
    },
    shown_url);
  s.token = read_token(t, s.kind);
  s.headers = read_headers(t);
  s.max_age_ms = t.number({"max_age_s"}, default_max_age_s, hour_s, 1'000'000 * hour_s, "seconds") * 1'000;
  s.symbols = t.pairs({"symbols"});
  if (csv || t.given("symbol"))
    s.symbol =
      t.text({"symbol"}, "", [](const std::string& symbol) { return symbol.empty() ? std::string() : symbol_fault(symbol); });
  if (!csv && t.given("symbol") && t.given("kind"))
    t.wrong("symbol", fmt::format("is for csv; {} has every symbol", name_of(s.kind)));
  if (csv) {
    if (!t.given("path")) t.wrong("path", "is missing; a csv source reads a file of candles");
    else need_file(t, "path", s.path, "");
    for (const auto* key : {"url", "headers"})
      if (t.given(key)) t.wrong(key, "is for sources on the network; csv has a path");
  } else if (t.given("path") && t.given("kind")) {
    t.wrong("path", fmt::format("is for csv; {} has a url", name_of(s.kind)));
  }
  while (s.url.ends_with('/')) s.url.pop_back();
  t.finish();
  return s;
}

SourceSettings usual(SourceKind kind, SecretSource token = {}) {
  return {.name = name_of(kind),
          .kind = kind,
          .url = default_url(kind),
          .token = std::move(token),
          .max_age_ms = default_max_age_s * 1'000};
}

/// horizon or horizon_hours, interval and target.
void read_target(Table& t, TopicSettings& topic) {
  const auto duration = [](const std::string& text) -> std::string {
    return parse_duration(text) ? "" : "is not a duration; a whole number with m, h, d or w is wanted, such as 15m, 4h or 7d";
  };
  const bool both = t.given("horizon") && t.given("horizon_hours");
  if (both) t.wrong("horizon_hours", "is there beside horizon; one of them is wanted");
  if (t.given("horizon_hours") && !both)
    topic.horizon_ms = t.number({"horizon_hours"}, 168, 1, 87'600, "hours") * hour_s * 1'000;
  else topic.horizon_ms = parse_duration(t.text({"horizon"}, "7d", duration)).value_or(168 * hour_s * 1'000);
  if (both) t.number({"horizon_hours"}, 168, 1, 87'600, "hours");
  const auto interval = t.text({"interval"}, "1h", [](const std::string& text) -> std::string {
    for (const auto* known : {"1m", "5m", "1h", "1d"})
      if (text == known) return {};
    return "is not an interval of candles; allowed: 1m, 5m, 1h, 1d";
  });
  topic.interval = {parse_duration(interval).value_or(hour_s * 1'000)};
  if (topic.horizon_ms % topic.interval.ms != 0)
    t.wrong(t.given("horizon_hours") ? "horizon_hours" : "horizon",
            fmt::format("{} is not a multiple of the interval {}", duration_text(topic.horizon_ms),
                        duration_text(topic.interval.ms)));
  topic.target = t.text({"target"}, "", [](const std::string& text) -> std::string {
    for (const auto* known : {"", "log_return", "price", "volatility", "labels"})
      if (text == known) return {};
    return "is not what a model predicts; allowed: log_return, price, volatility, labels";
  });
}

} // namespace

void need_file(Table& t, const char* key, const std::string& path, const std::string& hint) {
  auto& reading = t.reading();
  if (!reading.complete || path.empty()) return;
  const auto facts = reading.host.facts(path);
  std::string fault;
  if (!facts.exists) fault = "does not exist";
  else if (!facts.regular) fault = "is not a file";
  else if (!facts.readable) fault = "cannot be read by this user";
  if (!fault.empty()) t.wrong(key, fmt::format("{} {}{}", toml_text(path), fault, hint));
}

std::vector<SourceSettings> read_sources(Table& market) {
  auto& reading = market.reading();
  std::vector<SourceSettings> sources;
  for (auto& t : market.tables("source")) {
    auto s = read_source(t);
    const auto same = std::find_if(sources.begin(), sources.end(), [&](const auto& o) { return o.name == s.name; });
    if (same != sources.end())
      t.wrong("name", fmt::format("{} is the name of an earlier source; give each its own", toml_text(s.name)));
    sources.push_back(std::move(s));
  }
  if (market.given("source")) return sources;
  if (auto token = reading.secret(guide_key)) sources.push_back(usual(SourceKind::tiingo, std::move(*token)));
  sources.push_back(usual(SourceKind::coinbase));
  sources.push_back(usual(SourceKind::kraken));
  std::string names;
  for (const auto& s : sources) names += (names.empty() ? "" : ", ") + toml_text(s.name);
  reading.show("market.source", "[" + names + "]", {});
  return sources;
}

std::vector<TopicSettings> read_topics(Table& root, const std::string& state_dir, const std::vector<SourceSettings>& sources) {
  auto& reading = root.reading();
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  std::vector<std::string> source_names;
  for (const auto& s : sources) source_names.push_back(s.name);

  std::optional<TopicId> wanted;
  const auto variable = reading.variable("TOPIC_ID");
  if (variable) {
    std::uint64_t id = 0;
    const auto& s = variable->value;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), id);
    if (error != std::errc{} || end != s.data() + s.size() || id == 0 || id > static_cast<std::uint64_t>(most))
      reading.wrong(variable->place, fmt::format("{} is not a topic's number; a whole number from 1 is wanted", toml_text(s)));
    else wanted = TopicId{id};
  }

  auto tables = root.tables("topic");
  if (tables.empty() && wanted) tables.emplace_back(reading, nullptr, "topic");
  std::vector<TopicSettings> topics;
  std::vector<TopicId> seen;
  bool narrowed = false;
  for (auto& t : tables) {
    TopicSettings topic{.table = t.name()};
    const bool named = t.given("id");
    topic.id.value = static_cast<std::uint64_t>(t.number({"id"}, 1, 1, most, "the topic's number on the chain"));
    const bool known = std::find(seen.begin(), seen.end(), topic.id) != seen.end();
    if (named && known) t.wrong("id", fmt::format("{} is configured twice; each topic may appear once", topic.id.value));
    seen.push_back(topic.id);
    if (!named && !wanted) t.wrong("id", "is missing; the topic's number on the chain is wanted");
    if (wanted && tables.size() == 1) {
      topic.id = *wanted;
      std::erase_if(reading.effective, [&](const EffectiveSetting& s) { return s.name == t.name() + ".id"; });
      reading.show(t.name() + ".id", std::to_string(wanted->value), variable->place);
    }
    topic.symbol = t.text({"symbol"}, "btcusd", symbol_fault);
    read_target(t, topic);
    const auto model = fmt::format("{}/model-{}.json", state_dir, topic.id.value);
    topic.foreign = read_model(t, "model", model);
    topic.model = topic.foreign.file;
    read_foreign(t, topic);
    read_shadows(t, topic);
    topic.sources = t.texts({"sources"}, {}, [&](const std::string& name) -> std::string {
      if (std::find(source_names.begin(), source_names.end(), name) != source_names.end()) return {};
      return "is not a source; there are: " + one_of(source_names) + did_you_mean(name, source_names);
    });
    t.finish();
    if (wanted && topic.id == *wanted) narrowed = true;
    topics.push_back(std::move(topic));
  }
  if (wanted && narrowed)
    std::erase_if(topics, [&](const auto& t) {
      if (t.id == *wanted) return false;
      std::erase_if(reading.effective, [&](const EffectiveSetting& s) { return s.name.starts_with(t.table + "."); });
      return true;
    });
  if (wanted && !narrowed)
    reading.wrong(variable->place, fmt::format("none of the {} configured topics has the id {}", topics.size(), wanted->value));
  if (topics.empty() && reading.complete && !variable && !root.given("topic"))
    reading.wrong({{}, 0, "topic"}, "is missing; wanted is at least one [[topic]] with its id, or TOPIC_ID");
  return topics;
}

} // namespace inferd
