#include "runtime/admin/health_report.hpp"

#include "base/utc.hpp"
#include "messages/json.hpp"
#include "runtime/ports/earning.hpp"

#include <map>
#include <string>

namespace inferd {
namespace json = boost::json;

namespace {

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

void add_facts(json::object& out, const EarningFacts& f) {
  if (f.books) {
    out["windows_since_answered"] = f.since_answered;
    out["windows_ended_24h"] = f.ended_24h;
    out["windows_answered_24h"] = f.answered_24h;
    out["equal_answers"] = f.equal_values;
  }
  if (f.head) out["head"] = f.head->value;
  if (f.head_age_ms) out["head_age_s"] = *f.head_age_ms / 1'000;
  if (f.went_back_from) out["went_back_from"] = f.went_back_from->value;
  if (!f.node_lacks.empty()) out["node_lacks"] = f.node_lacks;
  if (!f.clash.empty()) out["clash"] = f.clash;
  if (f.balance) out["balance"] = to_json(*f.balance);
  if (f.missing) out["missing"] = to_json(*f.missing);
  if (f.balance_days) out["balance_days"] = *f.balance_days;
  if (f.newest_candle) out["newest_candle"] = utc_text(*f.newest_candle);
  if (!f.model_trained_to.empty()) out["model_trained_to"] = f.model_trained_to;
  if (const auto sentence = to_sentence(f); !sentence.empty()) out["facts"] = sentence;
}

} // namespace

TreeState look(TreePort& port) {
  TreeState out{{}, port.everyone(), {}};
  std::map<Place, const Inspection*> answers;
  for (const auto& [place, inspection] : out.everyone) {
    const auto* answer = answers[place] = inspection ? &*inspection : nullptr;
    const auto* ledger = answer ? std::get_if<LedgerView>(&answer->state) : nullptr;
    if (const auto* totals = ledger && ledger->totals ? std::get_if<BooksSummary>(&*ledger->totals) : nullptr)
      out.books = *totals;
  }
  std::vector<Place> supervisors{{PlaceKind::root}}; // level by level
  for (std::size_t i = 0; i < supervisors.size() && answers.contains(supervisors.front()); ++i) {
    const auto it = answers.find(supervisors[i]);
    const auto* view = it == answers.end() || !it->second ? nullptr : std::get_if<SupervisorView>(&it->second->state);
    out.branches.push_back({supervisors[i], view ? std::optional(*view) : std::nullopt});
    if (!view) continue;
    for (const auto& child : view->children)
      if (child.supervisor) supervisors.push_back(child.name);
  }
  return out;
}

EarningFacts facts_of(const TreeState& state) {
  std::vector<const Inspection*> actors;
  for (const auto& answer : state.everyone) actors.push_back(answer.inspection ? &*answer.inspection : nullptr);
  return earning_facts(actors, state.books);
}

json::object health_report(const TreeState& state) {
  const auto reason = complaint(state.branches, state.everyone, state.books);
  json::object out{{"healthy", reason.empty()}};
  if (!reason.empty()) out["reason"] = reason;
  add_facts(out, facts_of(state));
  return out;
}

} // namespace inferd
