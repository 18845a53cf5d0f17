#include "runtime/daemon/admin/operator_routes.hpp"

#include "messages/json.hpp"
#include "messages/limits.hpp"
#include "messages/operator_limits.hpp"
#include "runtime/books/persistent_reader.hpp"
#include "runtime/books/row_text.hpp"
#include "runtime/daemon/admin/latest_text.hpp"
#include "runtime/figures/figures_json.hpp"
#include "runtime/metrics/open_metrics.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>

namespace inferd {
namespace json = boost::json;

namespace {

constexpr std::size_t usual_rows = 100;
constexpr std::int64_t events_ms = 1'000;
constexpr std::size_t event_rows = 40; ///< newest rows that are compared for `windows`

AdminAnswer ok(const json::value& v, unsigned status = 200) { return {status, json::serialize(v) + '\n'}; }

std::optional<std::uint64_t> number(const std::string& text) {
  std::uint64_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc() || end != text.data() + text.size() || n > INT64_MAX) return {};
  return n;
}

AdminAnswer no_number(const std::string& name) { return admin_error(400, name + " has to be a whole number"); }

json::object row_json(const WindowRow& row) {
  auto out = list_json(row);
  if (row.opened_at.value && row.sent_at.value)
    out["to_mempool_ms"] = std::max<std::int64_t>(0, row.sent_at.value - row.opened_at.value);
  if (row.opened_at.value && row.done_at.value)
    out["to_outcome_ms"] = std::max<std::int64_t>(0, row.done_at.value - row.opened_at.value);
  return out;
}

json::array rows(BooksReader& books, const BooksReader::Filter& filter) {
  json::array out;
  std::vector<WindowKey> keys;
  books.each(filter, [&](const WindowRow& row) {
    keys.push_back(row.key());
    out.push_back(row_json(row));
  });
  const auto truths = books.truths(keys);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    const auto it = truths.find(keys[i]);
    out[i].get_object()["truth"] = it == truths.end() ? json::value(nullptr) : json::value(it->second.text);
  }
  std::reverse(out.begin(), out.end());
  return out;
}

std::string models_json(const std::string& ledger_path, const std::atomic<bool>& stopped) {
  BooksReader books(ledger_path);
  std::set<TopicId> topics;
  for (const auto& row : books.models({})) topics.insert(row.topic);
  json::array out;
  for (const auto topic : topics) {
    if (stopped) break;
    for (const auto& figures : live_figures(books, topic, false, limits::admin_predictions))
      for (const auto& model : figures.models) out.push_back(to_object(figures, model));
  }
  return json::serialize(out) + '\n';
}

AdminAnswer models_answer(LatestText& latest) {
  const auto result = latest.get();
  if (!result) return admin_error(503, "the models' figures are being computed: ask again in some seconds");
  if (const auto* failed = std::get_if<LatestText::Failed>(&*result)) return admin_error(503, failed->reason);
  return {200, std::get<std::string>(*result)};
}

AdminAnswer windows(PersistentReader& books, const AdminCall& call) {
  BooksReader::Filter filter{.newest = usual_rows};
  if (const auto it = call.query.find("topic"); it != call.query.end()) {
    const auto id = number(it->second);
    if (!id) return no_number("topic");
    filter.topic = TopicId{*id};
  }
  if (const auto it = call.query.find("limit"); it != call.query.end()) {
    const auto n = number(it->second);
    if (!n || *n < 1 || *n > limits::admin_windows)
      return admin_error(400, "limit has to be a whole number from 1 to " + std::to_string(limits::admin_windows));
    filter.newest = static_cast<std::size_t>(*n);
  }
  try {
    return ok(books.ask([&](BooksReader& reader) { return rows(reader, filter); }));
  } catch (const StoreFailure& e) {
    return admin_error(503, e.what());
  }
}

std::string event(const char* name, const json::value& data) {
  return std::string("event: ") + name + "\ndata: " + json::serialize(data) + "\n\n";
}

