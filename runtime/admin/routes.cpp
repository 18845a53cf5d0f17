#include "runtime/admin/routes.hpp"

#include "base/utc.hpp"
#include "messages/json.hpp"
#include "runtime/admin/metrics.hpp"
#include "runtime/ports/earning.hpp"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace inferd {
namespace json = boost::json;

AdminAnswer admin_error(unsigned status, const std::string& sentence) {
  return {status, json::serialize(json::object{{"error", sentence}}) + '\n'};
}

namespace {

AdminAnswer ok(const json::value& v, unsigned status = 200) { return {status, json::serialize(v) + '\n'}; }

json::value state_json(const Inspection& inspection) {
  auto state = to_json(inspection.state);
  if (!inspection.trouble.empty()) state.get_object()["trouble"] = inspection.trouble;
  return state;
}

/// For errors: `text` is what the client sent.
std::string quoted(const std::string& text) {
  constexpr std::size_t most = 80;
  return "'" + (text.size() <= most ? text : text.substr(0, most) + "...") + "'";
}

AdminAnswer no_place(const std::string& text) {
  return admin_error(404, quoted(text) + " is not a place in the tree (like ledger or timer/67); /ps lists them");
}

using Branches = std::map<Place, std::optional<SupervisorView>>;

/// A supervisor with its children, and theirs.
json::object nested_tree(const Place& place, const Branches& branches) {
  json::object out{{"place", to_string(place)}};
  const auto it = branches.find(place);
  if (it == branches.end() || !it->second) {
    out["silent"] = true;
    return out;
  }
  out["vitals"] = to_json(it->second->vitals);
  out["policy"] = to_json(it->second->policy);
  json::array children;
  for (const auto& child : it->second->children) {
    auto row = to_json(child).as_object();
    if (child.name != place && branches.contains(child.name)) row["tree"] = nested_tree(child.name, branches);
    children.push_back(std::move(row));
  }
  out["children"] = std::move(children);
  return out;
}

AdminAnswer tree(TreePort& port) {
  const auto branches = port.branches();
  if (branches.empty()) return admin_error(503, "there is no tree: it is starting or stopping");
  Branches by_place;
  for (const auto& b : branches) by_place[b.place] = b.state;
  return ok(nested_tree(branches.front().place, by_place));
}

AdminAnswer ps(TreePort& port) {
  std::map<std::string, json::object> rows; // by text form; a child that should run has a row even when it does not
  for (const auto& branch : port.branches()) {
    if (!branch.state) continue;
    for (const auto& child : branch.state->children) {
      const auto place = to_string(child.name);
      rows[place] = {{"place", place},
                     {"kind", to_json(child.kind)},
                     {"state", to_json(child.state)},
                     {"restarts", child.restarts},
                     {"since", to_json(child.since)},
                     {"waiting", child.waiting}};
    }
  }
  for (const auto& [place, inspection] : port.everyone()) {
    auto& row = rows[to_string(place)];
    row["place"] = to_string(place);
    row["answers"] = inspection.has_value();
    if (inspection) row["handled"] = inspection->handled;
  }
  json::array out;
  for (auto& [place, row] : rows) out.push_back(std::move(row));
  return ok(out);
}

AdminAnswer inspect(TreePort& port, const std::string& text) {
  const auto place = parse_place(text);
  if (!place) return no_place(text);
  if (!port.exists(*place)) return admin_error(404, "there is no actor '" + text + "'; /ps lists them");
  const auto answer = port.inspect(*place);
  if (!answer) return admin_error(504, "'" + text + "' does not answer");
  return ok(json::object{{"actor", to_string(answer->actor)}, {"handled", answer->handled}, {"state", state_json(*answer)}});
}

AdminAnswer failures(TreePort& port, const LostWindows& lost) {
  std::vector<std::pair<Failure, Place>> all; // with the supervisor
  for (const auto& branch : port.branches())
    if (branch.state)
      for (const auto& failure : branch.state->failures) all.emplace_back(failure, branch.place);
  if (lost)
    for (auto& failure : lost()) all.emplace_back(std::move(failure), Place{PlaceKind::ledger});
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.first.at > b.first.at; });
  json::array out;
  for (const auto& [failure, supervisor] : all) {
    auto row = to_json(failure).as_object();
    row["supervisor"] = to_string(supervisor);
    out.push_back(std::move(row));
  }
  return ok(out);
}

/// The first problem found, in one sentence; empty: none.
std::string complaint(const std::vector<TreePort::Branch>& branches, const std::vector<TreePort::Answer>& everyone,
                      const std::optional<BooksSummary>& books) {
  if (branches.empty()) return "there is no tree: it is starting or stopping";
  for (const auto& branch : branches) {
    if (!branch.state) return "the supervisor '" + to_string(branch.place) + "' does not answer";
    for (const auto& child : branch.state->children)
      if (child.state != ChildState::running && child.state != ChildState::done)
        return "'" + to_string(child.name) + "' does not run, it is " + boost::describe::enum_to_string(child.state, "?");
  }
  for (const auto& [place, inspection] : everyone) {
    if (!inspection) return "'" + to_string(place) + "' does not answer";
    if (!inspection->trouble.empty()) return to_string(place) + ": " + inspection->trouble;
  }
  return books ? not_earning(*books) : std::string();
}

