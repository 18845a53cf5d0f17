#pragma once
// What the books say of a topic's models, in figures.

#include "messages/scores.hpp"
#include "model/scoring/live_scores.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace inferd {

class BooksReader;

/// A version of a model, as the books have it.
struct KnownModel {
  TopicId topic;
  std::string version, name;
  ModelRole role{};
  std::string form, data, target;
  std::int64_t horizon_ms{};
  std::string by;
  Instant at;
};

/// One scored prediction.
struct ScoredValue {
  Height nonce;
  Instant candle;
  double truth{}, value{};
  double base{}; ///< of live_grade(): the candle's close, of a volatility the past one; 0: not known
};

struct ModelFigures {
  KnownModel model;
  std::int64_t predictions{}, failures{}, scored{}, unscored{};
  std::string last_failure;
  LiveScore score;
  std::vector<ScoredValue> values; ///< in the order of their nonces
  std::vector<Height> answered;    ///< windows that it predicted, in order
  std::vector<Height> live_in;     ///< those of them in which it was live
  Height first, last;              ///< windows that it was asked for; 0: none
  /// Beside the live model, on the windows that both answered; empty: too few of them, or it is the live one.
  std::int64_t common{};
  std::optional<Advantage> advantage;
  double critical{};              ///< threshold for the advantage's t
  std::int64_t chain_scored{};    ///< windows of `live_in` that the chain has scored: its scores are of what was submitted
  double chain_score{};           ///< their mean; NaN: none
  std::optional<Promotion> grade; ///< empty: see live_grade()
  Participation participation;
};

struct TopicFigures {
  TopicId topic;
  ModelOutput output{};
  std::int64_t horizon_ms{};
  Eigen::Index overlap = 1;         ///< windows that a label spans
  std::vector<ModelFigures> models; ///< the live one first
};

/// What the books say of a window that has ended.
struct EndedWindow {
  bool confirmed{};            ///< our answer is on the chain
  std::optional<double> score; ///< the chain's
};

/// Of the newest `most` predictions of each topic. `all`: retired models too.
std::vector<TopicFigures> live_figures(BooksReader&, std::optional<TopicId>, bool all, std::size_t most = 50'000);

/// Scores, grades and advantages from the models' values. `candles`: one a window, ascending.
void score(TopicFigures&, const std::vector<std::int64_t>& candles);

/// The chain's scores and the participation: of a model, the share of the windows that ended since it was first asked (until it
/// retired) that it predicted; of the live one the share that we answered on the chain, whichever model was live in them.
void take_windows(TopicFigures&, const std::map<Height, EndedWindow>&);

} // namespace inferd