AdminAnswer events(const OperatorHandlers& d, const std::shared_ptr<PersistentReader>& books) {
  struct Sent {
    std::string overview;
    std::map<std::string, std::string> rows; ///< by topic and nonce
  };
  AdminAnswer out{.type = "text/event-stream"};
  out.stream_ms = events_ms;
  out.stream = [d, books, sent = std::make_shared<Sent>()](std::string& text) {
    auto present = overview(d.facts(), look(*d.tree));
    const auto now = present["now"];
    present.erase("now");
    auto flat = json::serialize(present);
    if (flat != sent->overview) {
      sent->overview = std::move(flat);
      present["now"] = now;
      text += event("overview", present);
    }
    json::array changed;
    std::map<std::string, std::string> newest;
    try {
      for (auto& row : books->ask([](BooksReader& reader) { return rows(reader, {.newest = event_rows}); })) {
        const auto key = json::serialize(row.at("topic_id")) + '/' + json::serialize(row.at("nonce"));
        auto& as_text = newest[key] = json::serialize(row);
        if (const auto it = sent->rows.find(key); it == sent->rows.end() || it->second != as_text)
          changed.push_back(std::move(row));
      }
      sent->rows = std::move(newest);
    } catch (const StoreFailure&) { // the overview says what is wrong
    }
    if (!changed.empty()) text += event("windows", changed);
    return true;
  };
  return out;
}

AdminAnswer trace(const OperatorHandlers& d, const AdminCall& call) {
  TraceFilter filter;
  if (const auto it = call.query.find("actor"); it != call.query.end()) {
    filter.actor = parse_place(it->second);
    if (!filter.actor) return admin_error(400, "actor has to be a place in the tree (like ledger or timer/67); /ps lists them");
    if (!d.tree->exists(*filter.actor)) return admin_error(404, "there is no actor '" + it->second + "'; /ps lists them");
  }
  if (const auto it = call.query.find("nonce"); it != call.query.end()) {
    const auto n = number(it->second);
    if (!n || *n == 0) return no_number("nonce");
    filter.nonce = Height{static_cast<std::int64_t>(*n)};
  }
  AdminAnswer out{.type = "text/event-stream"};
  out.stream = [reader = d.tracer->read(filter)](std::string& text) {
    reader->take(text);
    return true;
  };
  return out;
}

AdminAnswer metrics(const OperatorHandlers& d, const AdminCall& call) {
  const bool open = call.request.accept.find("application/openmetrics-text") != std::string::npos;
  return {200, d.metrics->text({look(*d.tree), d.tree->loads(), d.facts().paused}, open),
          open ? open_metrics_type : "text/plain; version=0.0.4; charset=utf-8"};
}

/// Calls `act` with the topic's id, if it is configured.
template <class Act> AdminAnswer with_topic(const OperatorHandlers& d, const std::string& text, Act act) {
  const auto id = number(text);
  if (!id || !d.serves(TopicId{*id})) return admin_error(404, "no topic of this number is configured; /overview lists them");
  return act(TopicId{*id});
}

AdminAnswer pause(const OperatorHandlers& d, const std::string& text, bool paused) {
  return with_topic(d, text, [&](TopicId topic) {
    try {
      d.pause(topic, paused);
    } catch (const std::exception& e) {
      return admin_error(503, e.what());
    }
    return ok(json::object{{"topic", topic.value}, {"paused", paused}});
  });
}

