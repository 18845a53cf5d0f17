#include "runtime/cli/admin/admin_tables.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <vector>

namespace inferd::cli {
namespace json = boost::json;
namespace {

std::string words(const json::value& v) { return plain_text(v.is_string() ? std::string(v.get_string()) : json::serialize(v)); }

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

std::int64_t number_of(const json::object& row, const char* name) {
  const auto* v = row.if_contains(name);
  return v && v->is_number() ? v->to_number<std::int64_t>() : 0;
}

std::string span(const json::object& row, const char* name) {
  return row.contains(name) ? span_text(number_of(row, name)) : "-";
}

/// "BlockSeen 3.1 ms"
std::string in_hand(const json::object& row) {
  const auto* v = row.if_contains("in_hand");
  return v ? cell(v->as_object(), "message") + ' ' + span(v->as_object(), "us") : "-";
}

/// "12 s ago, handling BlockSeen: out of range"
std::string last_failure(const json::object& row, Instant now) {
  const auto* v = row.if_contains("last_failure");
  if (!v) return "-";
  const auto& failure = v->as_object();
  const auto message = cell(failure, "message");
  return since(failure, "at", now) + " ago" + (message.empty() ? "" : ", handling " + message) + ": " + cell(failure, "reason");
}

std::string ms_cell(const json::object& row, const char* name) {
  return row.contains(name) ? std::to_string(number_of(row, name)) + " ms" : "-";
}

std::string cut(const std::string& text, std::size_t most) {
  if (columns_of(text) <= most) return text;
  std::string out;
  std::size_t columns = 0;
  for (const char c : text) {
    if ((c & 0xc0) != 0x80 && ++columns >= most) break;
    out += c;
  }
  return out + "…";
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
                    since(child, "since", now), cell(child, "restarts"), cell(child, "handled"), cell(child, "waiting"),
                    in_hand(child), last_failure(child, now)});
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
      out += fmt::format("{}{}:{}\n", indent, plain_text(std::string(name)), nested ? "" : ' ' + words(value));
      if (nested) add_state(value, indent + "  ", out);
    }
  } else if (v.is_array()) {
    for (const auto& value : v.get_array()) {
      if (!value.is_object()) out += fmt::format("{}- {}\n", indent, words(value));
      else out += fmt::format("{}- {}\n", indent, plain_text(json::serialize(registration_shown(value.get_object()))));
    }
  } else {
    out += indent + words(v) + '\n';
  }
}

} // namespace

std::string plain_text(std::string text) {
  for (auto& c : text)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
  return text;
}

std::size_t columns_of(const std::string& text) { // UTF-8 continuation bytes have no width
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string text_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> width(rows.front().size());
  for (const auto& row : rows)
    for (std::size_t i = 0; i < row.size(); ++i) width[i] = std::max(width[i], columns_of(row[i]));
  std::string out;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t i = 0; i < row.size(); ++i)
      line += row[i] + (i + 1 < row.size() ? std::string(width[i] - columns_of(row[i]) + 2, ' ') : "");
    out += line + '\n';
  }
  return out;
}

