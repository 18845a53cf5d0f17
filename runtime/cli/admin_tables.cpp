#include "runtime/cli/admin_tables.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <vector>

namespace inferd::cli {
namespace json = boost::json;
namespace {

/// Replaces control characters: the text may come from the daemon's peers.
std::string plain(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

std::string words(const json::value& v) { return plain(v.is_string() ? std::string(v.get_string()) : json::serialize(v)); }

std::string cell(const json::object& row, const char* name) {
  const auto* v = row.if_contains(name);
  return v ? words(*v) : "-";
}

std::string since(const json::object& row, const char* name, Instant now) {
  const auto* v = row.if_contains(name);
  if (!v) return "-";
  const auto at = v->to_number<std::int64_t>();
  return at == 0 ? "-" : age({at}, now);
}

/// Rows of equal length, the first a heading; column widths fit the content.
std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> width(rows.front().size());
  const auto columns = [](const std::string& s) { // UTF-8 continuation bytes have no width
    return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xc0) != 0x80; }));
  };
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], columns(row[i]));
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + (i + 1 < row.size() ? std::string(width[i] - columns(row[i]) + 2, ' ') : "");
    out += line + '\n';
  }
  return out;
}

void add_children(const json::object& node, const std::string& indent, Instant now,
                  std::vector<std::vector<std::string>>& rows) {
  const auto* children = node.if_contains("children");
  if (!children) return;
  const auto& list = children->as_array();
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& child = list[i].as_object();
    const bool last = i + 1 == list.size();
    rows.push_back({indent + (last ? "└─ " : "├─ ") + cell(child, "name"), cell(child, "kind"), cell(child, "state"),
                    since(child, "since", now), cell(child, "restarts"), cell(child, "waiting")});
    if (const auto* below = child.if_contains("tree"))
      add_children(below->as_object(), indent + (last ? "   " : "│  "), now, rows);
  }
}

/// A submission without a window (nonce 0) is the topic's registration.
json::object registration_shown(json::object o) {
  const auto* nonce = o.if_contains("nonce");
  if (o.contains("step") && nonce && *nonce == 0) o["nonce"] = "registration";
  return o;
}

void add_state(const json::value& v, const std::string& indent, std::string& out) {
  if (v.is_object()) {
    for (const auto& [name, value] : v.get_object()) {
      const bool nested = value.is_object() || (value.is_array() && !value.get_array().empty());
      out += fmt::format("{}{}:{}\n", indent, plain(std::string(name)), nested ? "" : ' ' + words(value));
      if (nested) add_state(value, indent + "  ", out);
    }
  } else if (v.is_array()) {
    for (const auto& value : v.get_array()) {
      if (!value.is_object()) out += fmt::format("{}- {}\n", indent, words(value));
      else out += fmt::format("{}- {}\n", indent, plain(json::serialize(registration_shown(value.get_object()))));
    }
  } else {
    out += indent + words(v) + '\n';
  }
}

} // namespace

std::string age(Instant since, Instant now) {
  const auto s = std::max<std::int64_t>(0, (now.value - since.value) / 1000);
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3'600) return fmt::format("{} min {} s", s / 60, s % 60);
  if (s < 86'400) return fmt::format("{} h {} min", s / 3'600, s % 3'600 / 60);
  return fmt::format("{} d {} h", s / 86'400, s % 86'400 / 3'600);
}

std::string tree_text(const std::string& body, Instant now) {
  const auto v = json::parse(body);
  const auto& root = v.as_object();
  std::vector<std::vector<std::string>> rows{{"PLACE", "KIND", "STATE", "SINCE", "RESTARTS", "WAITING"}};
  rows.push_back({cell(root, "place"), "root", root.contains("silent") ? "silent" : "running", "-", "-", "-"});
  add_children(root, "", now, rows);
  return table(rows);
}

std::string ps_text(const std::string& body, Instant now) {
  std::vector<std::vector<std::string>> rows{{"PLACE", "KIND", "STATE", "SINCE", "RESTARTS", "WAITING", "HANDLED", "ANSWERS"}};
  const auto v = json::parse(body);
  for (const auto& entry : v.as_array()) {
    const auto& row = entry.as_object();
    const auto* answers = row.if_contains("answers");
    rows.push_back({cell(row, "place"), cell(row, "kind"), cell(row, "state"), since(row, "since", now), cell(row, "restarts"),
                    cell(row, "waiting"), cell(row, "handled"), answers && answers->as_bool() ? "yes" : "NO"});
  }
  return table(rows);
}

std::string failures_text(const std::string& body, Instant now) {
  std::vector<std::vector<std::string>> rows{{"AGO", "CHILD", "SUPERVISOR", "RESTARTS", "HANDLING", "REASON"}};
  const auto v = json::parse(body);
  if (v.as_array().empty()) return "no failures\n";
  for (const auto& entry : v.as_array()) {
    const auto& row = entry.as_object();
    const auto message = cell(row, "message");
    rows.push_back({since(row, "at", now), cell(row, "child"), cell(row, "supervisor"), cell(row, "restarts"),
                    message.empty() ? "-" : message, cell(row, "reason")});
  }
  return table(rows);
}

std::string nonces_text(const std::string& body) {
  const auto answer = json::parse(body);
  const auto& topics = answer.at("state").at("topics").as_object();
  std::vector<std::vector<std::string>> rows{{"topic", "open", "newest", "next"}};
  for (const auto& [id, value] : topics) {
    const auto& topic = value.as_object();
    const auto* open = topic.if_contains("open");
    rows.push_back({plain(std::string(id)), open && open->as_bool() ? cell(topic, "announced") : "-", cell(topic, "announced"),
                    cell(topic, "next")});
  }
  return table(rows);
}

std::string inspect_text(const std::string& body) {
  std::string out;
  add_state(json::parse(body), "", out);
  return out;
}

} // namespace inferd::cli
