#pragma once
// What an operator wants to know about the earning: one list, of which health, the heartbeat and the metrics are made. Pure.

#include "messages/inspection.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

inline constexpr std::uint64_t equal_values_reported = 10; ///< a model that sees new data does not repeat itself so often
inline constexpr std::int64_t standing_head_ms = 120'000;  ///< without a new block: the chain stands still

/// An empty optional or text: not known, or nothing to report.
struct EarningFacts {
  // Of the chain, by the watcher.
  std::optional<Height> head;
  std::optional<std::int64_t> head_age_ms; ///< since the head last moved
  std::optional<Height> went_back_from;    ///< newest window in the books, while the head is below it
  std::string node_lacks;                  ///< what the node in use lacks, such as a transaction index

  // Of the wallet, by the submitter.
  std::string clash; ///< evidence that another process uses the key
  std::optional<Uallo> balance, missing;
  std::optional<std::uint64_t> balance_days; ///< that the balance lasts at the fees of the last 24 hours

  // Of the data.
  std::optional<Instant> newest_candle; ///< of the feed whose newest candle is the oldest
  std::string model_trained_to;         ///< likewise of the models

  std::optional<BooksSummary> books;
  std::uint64_t ended_24h{}, answered_24h{}; ///< of all topics
  std::uint64_t since_answered{};            ///< windows that ended after the last answered one; the topic that has most
  std::uint64_t equal_values{};              ///< newest answers in a row with the same values, likewise
};

/// Actors that did not answer are null.
EarningFacts earning_facts(const std::vector<const Inspection*>&, const std::optional<BooksSummary>&);

/// The known facts in words, without a full stop, what is wrong among them: "last 24 h: 23 of 24 windows answered, …".
std::vector<std::string> to_sentences(const EarningFacts&);

/// Separated by semicolons; empty: nothing is known.
std::string to_sentence(const EarningFacts&);

} // namespace inferd
