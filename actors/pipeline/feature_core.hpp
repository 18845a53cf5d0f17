#pragma once
// Computes a row of features for each waiting window. Each candle is pushed once into each declared set, whatever the number of
// topics that share it.

#include "messages/prediction.hpp"
#include "messages/window.hpp"
#include "model/feature_set.hpp"

#include <map>
#include <string>
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

class FeatureCore {
public:
  using Effect = std::variant<FeaturesComputed, WindowSkipped>;
  using Effects = std::vector<Effect>;

  /// The names are features: Model has checked them.
  explicit FeatureCore(FeaturePolicy policy = {});

  /// Candles that continue a series unknown here (after a restart) are dropped: the fetcher receives ChildRestarted and sends
  /// the whole series.
  Effects on(const CandlesFetched&);

  /// One for each source, so that no feature is computed from candles of two sources.
  struct Series {
    std::vector<FeatureSet> sets; ///< the distinct declared ones
    std::size_t rows{};
    Candle newest;
  };
  const std::map<std::string, Series>& series() const { return series_; }

private:
  Series empty_series() const;

  Interval interval_;
  std::vector<std::pair<std::vector<std::string>, std::int64_t>>
    declared_;                            ///< distinct names and horizon; the first: the default
  std::map<TopicId, std::size_t> set_of_; ///< of declared_
  std::map<std::string, Series> series_;
};

} // namespace inferd