std::string span_text(std::int64_t us) {
  if (us < 1'000) return fmt::format("{} us", us);
  if (us < 1'000'000) return fmt::format("{:.1f} ms", static_cast<double>(us) / 1e3);
  return fmt::format("{:.1f} s", static_cast<double>(us) / 1e6);
}

std::string mailbox_text(const std::string& body) {
  const auto v = json::parse(body);
  const auto& box = v.as_object();
  auto out =
    fmt::format("{}: {} waiting, {} handled in {}, the longest in {}; in hand: {}\n", cell(box, "actor"), cell(box, "waiting"),
                cell(box, "handled"), span(box, "busy_us"), span(box, "longest_us"), in_hand(box));
  for (const auto& [type, count] : box.at("types").as_object())
    out += fmt::format("  {:>6}  {}\n", words(count), plain_text(std::string(type)));
  return out;
}

std::string windows_text(const std::string& body) {
  std::vector<std::vector<std::string>> rows{
    {"TOPIC", "NONCE", "STATUS", "VALUE", "MEMPOOL", "OUTCOME", "FEE", "SCORE", "REASON"}};
  const auto v = json::parse(body);
  for (const auto& entry : v.as_array()) {
    const auto& row = entry.as_object();
    const auto known = [&](const char* name) { return row.contains(name) && !row.at(name).is_null() ? cell(row, name) : "-"; };
    rows.push_back({cell(row, "topic_id"), cell(row, "nonce"), cell(row, "status"), cut(known("value"), 24),
                    ms_cell(row, "to_mempool_ms"), ms_cell(row, "to_outcome_ms"), known("fee"), cut(known("score"), 12),
                    known("reason").empty() ? "-" : known("reason")});
  }
  return text_table(rows);
}

std::string overview_text(const std::string& body, Instant now) {
  const auto v = json::parse(body);
  const auto& o = v.as_object();
  const auto& health = o.at("health").as_object();
  const bool well = health.at("healthy").as_bool();
  auto out = fmt::format(
    "inferd {}, {}, {}, up {}{}\n{}{}\n", cell(o, "version"), cell(o, "chain"), cell(o, "wallet"), since(o, "started", now),
    o.at("dry_run").as_bool() ? ", dry run" : "", well ? "healthy" : "not healthy: " + cell(health, "reason"),
    health.contains("balance_days") ? ", the balance lasts " + cell(health, "balance_days") + " days" : "");
  out += fmt::format("head {}, {}, balance {} uallo, fee {} uallo\n", cell(o, "head"),
                     o.at("connected").as_bool() ? "connected" : "not connected", cell(o, "balance"), cell(o, "fee"));
  if (const auto* books = o.if_contains("books")) {
    const auto& b = books->as_object();
    out += fmt::format(
      "{} windows: {} confirmed, {} missed, {} skipped, {} refused, {} under way; fees {} uallo, rewards {} uallo\n",
      cell(b, "windows"), cell(b, "confirmed"), cell(b, "missed"), cell(b, "skipped"), cell(b, "refused"),
      cell(b, "unfinished"), cell(b, "fees"), cell(b, "rewards"));
  }
  std::vector<std::vector<std::string>> rows{{"TOPIC", "STATE", "NEWEST", "NEXT", "24 H", "MODEL", "TROUBLE"}};
  for (const auto& entry : o.at("topics").as_array()) {
    const auto& t = entry.as_object();
    const auto* open = t.if_contains("open");
    const auto* results = t.if_contains("results");
    const auto trouble = t.contains("trouble")    ? cell(t, "trouble")
                         : t.contains("mismatch") ? cell(t, "mismatch")
                                                  : cell(t, "model_failure");
    rows.push_back({cell(t, "topic"),
                    t.at("paused").as_bool()  ? "paused"
                    : open && open->as_bool() ? "open"
                                              : "closed",
                    cell(t, "announced"), cell(t, "next"),
                    results ? cell(results->as_object(), "answered_24h") + '/' + cell(results->as_object(), "ended_24h") : "-",
                    cell(t, "model"), trouble});
  }
  return out + text_table(rows);
}

std::string dry_run_text(const std::string& body) {
  const auto v = json::parse(body);
  const auto& o = v.as_object();
  auto out = fmt::format("topic {}: would {}{}\n", cell(o, "topic"), cell(o, "would"),
                         o.contains("reason") ? ": " + cell(o, "reason") : "");
  for (const char* name : {"value", "model", "source", "candle", "next_nonce", "fee", "balance"})
    if (o.contains(name)) out += fmt::format("  {}: {}\n", name, cell(o, name));
  for (const auto& remark : o.at("remarks").as_array()) out += "  remark: " + words(remark) + '\n';
  return out + "nothing was sent\n";
}

std::string reload_text(const std::string& body) {
  const auto v = json::parse(body);
  const auto list = [&](const char* name) {
    std::string out;
    for (const auto& setting : v.at(name).as_array()) out += (out.empty() ? "" : ", ") + words(setting);
    return out;
  };
  const auto changed = list("changed"), later = list("later");
  return "reloading configuration and models between two windows; " +
         (changed.empty() ? "no setting has changed" : "changed: " + changed) + '\n' +
         (later.empty() ? "" : "needs a restart: " + later + '\n');
}

std::string trace_line(const std::string& data) {
  const auto v = json::parse(data);
  const auto& o = v.as_object();
  if (o.contains("dropped")) return "… " + cell(o, "dropped") + " messages were dropped: they came faster than they were read";
  const auto at = number_of(o, "at");
  const auto from = cell(o, "from");
  auto out = fmt::format("{:02}:{:02}:{:02}.{:03}  {} -> {}  {}", at / 3'600'000 % 24, at / 60'000 % 60, at / 1'000 % 60,
                         at % 1'000, from.empty() ? "(outside)" : from, cell(o, "to"), cell(o, "type"));
  if (o.contains("topic")) out += "  topic " + cell(o, "topic");
  if (o.contains("nonce")) out += " nonce " + cell(o, "nonce");
  if (const auto* cause = o.if_contains("cause")) {
    const auto& c = cause->as_object();
    out += fmt::format("  by {} {} ms before", cell(c, "type"), at - number_of(c, "at"));
  }
  return out;
}

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
  std::vector<std::vector<std::string>> rows{
    {"PLACE", "KIND", "STATE", "UP", "RESTARTS", "HANDLED", "MAILBOX", "IN HAND", "LAST FAILURE"}};
  rows.push_back({cell(root, "place"), "root", root.contains("silent") ? "silent" : "running", "-", "-", cell(root, "handled"),
                  cell(root, "waiting"), in_hand(root), "-"});
  add_children(root, "", now, rows);
  return text_table(rows);
}

std::string ps_text(const std::string& body, Instant now) {
  std::vector<std::vector<std::string>> rows{
    {"PLACE", "KIND", "STATE", "UP", "RESTARTS", "MAILBOX", "HANDLED", "BUSY", "IN HAND", "ANSWERS"}};
  const auto v = json::parse(body);
  for (const auto& entry : v.as_array()) {
    const auto& row = entry.as_object();
    const auto* answers = row.if_contains("answers");
    rows.push_back({cell(row, "place"), cell(row, "kind"), cell(row, "state"), since(row, "since", now), cell(row, "restarts"),
                    cell(row, "waiting"), cell(row, "handled"), span(row, "busy_us"), in_hand(row),
                    answers && answers->as_bool() ? "yes" : "NO"});
  }
  return text_table(rows);
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
  return text_table(rows);
}

std::string nonces_text(const std::string& body) {
  const auto answer = json::parse(body);
  const auto& topics = answer.at("state").at("topics").as_object();
  std::vector<std::vector<std::string>> rows{{"topic", "open", "newest", "next"}};
  for (const auto& [id, value] : topics) {
    const auto& topic = value.as_object();
    const auto* open = topic.if_contains("open");
    rows.push_back({plain_text(std::string(id)), open && open->as_bool() ? cell(topic, "announced") : "-",
                    cell(topic, "announced"), cell(topic, "next")});
  }
  return text_table(rows);
}

std::string inspect_text(const std::string& body) {
  std::string out;
  add_state(json::parse(body), "", out);
  return out;
}

} // namespace inferd::cli
