#pragma once
// One object with what an operator wants to see first: for `ctl top` and the page.

#include "runtime/admin/health_report.hpp"

#include <boost/json/object.hpp>
#include <set>
#include <string>

namespace inferd {

/// What does not change while the daemon runs, and the operator's wishes.
struct OverviewFacts {
  std::string version, wallet, chain;
  Instant started, now;
  std::uint64_t reloads{}; ///< of the configuration, since the process began
  bool dry_run{};
  std::set<TopicId> paused;
};

/// {"version", "wallet", "chain", "started", "now", "reloads", "dry_run", "health", "connected", "head", "endpoints",
/// "balance", "fee", "works", "clashes", "books", "topics": one object a topic, "sources": one a feed and source}; unknown
/// members are absent.
boost::json::object overview(const OverviewFacts&, const TreeState&);

} // namespace inferd