/// What will be a problem one day: how long the balance lasts, how old the newest candles and the models are.
void add_outlook(json::object& out, const std::vector<TreePort::Answer>& everyone, const std::optional<BooksSummary>& books) {
  std::optional<Instant> newest_of_oldest_feed;
  std::optional<std::string> oldest_model;
  for (const auto& [place, inspection] : everyone) {
    if (!inspection) continue;
    if (const auto* submitter = std::get_if<SubmitterView>(&inspection->state); submitter && submitter->balance && books)
      if (const auto days = days_left(*submitter->balance, books->fees_24h)) out["balance_days"] = *days;
    if (const auto* feed = std::get_if<FetcherView>(&inspection->state)) {
      std::optional<Instant> newest;
      for (const auto& [name, source] : feed->sources) newest = std::max(newest, source.newest_opens);
      if (newest && (!newest_of_oldest_feed || *newest < *newest_of_oldest_feed)) newest_of_oldest_feed = newest;
    }
    if (const auto* predictor = std::get_if<PredictorView>(&inspection->state); predictor && !predictor->trained_to.empty())
      if (!oldest_model || predictor->trained_to < *oldest_model) oldest_model = predictor->trained_to;
  }
  if (newest_of_oldest_feed) out["newest_candle"] = utc_text(*newest_of_oldest_feed);
  if (oldest_model) out["model_trained_to"] = *oldest_model;
}

AdminAnswer health(TreePort& port) {
  const auto branches = port.branches();
  const auto everyone = branches.empty() ? std::vector<TreePort::Answer>() : port.everyone();
  const auto books = branches.empty() ? std::nullopt : port.books();
  const auto reason = complaint(branches, everyone, books);
  json::object out{{"healthy", reason.empty()}};
  if (!reason.empty()) out["reason"] = reason;
  add_outlook(out, everyone, books);
  return ok(out, reason.empty() ? 200 : 503);
}

AdminAnswer restart(TreePort& port, const std::string& text) {
  const auto place = parse_place(text);
  if (!place) return no_place(text);
  const auto branches = port.branches();
  if (!branches.empty() && branches.front().place == *place)
    return admin_error(409, "'" + text + "' is the root: restart the service instead");
  const auto supervises = [&](const TreePort::Branch& branch) {
    return branch.state && std::any_of(branch.state->children.begin(), branch.state->children.end(),
                                       [&](const ChildView& child) { return child.name == *place; });
  };
  if (std::none_of(branches.begin(), branches.end(), supervises))
    return admin_error(404, "no supervisor has a child '" + text + "'; /ps lists them");
  port.restart(*place);
  return ok(json::object{{"restarting", text}}, 202);
}

} // namespace

AdminHandler admin_routes(std::shared_ptr<TreePort> port, SetLogLevel set_level, LostWindows lost) {
  return [port = std::move(port), set_level = std::move(set_level),
          lost = std::move(lost)](const AdminRequest& request) -> AdminAnswer {
    const auto after = [&](const std::string& prefix) { return request.path.substr(prefix.size()); };
    const auto begins = [&](const std::string& prefix) {
      return request.path.size() > prefix.size() && request.path.starts_with(prefix);
    };
    const bool post = begins("/restart/") || begins("/log-level/");
    const bool get = begins("/inspect/") || request.path == "/tree" || request.path == "/ps" || request.path == "/health" ||
                     request.path == "/failures" || request.path == "/metrics";
    if (!get && !post)
      return admin_error(404, "no such path; there are /tree /ps /inspect/PLACE /health /failures /metrics, "
                              "and by POST /restart/PLACE /log-level/LEVEL");
    if (request.method != (post ? "POST" : "GET"))
      return admin_error(405, request.path + " takes " + (post ? "POST" : "GET") + ", not " + request.method);
    if (request.path == "/tree") return tree(*port);
    if (request.path == "/ps") return ps(*port);
    if (request.path == "/health") return health(*port);
    if (request.path == "/failures") return failures(*port, lost);
    if (request.path == "/metrics") return {200, metrics_text(*port), "text/plain; version=0.0.4"};
    if (begins("/inspect/")) return inspect(*port, after("/inspect/"));
    if (begins("/restart/")) return restart(*port, after("/restart/"));
    const auto level = after("/log-level/");
    if (!set_level(level))
      return admin_error(400, "'" + level + "' is no log level; there are trace, debug, info, warn, error, critical, off");
    return ok(json::object{{"log_level", level}});
  };
}

} // namespace inferd
