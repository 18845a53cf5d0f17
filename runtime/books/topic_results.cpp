#include "runtime/books/topic_results.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>

namespace inferd {

bool TopicResultsReader::add(const WindowRow& row) {
  const bool seen = row.opened_at.value > 0 || row.claimed_at.value > 0; // else inferd was not running, or not connected
  const bool not_due = row.status == Status::skipped && row.reason.starts_with("not due");
  if (!is_final(row.status) || !seen || not_due) return true;
  const bool answered = row.status == Status::confirmed || row.status == Status::dry_run;
  if (row.done_at >= day_ago_) {
    ++results_.ended_24h;
    valid_until_ = std::min(valid_until_, Instant{row.done_at.value + day_ms});
    if (answered) ++results_.answered_24h;
  }
  if (!answered && results_.last_answered.value == 0 && results_.since_answered++ == 0)
    results_.last_end = std::string(boost::describe::enum_to_string(row.status, "?")) + ": " + row.reason;
  if (answered) {
    if (results_.last_answered.value == 0) {
      results_.last_answered = row.nonce;
      results_.last_answered_at = row.done_at;
      newest_values_ = row.values;
    }
    values_differ_ = values_differ_ || row.values != newest_values_;
    if (!values_differ_) ++results_.equal_values;
  }
  return row.done_at >= day_ago_ || results_.last_answered.value == 0 ||
         (!values_differ_ && results_.equal_values < most_equal);
}

} // namespace inferd
