#include "runtime/config/settings_reader.hpp"

#include "base/allo.hpp"
#include "base/secret_text.hpp"
#include "base/utc.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/config/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>

namespace inferd {
namespace {

std::string origin_of(const SettingPlace& place, const std::string& setting) {
  if (place.file.empty()) return "default";
  std::string out = place.file;
  if (place.line > 0) out += fmt::format(":{}", place.line);
  if (place.setting != setting) out += " " + place.setting; // the environment variable
  return out;
}

template <class Items, class Show> std::string list(const Items& items, const Show& show) {
  std::string out = "[";
  for (const auto& item : items) out += (out.size() > 1 ? ", " : "") + show(item);
  return out + "]";
}

std::string lower(std::string s) {
  for (auto& c : s)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return s;
}

} // namespace

std::string toml_text(const std::string& s) {
  std::string out = "\"";
  for (const char c : s) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') out += '\\', out += c;
    else if (byte < 0x20 || byte == 0x7f) out += fmt::format("\\u{:04X}", byte);
    else out += c;
  }
  return out + '"';
}

std::string list_text(const std::vector<std::string>& items) {
  return list(items, [](const std::string& item) { return item; });
}

void Reading::wrong(const SettingPlace& place, std::string sentence) {
  const auto& file = place.file.empty() ? toml_file : place.file;
  mistakes.push_back({file.empty() ? "configuration" : file, place.line, place.setting, std::move(sentence)});
}

void Reading::show(const std::string& setting, std::string value, const SettingPlace& origin) {
  effective.push_back({setting, std::move(value), origin_of(origin, setting), origin.file, origin.line});
}

std::optional<Reading::Variable> Reading::variable(const std::string& name) const {
  if (auto value = host.variable(name); value && !value->empty()) return Variable{std::move(*value), {"environment", 0, name}};
  if (const auto* entry = find_entry(dotenv, name); entry && !entry->value.empty())
    return Variable{entry->value, {dotenv_file, entry->line, name}};
  return std::nullopt;
}

std::optional<SecretSource> Reading::secret(const std::string& name) const {
  auto value = host.variable(name);
  const bool given = value && !value->empty();
  if (value) wipe(*value);
  if (host.hide) host.hide(name);
  if (given) return SecretSource{SecretSource::Kind::environment, {}, name};
  if (const auto* entry = find_entry(dotenv, name); entry && !entry->value.empty())
    return SecretSource{SecretSource::Kind::dotenv, dotenv_file, name};
  return std::nullopt;
}

SettingPlace Reading::place(const SecretSource& source) const {
  if (source.kind == SecretSource::Kind::environment) return {"environment", 0, source.name};
  const auto* entry = find_entry(dotenv, source.name);
  return {source.place, entry ? entry->line : 0, source.name};
}

Table::Table(Reading& reading, const Node* node, std::string name) : reading_(&reading), node_(node), name_(std::move(name)) {}

std::string Table::full(const char* key) const { return name_.empty() ? key : name_ + "." + key; }

const Node* Table::member(const char* name) const {
  if (!node_) return nullptr;
  for (const auto& [key, value] : node_->members)
    if (key == name) return &value;
  return nullptr;
}

bool Table::given(const char* name) const { return member(name) != nullptr; }

bool Table::is_table(const char* name) const {
  const auto* found = member(name);
  return found && found->kind == Node::Kind::table;
}

SettingPlace Table::place(const char* name) const {
  if (const auto it = places_.find(name); it != places_.end()) return it->second;
  if (const auto* found = member(name)) return {reading_->toml_file, found->line, full(name)};
  return {reading_->toml_file, node_ ? node_->line : 0, full(name)};
}

Table::Found Table::find(const Key& key) {
  asked_.push_back(key.name);
  Found found{member(key.name), key.variable ? reading_->variable(key.variable) : std::nullopt};
  if (found.variable) places_[key.name] = found.variable->place;
  else if (found.node) places_[key.name] = {reading_->toml_file, found.node->line, full(key.name)};
  return found;
}

std::string Table::text(Key key, std::string fallback, const Check& check, const Shown& shown) {
  const auto visible = [&](const std::string& s) { return toml_text(shown ? shown(s) : s); };
  const auto found = find(key);
  std::string value = std::move(fallback);
  if (found.variable) value = found.variable->value;
  else if (found.node && found.node->kind == Node::Kind::text) value = found.node->text;
  else if (found.node) {
    wrong(key.name, fmt::format("is {}; a text in quotes is wanted", kind_name(found.node->kind)));
    return value;
  }
  if ((found.variable || found.node) && check)
    if (const auto fault = check(value); !fault.empty()) wrong(key.name, fmt::format("{} {}", visible(value), fault));
  reading_->show(full(key.name), visible(value), found.variable || found.node ? place(key.name) : SettingPlace{});
  return value;
}

