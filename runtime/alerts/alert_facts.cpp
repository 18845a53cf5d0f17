#include "runtime/alerts/alert_facts.hpp"

#include "base/utc.hpp"
#include "runtime/admin/health_report.hpp"
#include "runtime/ports/earning.hpp"

#include <algorithm>

namespace inferd::alerts {
namespace {

/// A source is asked for windows only, so that the age of its newest candle says nothing between them.
bool every_source_fails(const FetcherView& feed) {
  return !feed.sources.empty() &&
         std::all_of(feed.sources.begin(), feed.sources.end(), [](const auto& source) { return source.second.failures > 0; });
}

} // namespace

Facts read_facts(TreePort& tree) {
  Facts f;
  const auto [branches, everyone, books] = look(tree);
  f.healthy = !branches.empty() && branches.front().state && branches.front().state->vitals.healthy;
  for (const auto& branch : branches)
    if (branch.state)
      for (const auto& child : branch.state->children) f.restarts += child.restarts;
  for (const auto& [place, inspection] : everyone) {
    if (!inspection) continue;
    if (const auto* watcher = std::get_if<WatcherView>(&inspection->state)) {
      f.connected = watcher->connected;
      if (watcher->went_back_from) f.went_back = went_back(watcher->head, *watcher->went_back_from);
    }
    if (const auto* submitter = std::get_if<SubmitterView>(&inspection->state)) {
      f.balance = submitter->balance;
      f.clashes = submitter->clashes;
    }
    if (const auto* feed = std::get_if<FetcherView>(&inspection->state); feed && every_source_fails(*feed)) {
      auto& newest = f.failing_feeds[to_string(place)];
      for (const auto& [name, source] : feed->sources) newest = std::max(newest, source.newest_opens);
    }
    if (const auto* predictor = std::get_if<PredictorView>(&inspection->state))
      if (const auto until = parse_utc(predictor->trained_to)) f.trained_to[to_string(place)] = *until;
  }
  f.books = books;
  return f;
}

} // namespace inferd::alerts
