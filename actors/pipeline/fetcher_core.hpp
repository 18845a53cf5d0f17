#pragma once
// Which candles to predict from. Keeps those of each source apart: prices differ by basis points from one to another, so a
// change of source starts the features afresh. One new candle costs one request; no new hour costs none.

#include "messages/prediction.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"

#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// A source as the fetcher may use it.
struct SourceRule {
  std::string name;
  std::int64_t max_age_ms = 10'800'000; ///< since its newest candle opened; a fresh one is between one and two hours old
};

struct FetcherPolicy {
  TopicId topic;
  std::vector<SourceRule> sources;     ///< tried in this order, at least one
  std::size_t min_candles = 700;       ///< then the slowest feature's seed weighs below 1e-8; Kraken reaches back 719
  std::size_t cached = 2'048;          ///< per source
  std::int64_t patience_ms = 15'000;   ///< for one source
  std::int64_t first_retry_ms = 5'000; ///< after all failed; doubles up to a minute
};

class FetcherCore {
public:
  using Effect = std::variant<AskCandles, CandlesFetched, WindowDelayed, WindowSkipped>;
  using Effects = std::vector<Effect>;

  explicit FetcherCore(FetcherPolicy policy);

  /// A newer window replaces an unanswered one.
  Effects on(const PrepareWindow&, Instant now);
  Effects on(const WindowClosed&, Instant now);
  /// Answers to an older question are ignored.
  Effects on(const CandlesArrived&, Instant now);
  Effects on(const SourceFailed&, Instant now);
  Effects on(const Tick&, Instant now);

  struct Source {
    std::int64_t max_age_ms{};
    std::deque<Candle> candles;
    Instant paused_until;
    unsigned failures{}; ///< in a row
    std::string last_failure;
  };
  const std::map<std::string, Source>& sources() const { return sources_; }
  bool searching() const { return search_.has_value(); }

private:
  struct Search {
    PrepareWindow window;
    std::vector<std::string> order; ///< healthy ones first
    std::size_t index{};
    std::string failures;         ///< "source: reason" of each tried in this round
    std::optional<Instant> asked; ///< empty: between rounds
    Instant retry_at;
    unsigned rounds{};
  };
  Effects begin_round(Instant now);
  Effects try_source(Instant now);
  Effects failed(const std::string& reason, std::int64_t pause_ms, Instant now);
  Effects deliver(std::string name);
  std::string usable(const Source&, Instant now) const; ///< empty: yes
  static constexpr std::int64_t hour = 3'600'000;

  FetcherPolicy policy_;
  std::map<std::string, Source> sources_;
  std::optional<Search> search_;
  std::uint64_t asks_{};
  std::string sent_source_; ///< what the feature actor has: from where,
  Instant sent_until_;      ///< up to which candle
};

} // namespace inferd