std::string Table::path(Key key, std::string fallback) {
  namespace fs = std::filesystem;
  const auto before = reading_->effective.size();
  auto value = text(key, fallback);
  const auto* node = member(key.name);
  if (!node || node->kind != Node::Kind::text) return value;
  if (value.empty() || value.find('\0') != std::string::npos) {
    wrong(key.name, "is empty; a path is wanted");
    return fallback;
  }
  if (value.starts_with("~/"))
    if (const auto home = reading_->host.variable("HOME")) value = *home + value.substr(1);
  if (!value.starts_with('/')) value = (fs::path(reading_->toml_file).parent_path() / value).lexically_normal().string();
  reading_->effective.resize(before); // show the resolved path
  reading_->show(full(key.name), toml_text(value), place(key.name));
  return value;
}

std::int64_t Table::number(Key key, std::int64_t fallback, std::int64_t least, std::int64_t most, const char* unit) {
  const auto found = find(key);
  const auto allowed = fmt::format("a whole number from {} to {} ({}) is wanted", least, most, unit);
  std::int64_t value = fallback;
  if (found.variable) {
    const auto& s = found.variable->value;
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), value);
    if (error != std::errc{} || end != s.data() + s.size()) {
      wrong(key.name, fmt::format("{} is not a whole number; {}", toml_text(s), allowed));
      return fallback;
    }
  } else if (found.node) {
    if (found.node->kind != Node::Kind::integer) {
      wrong(key.name, fmt::format("is {}; {}", kind_name(found.node->kind), allowed));
      return fallback;
    }
    value = found.node->integer;
  }
  if (value < least || value > most) {
    wrong(key.name, fmt::format("{} is out of range; {}", value, allowed));
    return fallback;
  }
  reading_->show(full(key.name), std::to_string(value), found.variable || found.node ? place(key.name) : SettingPlace{});
  return value;
}

