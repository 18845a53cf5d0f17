#include "runtime/admin/routes.hpp"

#include "messages/json.hpp"
#include "runtime/admin/metrics.hpp"

#include <algorithm>
#include <map>

namespace inferd {
namespace json = boost::json;

AdminAnswer admin_error(unsigned status, const std::string& sentence) {
  return {status, json::serialize(json::object{{"error", sentence}}) + '\n'};
}

namespace {

AdminAnswer ok(const json::value& v, unsigned status = 200) { return {status, json::serialize(v) + '\n'}; }

/// An actor's account of itself is JSON by contract; if it is not, it is shown as text.
json::value parsed(const std::string& state) {
  json::error_code error;
  auto v = json::parse(state, error);
  return error ? json::value(json::string(state)) : v;
}

const json::array& list(const json::object& state, const char* name) {
  static const json::array none;
  const auto* v = state.if_contains(name);
  return v && v->is_array() ? v->get_array() : none;
}

using Branches = std::map<std::string, json::object>;

/// A supervisor with its children, and theirs.
json::object nested_tree(const std::string& place, const Branches& branches) {
  json::object out{{"place", place}};
  const auto it = branches.find(place);
  if (it == branches.end() || it->second.empty()) {
    out["silent"] = true;
    return out;
  }
  for (const char* name : {"vitals", "policy"})
    if (const auto* v = it->second.if_contains(name)) out[name] = *v;
  json::array children;
  for (const auto& child : list(it->second, "children")) {
    auto row = child.as_object();
    const auto name = std::string(row.at("name").as_string());
    if (name != place && branches.contains(name)) row["tree"] = nested_tree(name, branches);
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
  std::map<std::string, json::object> rows; // children first: what should run is shown even when it does not
  for (const auto& branch : port.branches())
    for (const auto& child : list(branch.state, "children")) {
      json::object row{{"place", child.at("name")}};
      for (const char* name : {"kind", "state", "restarts", "since", "waiting"}) row[name] = child.at(name);
      rows[std::string(child.at("name").as_string())] = std::move(row);
    }
  for (const auto& [place, inspection] : port.everyone()) {
    auto& row = rows[place];
    row["place"] = place;
    row["answers"] = !inspection.actor.empty();
    if (!inspection.actor.empty()) row["handled"] = inspection.handled;
  }
  json::array out;
  for (auto& [place, row] : rows) out.push_back(std::move(row));
  return ok(out);
}

AdminAnswer inspect(TreePort& port, const std::string& place) {
  if (!port.exists(place)) return admin_error(404, "there is no actor '" + place + "'; /ps lists them");
  const auto answer = port.inspect(place);
  if (!answer) return admin_error(504, "'" + place + "' does not answer");
  return ok(json::object{{"actor", answer->actor}, {"handled", answer->handled}, {"state", parsed(answer->state)}});
}

AdminAnswer failures(TreePort& port) {
  json::array all;
  for (const auto& branch : port.branches())
    for (const auto& failure : list(branch.state, "failures")) {
      auto row = failure.as_object();
      row["supervisor"] = branch.place;
      all.push_back(std::move(row));
    }
  std::stable_sort(all.begin(), all.end(), [](const json::value& a, const json::value& b) {
    return a.at("at").to_number<std::int64_t>() > b.at("at").to_number<std::int64_t>();
  });
  return ok(all);
}

/// Empty: all is well. An actor in trouble of its own says so by a member "trouble" of its state.
std::string complaint(TreePort& port) {
  const auto branches = port.branches();
  if (branches.empty()) return "there is no tree: it is starting or stopping";
  for (const auto& branch : branches) {
    if (branch.state.empty()) return "the supervisor '" + branch.place + "' does not answer";
    for (const auto& child : list(branch.state, "children")) {
      const auto state = std::string(child.at("state").as_string());
      if (state != "running" && state != "done")
        return "'" + std::string(child.at("name").as_string()) + "' does not run, it is " + state;
    }
  }
  for (const auto& [place, inspection] : port.everyone()) {
    if (inspection.actor.empty()) return "'" + place + "' does not answer";
    const auto state = parsed(inspection.state);
    const auto* trouble = state.is_object() ? state.get_object().if_contains("trouble") : nullptr;
    if (trouble && trouble->is_string() && !trouble->get_string().empty())
      return place + ": " + std::string(trouble->get_string());
  }
  return {};
}

AdminAnswer health(TreePort& port) {
  const auto reason = complaint(port);
  if (reason.empty()) return ok(json::object{{"healthy", true}});
  return ok(json::object{{"healthy", false}, {"reason", reason}}, 503);
}

AdminAnswer restart(TreePort& port, const std::string& place) {
  const auto branches = port.branches();
  if (!branches.empty() && branches.front().place == place)
    return admin_error(409, "'" + place + "' is the root: restart the service instead");
  const bool known = std::any_of(branches.begin(), branches.end(), [&](const auto& branch) {
    const auto& children = list(branch.state, "children");
    return std::any_of(children.begin(), children.end(), [&](const auto& c) { return c.at("name").as_string() == place; });
  });
  if (!known) return admin_error(404, "no supervisor has a child '" + place + "'; /ps lists them");
  port.restart(place);
  return ok(json::object{{"restarting", place}}, 202);
}

} // namespace

AdminHandler admin_routes(std::shared_ptr<TreePort> port, SetLogLevel set_level) {
  return [port = std::move(port), set_level = std::move(set_level)](const AdminRequest& request) -> AdminAnswer {
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
    if (request.path == "/failures") return failures(*port);
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
