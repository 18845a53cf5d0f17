#pragma once
// Chooses the source for each subscriber of a feed. Each source has a series of its own, as prices differ by basis points
// between sources. A new candle costs one request, whatever the number of topics; while no further candle can have closed, a
// window costs none. Candles are not stored here: the market port caches them, the feature actor stores what it computed.

#include "base/wait.hpp"
#include "messages/candles.hpp"
#include "messages/prediction.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// A source and the age limit of its newest candle.
struct SourceRule {
  std::string name;
  std::int64_t max_age_ms = 10'800'000; ///< since its newest candle opened; a fresh one is between one and two hours old
};

/// A topic that predicts from the feed, and its requirements.
struct Subscriber {
  TopicId topic;
  std::vector<std::string> sources;  ///< that it may use; empty: all of the feed's
  std::size_t min_candles = 700;     ///< then the slowest feature's seed weighs below 1e-8; Kraken reaches back 719
  std::size_t preferred_candles = 0; ///< for shadows: requested, not needed
  std::optional<FeedId> joins = {};  ///< the topic's own feed, if this is one of a further symbol: there the candles are joined
};

/// For the feature actor of another feed: the candles of this one, their source named "ethusd/1h binance".
struct CandlesJoined {
  FeedId feed;
  CandlesFetched fetched;
  bool operator==(const CandlesJoined&) const = default;
};

struct FetcherPolicy {
  FeedId feed;
  std::vector<SourceRule> sources; ///< tried in this order, at least one
  std::vector<Subscriber> subscribers;
  std::int64_t patience_ms = 15'000;   ///< for one source
  std::int64_t first_retry_ms = 5'000; ///< after all failed; doubles up to a minute
};

class FetcherCore {
public:
  using Effect = std::variant<AskCandles, CandlesFetched, CandlesJoined, WindowDelayed, WindowSkipped, WindowWanted>;
  using Effects = std::vector<Effect>;

  explicit FetcherCore(FetcherPolicy policy);

  /// Sends WindowWanted to the timer of every subscriber.
  Effects start() const;
  /// A topic's newer window replaces its unanswered one.
  Effects on(const PrepareWindow&, Instant now);
  Effects on(const WindowClosed&, Instant now);
  /// Answers to an older question are ignored.
  Effects on(const CandlesArrived&, Instant now);
  Effects on(const SourceFailed&, Instant now);
  /// The feature actor, or one that joins these candles, was restarted: sends every series anew, and WindowWanted.
  Effects on(const ChildRestarted&, Instant now);
  Effects on(const Tick&, Instant now);

  /// What was sent to the feature actor from a source.
  struct Series {
    std::size_t candles{};
    Instant newest; ///< opening of the newest candle
  };
  struct Question {
    std::uint64_t ask{};
    Instant at;
    bool reset{}; ///< for a whole series
  };
  struct Source {
    SourceRule rule;
    Series series;
    Wait pause;          ///< it asked for
    unsigned failures{}; ///< in a row
    std::string last_failure;
    std::optional<Question> question; ///< unanswered; all searches that use this source wait for its answer
  };
  const std::vector<Source>& sources() const { return sources_; }
  /// Windows without candles yet.
  std::size_t searches() const { return searches_.size(); }

private:
  struct Needs {
    std::vector<std::size_t> sources; ///< of sources_
    std::size_t min_candles{};
    std::optional<FeedId> joins;
  };
  struct Search {
    PrepareWindow window;
    std::vector<std::size_t> order; ///< of sources_, healthy ones first
    std::size_t index{};            ///< the source of this round
    bool asked{};                   ///< false: between rounds
    std::string failures;           ///< "source: reason" of each tried in this round
    Wait retry;
    unsigned rounds{};
  };
  /// Each CandlesFetched goes to the own feature actor without the windows of topics that join it elsewhere, and to each of the
  /// others with those of theirs.
  Effects joined(Effects) const;
  /// These return true when the candles were sent and the search is finished.
  bool begin_round(Search&, Instant now, Effects&);
  bool try_sources(Search&, Instant now, Effects&);
  AskCandles ask(Source&, Instant now);
  bool overdue(const Question&, Instant now) const; ///< also when the clock was set back since
  void fail(Search&, Source&, const std::string& reason);
  void fail_all(Source&, const std::string& reason, Instant now, Effects&);
  std::vector<TopicId> waiting_for(const Source&) const;
  std::optional<std::size_t> index_of(const std::string& source) const;
  /// Why a subscriber that needs `min_candles` cannot predict from this series; empty: it can.
  std::string unusable(const Source&, const Series&, std::size_t min_candles, Instant now) const;
  std::int64_t candles_ms(std::size_t n) const { return static_cast<std::int64_t>(n) * policy_.feed.interval.ms; }

  FetcherPolicy policy_;
  std::map<TopicId, Needs> needs_;
  std::size_t warm_up_{};      ///< candles of a whole series
  std::size_t least_needed_{}; ///< smallest Subscriber::min_candles
  std::vector<Source> sources_;
  std::map<TopicId, Search> searches_;
  std::map<TopicId, Height> closed_; ///< the newest closed nonce: a PrepareWindow from the timer may come after it
  std::uint64_t asks_{};
};

} // namespace inferd