Uallo Table::allo(Key key, Uallo fallback) {
  const auto found = find(key);
  if (!found.node) {
    reading_->show(full(key.name), toml_text(allo_text(fallback)), {});
    return fallback;
  }
  constexpr int exact_digits = 15; // of a double
  std::string text;
  if (found.node->kind == Node::Kind::text) text = found.node->text;
  else if (found.node->kind == Node::Kind::integer) text = std::to_string(found.node->integer);
  else if (found.node->kind == Node::Kind::real) {
    text = fmt::format("{}", found.node->real); // the shortest digits that give this double
    const auto digits = std::count_if(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (digits > exact_digits || text.find('e') != text.npos) {
      wrong(key.name, fmt::format("{} is not exact as a number; write it in quotes, e.g. \"0.00005\"", text));
      return fallback;
    }
  } else {
    wrong(key.name, fmt::format("is {}; an amount of ALLO is wanted, e.g. \"0.002\"", kind_name(found.node->kind)));
    return fallback;
  }
  const auto amount = parse_allo(text);
  if (const auto* fault = std::get_if<std::string>(&amount)) {
    wrong(key.name, fmt::format("{} {}", toml_text(text), *fault));
    return fallback;
  }
  const auto value = in_bounds(key, std::get<Uallo>(amount), fallback);
  reading_->show(full(key.name), toml_text(allo_text(value)), place(key.name));
  return value;
}

Uallo Table::uallo(Key key, Uallo fallback) {
  const auto found = find(key);
  std::string text;
  if (found.node->kind == Node::Kind::text) text = found.node->text;
  else if (found.node->kind == Node::Kind::integer) text = std::to_string(found.node->integer);
  const auto amount = parse_digits(text);
  if (!amount) {
    wrong(key.name, "is no whole number of uallo; wanted is e.g. 5000000");
    return fallback;
  }
  const auto value = in_bounds(key, Uallo{*amount}, fallback);
  reading_->show(full(key.name), to_digits(value.value), place(key.name));
  return value;
}

Uallo Table::in_bounds(const Key& key, Uallo amount, Uallo fallback) {
  constexpr Uallo supply{1'000'000'000 * uallo_per_allo};
  if (amount > Uallo{} && amount <= supply) return amount;
  wrong(key.name, fmt::format("is {}; an amount above 0 and up to {} is wanted", money_text(amount), money_text(supply)));
  return fallback;
}

bool Table::flag(Key key, bool fallback) {
  const auto found = find(key);
  bool value = fallback;
  if (found.node && found.node->kind != Node::Kind::boolean) {
    wrong(key.name, fmt::format("is {}; true or false is wanted, without quotes", kind_name(found.node->kind)));
  } else if (found.node) {
    value = found.node->boolean;
  }
  reading_->show(full(key.name), value ? "true" : "false", found.node ? place(key.name) : SettingPlace{});
  return value;
}

std::vector<std::string> Table::texts(Key key, std::vector<std::string> fallback, const Check& check, const Shown& shown) {
  const auto visible = [&](const std::string& s) { return toml_text(shown ? shown(s) : s); };
  const auto found = find(key);
  if (!found.node) {
    reading_->show(full(key.name), list(fallback, visible), {});
    return fallback;
  }
  std::vector<std::string> values;
  const auto take = [&](const Node& item) {
    const SettingPlace at{reading_->toml_file, item.line > 0 ? item.line : found.node->line, full(key.name)};
    if (item.kind != Node::Kind::text) {
      reading_->wrong(at, fmt::format("holds {}; only texts in quotes are wanted", kind_name(item.kind)));
    } else if (std::find(values.begin(), values.end(), item.text) != values.end()) {
      reading_->wrong(at, fmt::format("names {} twice; once is enough", visible(item.text)));
    } else {
      if (check)
        if (const auto fault = check(item.text); !fault.empty())
          reading_->wrong(at, fmt::format("{} {}", visible(item.text), fault));
      values.push_back(item.text);
    }
  };
  if (found.node->kind == Node::Kind::text) take(*found.node);
  else if (found.node->kind == Node::Kind::array) std::for_each(found.node->items.begin(), found.node->items.end(), take);
  else wrong(key.name, fmt::format("is {}; a list of texts is wanted", kind_name(found.node->kind)));
  reading_->show(full(key.name), list(values, visible), place(key.name));
  return values;
}

std::vector<std::int64_t> Table::numbers(Key key, std::int64_t least, std::int64_t most) {
  const auto found = find(key);
  std::vector<std::int64_t> values;
  if (found.node && found.node->kind != Node::Kind::array)
    wrong(key.name, fmt::format("is {}; a list of whole numbers is wanted", kind_name(found.node->kind)));
  else if (found.node)
    for (const auto& item : found.node->items) {
      if (item.kind != Node::Kind::integer || item.integer < least || item.integer > most)
        wrong(key.name, fmt::format("holds something else than whole numbers from {} to {}", least, most));
      else values.push_back(item.integer);
    }
  const auto digits = [](std::int64_t n) { return std::to_string(n); };
  reading_->show(full(key.name), list(values, digits), found.node ? place(key.name) : SettingPlace{});
  return values;
}

namespace {

std::optional<double> number_of(const Node& node) {
  if (node.kind == Node::Kind::integer) return static_cast<double>(node.integer);
  if (node.kind == Node::Kind::real && std::isfinite(node.real)) return node.real;
  return {};
}

} // namespace

std::vector<double> Table::reals(Key key) {
  const auto found = find(key);
  std::vector<double> values;
  if (!found.node) return values;
  if (found.node->kind != Node::Kind::array)
    wrong(key.name, fmt::format("is {}; a list of numbers is wanted", kind_name(found.node->kind)));
  for (const auto& item : found.node->items) {
    if (const auto value = number_of(item)) values.push_back(*value);
    else wrong(key.name, "holds something else than finite numbers");
  }
  reading_->show(full(key.name), list(values, [](double x) { return fmt::format("{}", x); }), place(key.name));
  return values;
}

double Table::real(Key key, double fallback, double least, double most) {
  const auto found = find(key);
  auto value = fallback;
  if (found.node) {
    const auto given = number_of(*found.node);
    if (!given || *given < least || *given > most) {
      wrong(key.name, fmt::format("is not a number from {} to {}", least, most));
      return fallback;
    }
    value = *given;
  }
  reading_->show(full(key.name), fmt::format("{}", value), found.node ? place(key.name) : SettingPlace{});
  return value;
}

std::optional<Instant> Table::instant(Key key) {
  const auto found = find(key);
  std::optional<Instant> value;
  if (found.node && found.node->kind == Node::Kind::instant) value = found.node->instant;
  else if (found.node && found.node->kind == Node::Kind::text) value = parse_instant(found.node->text);
  if (found.node && !value) wrong(key.name, "is not a date; wanted is e.g. 2026-12-31T18:00:00Z (without an offset: UTC)");
  reading_->show(full(key.name), value ? utc_text(*value) : "(none)", found.node ? place(key.name) : SettingPlace{});
  return value;
}

std::map<std::string, std::string> Table::pairs(Key key) {
  const auto found = find(key);
  std::map<std::string, std::string> values;
  if (!found.node) return values;
  std::string shown;
  if (found.node->kind != Node::Kind::table) wrong(key.name, R"(is not a table; wanted is e.g. { btcusd = "XBTUSD" })");
  for (const auto& [name, item] : found.node->members) {
    if (item.kind != Node::Kind::text || item.text.empty())
      wrong(key.name, fmt::format("{} is not a text in quotes", toml_text(name)));
    else values[name] = item.text, shown += fmt::format("{}{} = {}", shown.empty() ? "" : ", ", name, toml_text(item.text));
  }
  reading_->show(full(key.name), "{ " + shown + " }", place(key.name));
  return values;
}

std::string Table::word(Key key, const std::string& fallback, const std::vector<std::string>& words) {
  const auto value = text(key, fallback, [&](const std::string& given) -> std::string {
    const auto small = lower(given);
    if (small == "warning" || std::find(words.begin(), words.end(), small) != words.end()) return {};
    return "is unknown; allowed: " + one_of(words) + did_you_mean(given, words);
  });
  const auto small = lower(value);
  return small == "warning" ? "warn" : small; // the original guide's name of the level
}

std::vector<TableItem> Table::items(const char* name) {
  const auto found = find({name});
  std::vector<TableItem> out;
  if (!found.node) return out;
  const auto take = [&](const Node& item, const std::string& at) {
    const SettingPlace place{reading_->toml_file, item.line > 0 ? item.line : found.node->line, at};
    auto& added = out.emplace_back(TableItem{{}, std::nullopt, place, {}});
    if (item.kind == Node::Kind::text) added.text = item.text;
    else if (item.kind == Node::Kind::table) added.table = Table(*reading_, &item, at);
    else added.fault = fmt::format("holds {}; only texts in quotes and tables are wanted", kind_name(item.kind));
  };
  if (found.node->kind == Node::Kind::text || found.node->kind == Node::Kind::table) {
    take(*found.node, full(name));
  } else if (found.node->kind == Node::Kind::array) {
    for (std::size_t i = 0; i < found.node->items.size(); ++i) {
      const auto& item = found.node->items[i];
      const bool one_of_many = item.kind == Node::Kind::table && found.node->items.size() > 1;
      take(item, one_of_many ? fmt::format("{}[{}]", full(name), i + 1) : full(name));
    }
  } else {
    wrong(name, fmt::format("is {}; a list of texts is wanted", kind_name(found.node->kind)));
  }
  return out;
}

std::vector<std::string> Table::keys() const {
  std::vector<std::string> keys;
  if (node_)
    for (const auto& [key, value] : node_->members) keys.push_back(key);
  return keys;
}

Table Table::table(const char* name) {
  asked_.push_back(name);
  const auto* found = member(name);
  if (found && found->kind != Node::Kind::table) {
    wrong(name, fmt::format("is {}; a table is wanted: [{}]", kind_name(found->kind), full(name)));
    found = nullptr;
  }
  return Table(*reading_, found, full(name));
}

std::vector<Table> Table::tables(const char* name) {
  asked_.push_back(name);
  std::vector<Table> out;
  const auto* found = member(name);
  if (!found) return out;
  if (found->kind == Node::Kind::table) {
    out.emplace_back(*reading_, found, full(name));
  } else if (found->kind == Node::Kind::array) {
    for (const auto& item : found->items) {
      if (item.kind != Node::Kind::table) {
        wrong(name, fmt::format("holds {}; tables are wanted: [[{}]]", kind_name(item.kind), full(name)));
        return {};
      }
      out.emplace_back(*reading_, &item,
                       found->items.size() == 1 ? full(name) : fmt::format("{}[{}]", full(name), out.size() + 1));
    }
  } else {
    wrong(name, fmt::format("is {}; a table is wanted: [[{}]]", kind_name(found->kind), full(name)));
  }
  return out;
}

void Table::finish() {
  if (!node_) return;
  for (const auto& [key, value] : node_->members) {
    if (std::find(asked_.begin(), asked_.end(), key) != asked_.end()) continue;
    std::string sentence = "is not a setting; allowed here: " + one_of(asked_) + did_you_mean(key, asked_);
    if (key == "mnemonic" || key == "token" || key == "api_key") sentence += "; the secret itself does not belong in this file";
    reading_->wrong({reading_->toml_file, value.line, full(key.c_str())}, std::move(sentence));
  }
}

} // namespace inferd
