#pragma once

#include "messages/supervision.hpp"
#include "runtime/books/rows.hpp"

namespace inferd {

/// Computes a topic's results from its rows, the newest first.
class TopicResultsReader {
public:
  static constexpr std::size_t most_rows = 2'000;  ///< of a topic, read for its results
  static constexpr std::uint64_t most_equal = 100; ///< equal values are counted so far

  TopicResultsReader(TopicId topic, Instant now) : day_ago_{now.value - 86'400'000}, results_{.topic = topic} {}
  /// False: older rows change nothing.
  bool add(const WindowRow&);
  const TopicResults& results() const { return results_; }

private:
  Instant day_ago_;
  TopicResults results_;
  std::vector<LabelledValue> newest_values_;
  bool values_differ_ = false;
};

} // namespace inferd
