#include "runtime/admin/health_report.hpp"

#include "base/utc.hpp"
#include "messages/json.hpp"
#include "runtime/ports/earning.hpp"

#include <algorithm>
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

} // namespace

TreeState look(TreePort& port) {
  TreeState out{port.branches(), {}, {}};
  if (out.branches.empty()) return out;
  out.everyone = port.everyone();
  out.books = port.books();
  return out;
}

json::object health_report(const TreeState& state) {
  const auto reason = complaint(state.branches, state.everyone, state.books);
  json::object out{{"healthy", reason.empty()}};
  if (!reason.empty()) out["reason"] = reason;
  add_outlook(out, state.everyone, state.books);
  return out;
}

} // namespace inferd
