#pragma once
// Candles in, a row of features out for each window that waits: a candle costs one push, whatever the number of topics.

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

  /// Candles that continue a series this actor does not have (it was restarted) give nothing: the fetcher, notified of the
  /// restart, sends the whole series.
  Effects on(const CandlesFetched&);

  /// One for each source: no feature is computed from candles of two.
  struct Series {
    FeatureState features;
    Candle newest;
  };
  const std::map<std::string, Series>& series() const { return series_; }

private:
  std::map<std::string, Series> series_;
};

} // namespace inferd
