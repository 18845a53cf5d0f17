#pragma once

#include "messages/supervision.hpp"
#include "runtime/books/rows.hpp"

#include <cstdint>

namespace inferd {

/// Computes a topic's results from its rows, the newest first.
class TopicResultsReader {
public:
  static constexpr std::size_t most_rows = 2'000;  ///< of a topic, read for its results
  static constexpr std::uint64_t most_equal = 100; ///< equal values are counted so far

  static constexpr std::int64_t day_ms = 86'400'000;

  TopicResultsReader(TopicId topic, Instant now) : day_ago_{now.value - day_ms}, results_{.topic = topic} {}
  /// False: older rows change nothing. Of the row it needs nonce, status, reason, opened_at, claimed_at, done_at, and the
  /// values while wants_values().
  bool add(const WindowRow&);
  bool wants_values() const { return !values_differ_; }
  TopicId topic() const { return results_.topic; }
  const TopicResults& results() const { return results_; }
  /// The time after which a row that counts is older than a day.
  Instant valid_until() const { return valid_until_; }

private:
  Instant day_ago_, valid_until_{INT64_MAX};
  TopicResults results_;
  std::vector<LabelledValue> newest_values_;
  bool values_differ_ = false;
};

} // namespace inferd