AdminAnswer dry_run(const OperatorHandlers& d, const std::string& text) {
  return with_topic(d, text, [&](TopicId topic) {
    std::optional<PredictorView> predictor;
    Height next{1};
    json::object out{{"topic", topic.value}, {"dry_run", true}};
    for (const auto& [place, inspection] : d.tree->everyone()) {
      if (!inspection) continue;
      if (const auto* v = std::get_if<PredictorView>(&inspection->state); v && place.topic == topic) predictor = *v;
      if (const auto* v = std::get_if<WatcherView>(&inspection->state))
        if (const auto it = v->topics.find(topic); it != v->topics.end() && it->second.next) {
          next = *it->second.next;
          out["next_nonce"] = next.value;
        }
      if (const auto* v = std::get_if<SubmitterView>(&inspection->state)) {
        if (v->fee) out["fee"] = to_json(*v->fee);
        if (v->balance) out["balance"] = to_json(*v->balance);
      }
    }
    const auto r = d.dry_run(topic, predictor, next);
    out["would"] = r.skipped.empty() ? "submit" : "skip";
    if (!r.skipped.empty()) out["reason"] = r.skipped;
    if (!r.source.empty()) out["source"] = r.source;
    if (!r.model.empty()) out["model"] = r.model;
    if (r.candle.value) out["candle"] = time_text(r.candle);
    if (!r.values.empty()) out["value"] = value_text(r.values);
    json::array remarks;
    for (const auto& remark : r.remarks) remarks.push_back(json::string(remark));
    out["remarks"] = std::move(remarks);
    return ok(out);
  });
}

bool is_plain(const std::string& word) {
  constexpr auto plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  return !word.empty() && word.size() <= 64 && word.find_first_not_of(plain) == word.npos;
}

AdminAnswer swap_model(const OperatorHandlers& d, const AdminCall& call, bool rollback) {
  return with_topic(d, call.argument, [&](TopicId topic) {
    SwapRequest request{.topic = topic, .rollback = rollback, .model = {}, .by = {}};
    for (const auto& [name, value] : call.query) {
      if (!is_plain(value)) return admin_error(400, name + " has to be 1 to 64 letters, digits, dots, dashes and underscores");
      (name == "model" ? request.model : request.by) = value;
    }
    if (request.model.empty() && !rollback) return admin_error(400, "model has to name a model of the topic");
    return d.swap(request);
  });
}

} // namespace

std::vector<AdminRoute> operator_routes(OperatorHandlers duties) {
  const auto d = std::make_shared<OperatorHandlers>(std::move(duties));
  const auto books = std::make_shared<PersistentReader>(d->ledger_path);
  const auto latest = std::make_shared<LatestText>(
    [path = d->ledger_path](const std::atomic<bool>& stopped) { return models_json(path, stopped); });
  return {{"GET", "/overview", {}, [d](const AdminCall&) { return ok(overview(d->facts(), look(*d->tree))); }},
          {"GET", "/metrics", {}, [d](const AdminCall& c) { return metrics(*d, c); }},
          {"GET", "/windows", {"topic", "limit"}, [books](const AdminCall& c) { return windows(*books, c); }},
          {"GET", "/models", {}, [latest](const AdminCall&) { return models_answer(*latest); }},
          {"GET", "/events", {}, [d, books](const AdminCall&) { return events(*d, books); }},
          {"GET", "/trace", {"actor", "nonce"}, [d](const AdminCall& c) { return trace(*d, c); }},
          {"POST",
           "/submit/{topic}",
           {"dry_run"},
           [d](const AdminCall& c) {
             const auto dry = c.query.find("dry_run");
             if (dry == c.query.end() || dry->second != "true")
               return admin_error(400, "inferd submits by itself when a window opens; only dry_run=true can be asked for");
             return dry_run(*d, c.argument);
           }},
          {"POST", "/pause/{topic}", {}, [d](const AdminCall& c) { return pause(*d, c.argument, true); }},
          {"POST", "/resume/{topic}", {}, [d](const AdminCall& c) { return pause(*d, c.argument, false); }},
          {"POST", "/promote/{topic}", {"model", "by"}, [d](const AdminCall& c) { return swap_model(*d, c, false); }},
          {"POST", "/rollback/{topic}", {"model", "by"}, [d](const AdminCall& c) { return swap_model(*d, c, true); }},
          {"POST",
           "/drain",
           {},
           [d](const AdminCall&) {
             d->drain();
             return ok(json::object{{"draining", true}}, 202);
           }},
          {"POST", "/reload", {}, [d](const AdminCall&) { return d->reload(); }}};
}

} // namespace inferd
