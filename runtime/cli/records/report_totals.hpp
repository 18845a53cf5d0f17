#pragma once
// What `inferd report` says of a span of time, from the books' rows. Pure.

#include "runtime/books/rows.hpp"

#include <boost/json/object.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

/// The slowest of some windows.
struct WorstLatency {
  std::int64_t ms{};
  Height nonce;
};

/// Of one topic, or of all.
struct ReportTotals {
  std::map<Status, std::uint64_t> windows; ///< by how they ended; not those that were not due
  std::uint64_t not_due{};                 ///< skipped by schedule.interval_s
  std::uint64_t under_way{};
  Uallo fees;                                  ///< of windows and registrations
  std::vector<Decimal> rewards;                ///< settled for these windows so far
  std::vector<double> scores;                  ///< likewise, in the order of the windows
  std::optional<WorstLatency> sent, confirmed; ///< from the opening, as the daemon saw it, to mempool and block

  std::uint64_t ended() const;
  std::uint64_t count(Status) const;
};

struct Report {
  std::string name; ///< "day", "week"
  Instant from, until;
  std::map<TopicId, ReportTotals> topics;
  ReportTotals all;

  /// A window belongs to the span in which it ended, one under way to that in which it opened.
  void add(const WindowRow&);
  void add_registration(const TransactionRow&);
};

/// A table of the topics and a line for all of them.
std::string report_text(const Report&);

/// {"source", "report", "from", "until", "all": {…}, "topics": [{"topic_id", …}], "text"}; amounts in uallo as text.
boost::json::object report_json(const Report&);

} // namespace inferd::cli
