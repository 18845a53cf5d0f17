#pragma once
// Computes a row of features for each waiting window. Each candle is pushed once into each declared set, whatever the number of
// topics that share it.
//
// Features of a further series ("ethusd:gk_24", "/1d:gk_7") are computed from the candles that its fetcher sends here too,
// under a source "ethusd/1h binance". Such a window waits until the candles of every series have come for it, and gets the
// newest row of own candles for which each series has its candle (model/inputs/joint_features.hpp), at most one candle old;
// without one it is skipped.

#include "messages/prediction.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"
#include "model/inputs/feature_set.hpp"

#include <deque>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace inferd {

/// The features that a topic's model declares (Model::features), and its horizon in candles.
struct DeclaredFeatures {
  TopicId topic;
  std::vector<std::string> names;
  std::int64_t horizon{};
};

struct FeaturePolicy {
  FeedId feed;
  std::vector<DeclaredFeatures> topics; ///< a topic that is not among them gets feature_names()
};

/// The further series that candles from `source` are of, as features name it; empty: the feed's own.
std::string joined_series(const std::string& source, const FeedId& own);

class FeatureCore {
public:
  /// To the fetcher of a further series' feed, at the start: sends its series from the beginning.
  struct AskSeries {
    FeedId feed;
  };
  using Effect = std::variant<FeaturesComputed, WindowSkipped, AskSeries>;
  using Effects = std::vector<Effect>;

  /// The names are features: Model has checked them.
  explicit FeatureCore(FeaturePolicy policy = {});

  Effects start() const;

  /// Candles that continue a series unknown here (after a restart) are dropped: the fetcher receives ChildRestarted and sends
  /// the whole series.
  Effects on(const CandlesFetched&);

  struct Row {
    Instant opens;
    double close{};
    std::vector<std::vector<double>> values; ///< of each set
  };
  /// One for each source, so that no feature is computed from candles of two sources.
  struct Series {
    Interval interval;
    std::vector<FeatureSet> sets; ///< the distinct declared ones; of a further series, its part of them
    std::size_t rows{};
    Candle newest;
    std::deque<Row> recent; ///< the newest first, of candles that end with an own one; only where several series are joined
  };
  const std::map<std::string, Series>& series() const { return series_; }

private:
  struct Declared {
    std::vector<std::string> names;
    std::int64_t horizon{};
    std::map<std::string, std::vector<std::string>> parts;   ///< by series; the own one is empty
    std::vector<std::pair<std::string, std::size_t>> layout; ///< of each name: series, index in its part
    bool joint() const { return parts.size() > 1; }
  };
  struct Waiting {
    WaitingWindow window;
    std::map<std::string, std::string> sources; ///< by series, whose candles have come
  };
  static Declared declare(std::vector<std::string> names, std::int64_t horizon);
  Series empty_series(const std::string& name) const;
  std::size_t set_of(TopicId) const;
  Effect answer(const Waiting&, std::size_t set) const;

  FeedId feed_;
  std::vector<Declared> declared_;        ///< distinct names and horizon; the first: the default
  std::map<TopicId, std::size_t> set_of_; ///< of declared_
  bool any_joint_ = false;
  std::map<std::string, Series> series_; ///< by source, of all series
  std::map<TopicId, Waiting> waiting_;
};

} // namespace inferd
