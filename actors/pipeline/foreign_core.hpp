#pragma once
// Answers a topic by a model that runs outside of the process: asks it, judges its answer, and lets the fallback answer where
// it has none that may be submitted.

#include "actors/pipeline/predictor_core.hpp"
#include "actors/pipeline/sanity_core.hpp"
#include "messages/models.hpp"
#include "messages/submission.hpp"
#include "messages/supervision.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

struct ForeignPolicy {
  TopicId topic;
  std::string name;                 ///< for books and logs
  ModelOutput output{};             ///< as the configuration says
  std::int64_t horizon_ms{};        ///< likewise
  std::size_t inputs{};             ///< values of FeaturesComputed that the model gets; those behind them are the fallback's
  std::int64_t deadline_ms = 4'000; ///< the port's, from the request on
  SanityRules sanity;
  std::shared_ptr<const Model> fallback; ///< null: none
  std::uint64_t first_ask{};             ///< its requests are numbered from here
};

class ForeignCore {
public:
  struct WakeIn { ///< requests a Tick
    std::int64_t ms{};
  };
  using Effect = std::variant<AskModel, WakeIn, Predicted, WindowDelayed, WindowSkipped, WindowWanted>;
  using Effects = std::vector<Effect>;

  explicit ForeignCore(ForeignPolicy policy);

  /// Without the topic's rules the newest features wait, and the rules are requested. A newer row replaces an unanswered one.
  Effects on(const FeaturesComputed&, Instant now);
  Effects on(const TopicArrived&, Instant now);
  /// Answers to an older request are ignored.
  Effects on(const ModelAnswered&, Instant now);
  Effects on(const ModelFailed&, Instant now);
  Effects on(const BookConclusion&, Instant now);
  Effects on(const Tick&, Instant now);

  const ForeignPolicy& policy() const { return policy_; }
  const std::optional<TopicArrived>& rules() const { return rules_; }
  /// Why this model does not fit the topic's metadata; empty: it does. Requires rules().
  std::string mismatch() const;
  /// Windows in a row that the model did not answer, and why it did not the last one.
  unsigned failures() const { return failures_; }
  const std::string& last_failure() const { return last_failure_; }

private:
  struct Question {
    FeaturesComputed features;
    std::uint64_t ask{};
    Instant at;
  };
  /// The fallback's effects, or a skip.
  Effects fall_back(const FeaturesComputed&, const std::string& why);

  ForeignPolicy policy_;
  std::optional<PredictorCore> fallback_;
  Sanity sanity_;
  std::optional<TopicArrived> rules_;
  std::optional<FeaturesComputed> pending_;
  std::optional<Question> asked_;
  std::uint64_t asks_{};
  unsigned failures_{};
  std::string last_failure_;
};

} // namespace inferd
