#pragma once
// Computes a row of features for each waiting window. Each candle is pushed once, whatever the number of topics.

#include "messages/prediction.hpp"
#include "messages/window.hpp"
#include "model/features.hpp"

#include <map>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

class FeatureCore {
public:
  using Effect = std::variant<FeaturesComputed, WindowSkipped>;
  using Effects = std::vector<Effect>;

  /// Candles that continue a series unknown here (after a restart) are dropped: the fetcher receives ChildRestarted and sends
  /// the whole series.
  Effects on(const CandlesFetched&);

  /// One for each source, so that no feature is computed from candles of two sources.
  struct Series {
    FeatureState features;
    Candle newest;
  };
  const std::map<std::string, Series>& series() const { return series_; }

private:
  std::map<std::string, Series> series_;
};

} // namespace inferd
