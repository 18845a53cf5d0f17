#include "runtime/daemon/reload.hpp"

#include "runtime/admin/health_report.hpp"
#include "runtime/daemon/plan/plan.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <map>
#include <set>

namespace inferd {
namespace json = boost::json;

namespace {

constexpr std::int64_t blocks_before = 4; ///< a window is prepared three blocks ahead

bool is_one_of(const std::string& name, std::initializer_list<const char*> names) {
  return std::any_of(names.begin(), names.end(),
                     [&](const std::string& n) { return name == n || (n.ends_with('.') && name.starts_with(n)); });
}

/// Books, key and chain belong together.
bool identifies(const std::string& name) {
  return name.starts_with("wallet[") || is_one_of(name, {"wallet.", "chain.id", "ledger.path", "state_dir"});
}

/// Made once for the process, before the daemon.
bool of_the_process(const std::string& name) { return is_one_of(name, {"log.dir", "log.file_mb", "log.files", "log.level"}); }

} // namespace

ReloadPlan compare(const Config& present, const Config& next) {
  std::map<std::string, std::string> before, after;
  for (const auto& s : present.effective) before[s.name] = s.value;
  for (const auto& s : next.effective) after[s.name] = s.value;
  std::set<std::string> names;
  for (const auto& [name, value] : before)
    if (const auto it = after.find(name); it == after.end() || it->second != value) names.insert(name);
  for (const auto& [name, value] : after)
    if (!before.contains(name)) names.insert(name);
  ReloadPlan plan;
  for (const auto& name : names)
    (identifies(name) ? plan.refused : of_the_process(name) ? plan.later : plan.changed).push_back(name);
  return plan;
}

PreparedReload prepare_reload(const Config& present,
                              const std::function<std::variant<Config, std::vector<ConfigMistake>>()>& load_again,
                              Instant now) {
  const auto no = [](const std::string& why) { return PreparedReload{admin_error(409, "nothing is reloaded: " + why), {}}; };
  if (!load_again) return no("this daemon was not started by `inferd run`");
  auto result = load_again();
  auto* next = std::get_if<Config>(&result);
  const auto mistakes = next ? start_mistakes(*next, now) : std::get<std::vector<ConfigMistake>>(result);
  std::string list;
  for (const auto& m : mistakes) list += (list.empty() ? "" : "; ") + to_string(m);
  if (!list.empty()) return no(list);
  const auto plan = compare(present, *next);
  for (const auto& name : plan.refused) list += (list.empty() ? "" : ", ") + name;
  if (!list.empty()) return no(list + " cannot change in a running process; restart it");
  const json::object answer{
    {"reloading", true}, {"changed", json::value_from(plan.changed)}, {"later", json::value_from(plan.later)}};
  return {{202, json::serialize(answer) + '\n'}, std::move(*next)};
}

bool between_windows(TreePort& tree) {
  const auto state = look(tree);
  const auto& books = state.books;
  if (!books || books->unfinished > 0) return false;
  for (const auto& [place, inspection] : state.everyone) {
    if (!inspection) return false;
    if (const auto* submitter = std::get_if<SubmitterView>(&inspection->state); submitter && !submitter->works.empty())
      return false;
    const auto* watcher = std::get_if<WatcherView>(&inspection->state);
    if (!watcher || !watcher->connected) continue;
    for (const auto& [id, topic] : watcher->topics) {
      if (topic.open && topic.announced > books->last_nonce) return false; // its row is not written yet
      if (topic.next && topic.next->value - watcher->head.value < blocks_before) return false;
    }
  }
  return true;
}

} // namespace inferd
