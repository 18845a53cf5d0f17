#include "runtime/admin/routes.hpp"

#include "messages/json.hpp"
#include "runtime/admin/health_report.hpp"
#include "runtime/admin/page_routes.hpp"

#include <algorithm>
#include <iterator>
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

using Loads = std::map<Place, TreePort::Load>;

Loads loads_of(TreePort& port) {
  Loads out;
  for (auto& load : port.loads()) {
    auto place = load.place;
    out.emplace(std::move(place), std::move(load));
  }
  return out;
}

/// Messages handled, mailbox, time in hand. Both /tree and /ps have them.
void add_load(json::object& row, const Place& place, const Loads& loads) {
  const auto it = loads.find(place);
  if (it == loads.end()) return;
  const auto& load = it->second;
  row["handled"] = load.handled;
  row["waiting"] = load.waiting;
  row["busy_us"] = load.busy_us;
  row["longest_us"] = load.longest_us;
  if (!load.in_hand.empty()) row["in_hand"] = {{"message", load.in_hand}, {"us", load.in_hand_us}};
}

/// The newest failure of each actor.
using LastFailures = std::map<Place, Failure>;

void add_failures(const SupervisorView& view, LastFailures& last) {
  for (const auto& failure : view.failures) last[failure.child] = failure; // the newest is the last one
}

void add_failure(json::object& row, const Place& place, const LastFailures& last) {
  if (const auto it = last.find(place); it != last.end())
    row["last_failure"] = {{"at", to_json(it->second.at)}, {"reason", it->second.reason}, {"message", it->second.message}};
}

/// A supervisor with its children, and theirs.
json::object nested_tree(const Place& place, const Branches& branches, const Loads& loads) {
  json::object out{{"place", to_string(place)}};
  const auto it = branches.find(place);
  if (it == branches.end() || !it->second) {
    out["silent"] = true;
    return out;
  }
  out["vitals"] = to_json(it->second->vitals);
  out["policy"] = to_json(it->second->policy);
  add_load(out, place, loads);
  LastFailures last;
  add_failures(*it->second, last);
  json::array children;
  for (const auto& child : it->second->children) {
    auto row = to_json(child).as_object();
    add_load(row, child.name, loads);
    add_failure(row, child.name, last);
    if (child.name != place && branches.contains(child.name)) row["tree"] = nested_tree(child.name, branches, loads);
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
  return ok(nested_tree(branches.front().place, by_place, loads_of(port)));
}

AdminAnswer ps(TreePort& port) {
  std::map<std::string, json::object> rows; // by text form; a child that should run has a row even when it does not
  LastFailures last;
  const auto state = look(port);
  for (const auto& branch : state.branches) {
    if (!branch.state) continue;
    add_failures(*branch.state, last);
    for (const auto& child : branch.state->children) {
      const auto place = to_string(child.name);
      rows[place] = {{"place", place},
                     {"kind", to_json(child.kind)},
                     {"state", to_json(child.state)},
                     {"restarts", child.restarts},
                     {"since", to_json(child.since)},
                     {"waiting", child.waiting}};
      add_failure(rows[place], child.name, last);
    }
  }
  const auto loads = loads_of(port);
  for (const auto& [place, inspection] : state.everyone) {
    auto& row = rows[to_string(place)];
    row["place"] = to_string(place);
    row["answers"] = inspection.has_value();
    if (inspection) row["handled"] = inspection->handled;
    add_load(row, place, loads);
    if (inspection && !inspection->trouble.empty()) row["trouble"] = inspection->trouble;
  }
  json::array out;
  for (auto& [place, row] : rows) out.push_back(std::move(row));
  return ok(out);
}

AdminAnswer mailbox(TreePort& port, const std::string& text) {
  const auto place = parse_place(text);
  if (!place) return no_place(text);
  for (const auto& load : port.loads()) {
    if (load.place != *place) continue;
    json::object out{{"actor", text}};
    add_load(out, *place, {{*place, load}});
    json::object types;
    for (const auto& [type, count] : load.by_type) types[type] = count;
    out["types"] = std::move(types);
    return ok(out);
  }
  return admin_error(404, "there is no actor '" + text + "'; /ps lists them");
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

AdminAnswer health(TreePort& port) {
  const auto out = health_report(look(port));
  return ok(out, out.at("healthy").as_bool() ? 200 : 503);
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

AdminRoutes admin_routes(std::shared_ptr<TreePort> port, SetLogLevel set_level, LostWindows lost,
                         std::vector<AdminRoute> more) {
  auto files = page_routes();
  std::vector<AdminRoute> routes{
    {"GET", "/tree", {}, [port](const AdminCall&) { return tree(*port); }},
    {"GET", "/ps", {}, [port](const AdminCall&) { return ps(*port); }},
    {"GET", "/inspect/{place}", {}, [port](const AdminCall& c) { return inspect(*port, c.argument); }},
    {"GET", "/mailbox/{place}", {}, [port](const AdminCall& c) { return mailbox(*port, c.argument); }},
    {"GET", "/health", {}, [port](const AdminCall&) { return health(*port); }},
    {"GET", "/failures", {}, [port, lost](const AdminCall&) { return failures(*port, lost); }},
    {"POST", "/restart/{place}", {}, [port](const AdminCall& c) { return restart(*port, c.argument); }},
    {"POST", "/log-level/{level}", {}, [set_level](const AdminCall& c) {
       if (!set_level(c.argument))
         return admin_error(400,
                            quoted(c.argument) + " is no log level; there are trace, debug, info, warn, error, critical, off");
       return ok(json::object{{"log_level", c.argument}});
     }}};
  for (auto* list : {&more, &files}) std::move(list->begin(), list->end(), std::back_inserter(routes));
  return AdminRoutes(std::move(routes));
}

} // namespace inferd
