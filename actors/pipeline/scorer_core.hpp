#pragma once
// Scores what the models of all topics predicted, once the candles are known, and applies the rule by which a topic's
// configuration lets a better shadow become live. Predictions are passed on to the ledger; what waits is read back from the
// books after a restart (etc/design/models_live.md).

#include "messages/scores.hpp"
#include "messages/supervision.hpp"
#include "model/scoring/realised.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// `[topic.promotion]`: a shadow becomes live when it is significantly better over so many windows since the last swap.
struct PromotionRule {
  std::uint32_t windows = 200;
  double confidence = 0.95;
};

struct ScoredTopic {
  TopicId topic;
  FeedId feed;
  RealisedTarget target;
  std::string no_truth; ///< why a prediction has none; empty: the candles will have it
  std::optional<PromotionRule> rule{};
  bool guarded = false; ///< its predictor learns from the truths
};

struct ScorerPolicy {
  std::vector<ScoredTopic> topics;
  std::int64_t settle_ms = 3'000;        ///< from the last candle's close to the first request
  std::int64_t patience_ms = 86'400'000; ///< from there on; then there is no truth
  std::int64_t check_ms = 60'000;        ///< the longest time between two checks of the clock, which may be set
};

class ScorerCore {
public:
  /// To the market port: the candles from which realised() computes the truth.
  struct AskTruth {
    std::uint64_t ask{};
    TopicId topic;
    std::string source;
    Instant candle;
    double close{};
    bool with_past{}; ///< also the candles before, for BookTruth::past; only at first, as they may be what is missing
  };
  struct AskModels { ///< the predictor may have sent its list before the scorer started, or to one that has ended
    TopicId topic;
  };
  struct WakeIn { ///< requests a Tick
    std::int64_t ms{};
  };
  using Effect = std::variant<AskTruth, AskModels, WakeIn, BookModels, BookPrediction, BookTruth, ScoresWanted, SwapModel>;
  using Effects = std::vector<Effect>;

  explicit ScorerCore(ScorerPolicy policy);

  Effects start(Instant now);
  Effects on(const BookModels&, Instant now);
  Effects on(const BookPrediction&, Instant now);
  Effects on(const ScoresKnown&, Instant now);
  /// Answers to an older request are ignored.
  Effects on(const TruthArrived&, Instant now);
  Effects on(const Tick&, Instant now);

  const ScoredTopic* topic(TopicId) const;
  std::size_t waiting() const;
  std::uint64_t scored() const { return scored_; }
  std::uint64_t given_up() const { return given_up_; }
  const std::string& last_failure() const { return last_failure_; }

private:
  struct Key {
    std::string source;
    Instant candle;
    auto operator<=>(const Key&) const = default;
  };
  struct Waiting {
    double close{};
    Instant due, next; ///< when its candles have closed; when they are requested
    std::int64_t wait_ms{};
    std::uint64_t ask{}; ///< under way; 0: none
    Instant asked;
  };
  struct Window { ///< values of one window, for the rule
    Key key;
    std::int64_t candle_ms{};
    std::map<std::string, double> values; ///< by version
    std::optional<double> truth;
  };
  struct Topic {
    ScoredTopic settings;
    std::map<Key, Waiting> waiting;
    std::map<Height, Window> windows; ///< with a rule only
    std::vector<ListedModel> models;
    std::string swapped_to; ///< by the rule; empty: nothing asked
    bool known = false;     ///< ScoresKnown was received
    bool more = false;      ///< some of it did not fit
    std::optional<Instant> asked_books;
  };

  void wait_for(Topic&, const BookPrediction&);
  void remember(Topic&, const BookPrediction&, const Decimal& truth);
  void check(Instant now, Effects&);
  void apply_rule(Topic&, Effects&);
  void finish(Topic&, const Key&, const TruthArrived&, Instant now, Effects&);

  ScorerPolicy policy_;
  std::map<TopicId, Topic> topics_;
  std::uint64_t asks_{}, scored_{}, given_up_{};
  std::size_t under_way_{};
  std::string last_failure_;
  std::optional<Instant> wakes_; ///< of the pending Tick
};

} // namespace inferd
