#pragma once
// Features over several series of candles: further symbols, further intervals.
//
// "gk_24" is of the model's own candles. A series of other candles stands before a colon, as SYMBOL, /INTERVAL or both:
// "ethusdt:gk_24" is of another symbol, "/1d:gk_7" of the own symbol's daily candles, "ethusdt/5m:gk_12" of another symbol's
// candles of five minutes.
//
// A row is that of an own candle, which closes at t. The other series' features are those of their candle that ends at t, or,
// of a longer interval, of the last one that ended by t. Where that is not their newest candle they are NaN: a value of
// another time is no input.
//
// "network" is the network's last combined value of the topic, in the target's unit, and "log_network" its logarithm: what was
// known when the own candle closed, at most one horizon before.

#include "model/inputs/feature_set.hpp"
#include "model/training/samples.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace inferd {

/// "ethusdt/5m:gk_24" → "ethusdt/5m", "gk_24"; the first is empty for a feature of the own candles.
std::pair<std::string, std::string> split_series_of(std::string_view feature);

/// The other series that the features name, each once, ascending.
std::vector<std::string> series_of(const std::vector<std::string>& features);

/// The feed of a series; an empty one is `own`. Throws FeatureError: it is not spelled as at the top, or names the own candles.
FeedId feed_of_series(const std::string& series, const FeedId& own);
/// The other way around.
std::string series_name(const FeedId& feed, const FeedId& own);

/// Opening of the last candle of `other` that has closed when the own one that opens at `opens` closes.
Instant last_closed(Instant opens, Interval own, Interval other);

/// `own` in candles of `interval`; its horizon is 0 where that is not a whole number.
FeatureContext context_in(Interval interval, const FeatureContext& own);

class JointFeatures {
public:
  /// Throws FeatureError.
  JointFeatures(std::vector<std::string> names, const FeatureContext&);

  /// The next own candle; the others' of the same time may come before or after it.
  void push(const Candle&);
  /// The next candle of another series; ignored where no feature needs it.
  void push(const std::string& series, const Candle&);
  /// A value of the network that became known at that time, and the later ones after it.
  void push_network(Instant known, double value);

  /// In the order of names(); NaN where not defined.
  std::span<const double> values() const { return values_; }
  const std::vector<std::string>& names() const { return names_; }
  std::size_t rows() const { return own_.set->rows(); }
  /// Candles of a series, or of the own ones, from which on its features are defined and have settled.
  std::size_t needed(const std::string& series = {}) const;
  /// Opening of the newest candle of another series; empty: none has come.
  std::optional<Instant> newest(const std::string& series) const;

private:
  struct Series {
    Interval interval;
    std::optional<FeatureSet> set;
    std::vector<std::size_t> places; ///< of its values in values_
    std::optional<Instant> newest;
  };
  void show(const Series&);
  void show_network();

  std::vector<std::string> names_;
  std::int64_t horizon_ms_{};
  Series own_;
  std::map<std::string, Series> others_;
  std::vector<std::size_t> network_places_;
  std::optional<std::pair<Instant, double>> network_;
  std::vector<double> values_;
};

/// Candles of a feed from which on the features of it are defined and have settled.
struct NeededCandles {
  FeedId feed;
  std::size_t candles{};
};
/// Of each further series that the features name. Throws FeatureError as feed_of_series does.
std::vector<NeededCandles> needed_of_others(const JointFeatures&, const FeedId& own);

/// In OtherCandles: the network's values, each as a candle that opens when it became known and closes at it.
inline constexpr std::string_view network_series = "network";

/// Further series' candles, oldest first.
using OtherCandles = std::map<std::string, std::vector<Candle>>;

/// What of it the features need: series_of() and network_series.
std::vector<std::string> other_inputs_of(const std::vector<std::string>& features);

/// Brings the other series' candles to JointFeatures in step with the own ones. The candles outlive it.
class FollowedSeries {
public:
  FollowedSeries(const OtherCandles&, Interval own);
  /// Those that have closed when the own candle that opens at `opens` closes, and were not pushed yet.
  void push(Instant opens, JointFeatures& to);

private:
  struct Followed {
    const std::vector<Candle>& candles;
    Interval interval;
    std::size_t next{};
  };
  Interval own_;
  std::map<std::string, Followed> series_;
};

/// As make_samples of model/training/samples.hpp, with features of further series. Labels are of `candles`.
Samples make_samples(std::span<const Candle> candles, const OtherCandles&, const SampleSpec&);

} // namespace inferd
