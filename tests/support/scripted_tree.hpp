#pragma once
// A tree that answers what a test has written down.

#include "runtime/admin/tree_port.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace inferd::test {

struct ScriptedTree : TreePort {
  std::vector<Branch> supervisors; ///< the root first
  std::vector<Answer> actors;      ///< the others
  std::optional<BooksSummary> summary;
  std::vector<Load> all_loads;
  std::vector<Place> restarted;

  std::vector<Branch> branches() override { return supervisors; }
  std::vector<Answer> everyone() override {
    std::vector<Answer> out;
    for (const auto& [place, state] : supervisors)
      out.push_back({place, state ? std::optional(Inspection{place, {}, *state, 3}) : std::nullopt});
    out.insert(out.end(), actors.begin(), actors.end());
    const Place ledger{PlaceKind::ledger};
    if (summary) out.push_back({ledger, Inspection{ledger, {}, LedgerView{.totals = *summary}, 2}});
    return out;
  }
  std::vector<Load> loads() override { return all_loads; }
  bool exists(const Place& place) override {
    const auto all = everyone();
    return std::any_of(all.begin(), all.end(), [&](const auto& a) { return a.place == place; });
  }
  std::optional<Inspection> inspect(const Place& place) override {
    for (auto& answer : everyone())
      if (answer.place == place) return std::move(answer.inspection);
    return {};
  }
  void restart(const Place& place) override { restarted.push_back(place); }
};

} // namespace inferd::test
