#include "runtime/cli/admin/top_screen.hpp"

#include "runtime/cli/admin/admin_tables.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <fmt/format.h>
#include <iterator>

namespace inferd::cli {
namespace json = boost::json;
namespace {

constexpr std::size_t most_topics = 5, most_windows = 6;
constexpr const char* sort_names[] = {"place", "busy", "mailbox", "handled", "restarts"};

std::string text_of(const json::object& o, const char* name, const char* otherwise = "-") {
  const auto* v = o.if_contains(name);
  if (!v || v->is_null()) return otherwise;
  return plain_text(v->is_string() ? std::string(v->get_string()) : json::serialize(*v));
}

std::int64_t number_of(const json::object& o, const char* name) {
  const auto* v = o.if_contains(name);
  return v && v->is_number() ? v->to_number<std::int64_t>() : 0;
}

/// Exactly `width` columns, cut or filled; a negative width: to the right.
std::string fit(const std::string& text, int width) {
  const auto most = static_cast<std::size_t>(width < 0 ? -width : width);
  std::string out;
  std::size_t columns = 0;
  const bool cut = columns_of(text) > most;
  for (const char c : text) {
    if ((c & 0xc0) != 0x80 && ++columns > most - (cut ? 1 : 0)) break;
    out += c;
  }
  if (cut) return out + "…";
  const std::string space(most - columns_of(text), ' ');
  return width < 0 ? space + out : out + space;
}

std::string at_most(const std::string& text, std::size_t columns) {
  return columns_of(text) <= columns ? text : fit(text, static_cast<int>(columns));
}

std::string styled(const std::string& text, const char* style, bool color) {
  return color ? std::string("\x1b[") + style + 'm' + text + "\x1b[0m" : text;
}

std::string short_age(std::int64_t ms) {
  const auto s = std::max<std::int64_t>(0, ms / 1'000);
  if (s < 100) return fmt::format("{}s", s);
  if (s < 6'000) return fmt::format("{}m", s / 60);
  if (s < 360'000) return fmt::format("{}h", s / 3'600);
  return fmt::format("{}d", s / 86'400);
}

std::string short_span(const json::object& row, const char* name) {
  if (!row.contains(name)) return "-";
  const auto ms = number_of(row, name);
  return ms < 10'000 ? fmt::format("{}ms", ms) : fmt::format("{}s", ms / 1'000);
}

/// "timer/67" → "67"; empty: the actor belongs to no topic.
std::string topic_of(const std::string& place) {
  const auto slash = place.find('/');
  const auto kind = place.substr(0, slash);
  return slash != place.npos && (kind == "timer" || kind == "predictor" || kind == "topic") ? place.substr(slash + 1) : "";
}

} // namespace

std::vector<std::string> TopScreen::header(const TopData& data, std::size_t columns, bool color) {
  const auto parsed = json::parse(data.overview);
  const auto& o = parsed.as_object();
  const auto& health = o.at("health").as_object();
  const bool well = health.at("healthy").as_bool();
  std::vector<std::string> out;
  out.push_back(
    styled(at_most(fmt::format("inferd {}  up {}  {}  {}", text_of(o, "version"), // the wallet may be cut
                               short_age(data.now.value - number_of(o, "started")), text_of(o, "chain"), text_of(o, "wallet")),
                   columns),
           "1", color));
  out.push_back(
    styled(at_most(well ? "healthy" : "NOT HEALTHY: " + text_of(health, "reason"), columns), well ? "32" : "1;31", color));
  std::string endpoint = "none";
  if (const auto* list = o.if_contains("endpoints"))
    for (const auto& e : list->as_array())
      if (text_of(e.as_object(), "use") == "in_use")
        endpoint = text_of(e.as_object(), "endpoint") + ' ' + text_of(e.as_object(), "latency_ms") + "ms";
  out.push_back(at_most(fmt::format("head {}  node {}  balance {} uallo{}", text_of(o, "head"),
                                    o.at("connected").as_bool() ? endpoint : "not connected", text_of(o, "balance"),
                                    health.contains("balance_days") ? ", " + text_of(health, "balance_days") + " days" : ""),
                        columns));
  if (const auto* books = o.if_contains("books")) {
    const auto& b = books->as_object();
    out.push_back(
      at_most(fmt::format("{} windows  {} confirmed  {} missed  {} skipped  {} refused  {} under way  fees {}",
                          text_of(b, "windows"), text_of(b, "confirmed"), text_of(b, "missed"), text_of(b, "skipped"),
                          text_of(b, "refused"), text_of(b, "unfinished"), text_of(b, "fees")),
              columns));
  }
  out.emplace_back();
  out.push_back(styled(at_most("TOPIC  STATE   NEWEST     NEXT        24 H  MODEL / TROUBLE", columns), "4", color));
  paused_.clear();
  std::size_t shown = 0;
  for (const auto& entry : o.at("topics").as_array()) {
    const auto& t = entry.as_object();
    const bool paused = t.at("paused").as_bool();
    paused_[text_of(t, "topic")] = paused;
    if (++shown > most_topics) continue;
    const auto* open = t.if_contains("open");
    const auto* results = t.if_contains("results");
    const auto answered = results
                            ? text_of(results->as_object(), "answered_24h") + '/' + text_of(results->as_object(), "ended_24h")
                            : std::string("-");
    const auto trouble = t.contains("trouble")    ? "! " + text_of(t, "trouble")
                         : t.contains("mismatch") ? "! " + text_of(t, "mismatch")
                                                  : text_of(t, "model");
    out.push_back(at_most(fmt::format("{}  {}  {}  {}  {}  {}", fit(text_of(t, "topic"), 5),
                                      fit(paused                    ? "paused"
                                          : open && open->as_bool() ? "open"
                                                                    : "closed",
                                          6),
                                      fit(text_of(t, "announced"), 9), fit(text_of(t, "next"), 9), fit(answered, -7), trouble),
                          columns));
  }
  if (shown > most_topics) out.push_back(fmt::format("… and {} more", shown - most_topics));
  out.emplace_back();
  out.push_back(styled(at_most("TOPIC  NONCE      STATUS     VALUE            MEMPOOL  OUTCOME  REASON", columns), "4", color));
  const auto windows = json::parse(data.windows);
  std::size_t rows = 0;
  for (const auto& entry : windows.as_array()) {
    if (++rows > most_windows) break;
    const auto& w = entry.as_object();
    const auto status = text_of(w, "status");
    const bool lost = status == "missed" || status == "refused";
    out.push_back(
      styled(at_most(fmt::format("{}  {}  {}  {}  {}  {}  {}", fit(text_of(w, "topic_id"), 5), fit(text_of(w, "nonce"), 9),
                                 fit(status, 9), fit(text_of(w, "value"), 15), fit(short_span(w, "to_mempool_ms"), -7),
                                 fit(short_span(w, "to_outcome_ms"), -7), text_of(w, "reason", "")),
                     columns),
             lost ? "31" : "0", color));
  }
  out.emplace_back();
  return out;
}

std::vector<TopScreen::Actor> TopScreen::actors(const TopData& data) {
  std::vector<Actor> out;
  const auto parsed = json::parse(data.ps);
  const auto elapsed_us = static_cast<double>(data.now.value - before_.value) * 1'000;
  std::map<std::string, std::int64_t> busy;
  for (const auto& entry : parsed.as_array()) {
    const auto& row = entry.as_object();
    Actor a{.place = text_of(row, "place"), .state = text_of(row, "state", "running"), .trouble = text_of(row, "trouble", "")};
    a.since = number_of(row, "since");
    a.restarts = number_of(row, "restarts");
    a.handled = number_of(row, "handled");
    a.waiting = number_of(row, "waiting");
    a.busy_us = number_of(row, "busy_us");
    if (const auto* hand = row.if_contains("in_hand")) {
      a.in_hand = text_of(hand->as_object(), "message");
      a.in_hand_us = number_of(hand->as_object(), "us");
    }
    const auto* answers = row.if_contains("answers");
    if (answers && !answers->as_bool()) a.state = "SILENT";
    busy[a.place] = a.busy_us;
    if (const auto it = busy_before_.find(a.place); it != busy_before_.end() && before_.value > 0 && elapsed_us > 0)
      a.share = std::clamp(static_cast<double>(a.busy_us - it->second) / elapsed_us, 0.0, 1.0);
    out.push_back(std::move(a));
  }
  busy_before_ = std::move(busy);
  before_ = data.now;
  const auto more = [&](const Actor& a) -> std::pair<double, std::int64_t> {
    switch (sort_) {
      case Sort::busy: return {a.share, a.busy_us};
      case Sort::mailbox: return {0, a.waiting};
      case Sort::handled: return {0, a.handled};
      case Sort::restarts: return {0, a.restarts};
      case Sort::place: break;
    }
    return {};
  };
  std::stable_sort(out.begin(), out.end(),
                   [&](const auto& a, const auto& b) { return sort_ == Sort::place ? a.place < b.place : more(a) > more(b); });
  return out;
}

std::vector<std::string> TopScreen::draw(const TopData& data, const TopSize& size, bool color) {
  const auto place = selected_ < shown_.size() ? shown_[selected_].place : std::string();
  shown_ = actors(data);
  // The selection stays on its actor when the order changes.
  const auto same = std::find_if(shown_.begin(), shown_.end(), [&](const auto& a) { return a.place == place; });
  if (same != shown_.end()) selected_ = static_cast<std::size_t>(same - shown_.begin());
  else if (selected_ >= shown_.size()) selected_ = shown_.empty() ? 0 : shown_.size() - 1;

  auto out = header(data, size.columns, color);
  constexpr std::size_t least_actors = 4;
  if (out.size() + least_actors + 2 > size.rows) out.resize(size.rows > least_actors + 2 ? size.rows - least_actors - 2 : 0);
  out.push_back(styled(at_most("PLACE              STATE   UP   REST HANDLED MBOX BUSY IN HAND", size.columns), "4", color));
  const auto space = size.rows > out.size() + 1 ? size.rows - out.size() - 1 : 0;
  const auto first = selected_ >= space && space > 0 ? selected_ - space + 1 : 0;
  for (std::size_t i = first; i < shown_.size() && i < first + space; ++i) {
    const auto& a = shown_[i];
    const auto hand = !a.trouble.empty()  ? "! " + a.trouble
                      : a.in_hand.empty() ? ""
                                          : a.in_hand + ' ' + span_text(a.in_hand_us);
    const auto line =
      at_most(fmt::format("{} {} {} {} {} {} {} {}", fit(a.place, 18), fit(a.state, 7),
                          fit(a.since > 0 ? short_age(data.now.value - a.since) : "-", 4), fit(std::to_string(a.restarts), -4),
                          fit(std::to_string(a.handled), -7), fit(std::to_string(a.waiting), -4),
                          fit(fmt::format("{:.0f}%", a.share * 100), -4), hand),
              size.columns);
    out.push_back(i == selected_                              ? styled(fit(line, static_cast<int>(size.columns)), "7", color)
                  : a.state == "running" && a.trouble.empty() ? line
                                                              : styled(line, "31", color));
  }
  while (out.size() + 1 < size.rows) out.emplace_back();
  const auto keys =
    fmt::format("q quit  s sort ({})  up/down  r restart  p pause or resume the topic", sort_names[static_cast<int>(sort_)]);
  out.push_back(styled(at_most(note_.empty() ? keys : note_, size.columns), "1", color));
  return out;
}

TopScreen::Command TopScreen::press(const std::string& key) {
  note_.clear();
  if (const auto asked = std::exchange(asked_, std::nullopt)) {
    if (key == "y") return *asked;
    note_ = "not restarted";
    return {};
  }
  const auto place = selected_ < shown_.size() ? shown_[selected_].place : std::string();
  if (key == "q") return {Command::Kind::quit, {}, {}};
  if (key == "s") sort_ = static_cast<Sort>((static_cast<int>(sort_) + 1) % static_cast<int>(std::size(sort_names)));
  if ((key == "j" || key == "down") && selected_ + 1 < shown_.size()) ++selected_;
  if ((key == "k" || key == "up") && selected_ > 0) --selected_;
  if (key == "r" && !place.empty()) {
    asked_ = Command{Command::Kind::restart, place, {}};
    note_ = "restart " + place + "? y/n";
  }
  if (key == "p" && !place.empty()) {
    const auto topic = topic_of(place);
    if (topic.empty()) note_ = place + " belongs to no topic; select its timer or predictor";
    else return {Command::Kind::pause, place, topic, !paused_[topic]};
  }
  return {};
}

} // namespace inferd::cli
