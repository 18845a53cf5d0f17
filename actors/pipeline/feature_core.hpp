#pragma once
// Candles in, one row of features out: an hour costs one push.

#include "messages/prediction.hpp"
#include "messages/window.hpp"
#include "model/features.hpp"

#include <variant>
#include <vector>

namespace inferd {

class FeatureCore {
public:
  using Effect = std::variant<FeaturesComputed, WindowSkipped>;
  using Effects = std::vector<Effect>;

  /// Candles that continue a series this actor does not have (it was restarted) give nothing: the timer, told of the
  /// restart, asks for all of them again.
  Effects on(const CandlesFetched&);

  std::size_t rows() const { return state_.rows(); }
  Instant newest() const { return newest_.opens; }

private:
  FeatureState state_;
  Candle newest_;
};

} // namespace inferd
