#pragma once
// The models of one topic: one is live, the others predict in its shadow. Each window is answered by one live model from its
// first features to its end; which one it is changes between two windows only (etc/design/models_live.md).

#include "actors/pipeline/foreign_core.hpp"
#include "actors/pipeline/guard_core.hpp"
#include "actors/pipeline/predictor_core.hpp"
#include "messages/inspection.hpp"
#include "messages/scores.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// The network's last combined value as a model: scored beside the others, never live.
struct NetworkPolicy {
  TopicId topic;
};

/// The features `network` and `log_network` among ModelEntry::inputs.
inline constexpr auto network_input = static_cast<std::size_t>(-1), log_network_input = static_cast<std::size_t>(-2);

struct ModelEntry {
  ModelId id;
  std::string form, data; ///< as in ListedModel
  std::variant<PredictorPolicy, ForeignPolicy, NetworkPolicy, GuardPolicy> policy;
  /// Positions of the model's inputs, and behind them its fallback's, in FeaturesComputed::values. nullopt: all of them.
  std::optional<std::vector<std::size_t>> inputs;
  std::string by = "configuration"; ///< as in ListedModel
};

/// Which model is live. Owned outside of the actor, so that a restart changes nothing.
struct LiveModel {
  ModelId live;
  std::optional<ModelId> next; ///< booked: live from the first window after `after`
  Height after;
  Height last;                     ///< the newest window that was asked for
  std::vector<OfferModel> offered; ///< models that the configuration does not name
  std::optional<SwapView> swap;    ///< the newest request
  NetworkValue network;            ///< of topics that have a use for it
  GuardState guard;                ///< likewise
};

/// What every model of a topic predicts.
struct TopicTarget {
  std::string symbol;
  Interval interval;
  std::int64_t horizon_ms{};
  ModelOutput output{};
};

struct ModelsPolicy {
  std::vector<ModelEntry> models;      ///< of one topic; the first is the configuration's `model`
  std::vector<std::string> features;   ///< the names of FeaturesComputed::values, for offered models
  TopicTarget target;                  ///< likewise
  std::shared_ptr<LiveModel> state;    ///< not null
  bool keeps_state = false;            ///< the network's value and the guard are booked
  std::optional<ModelId> configured{}; ///< live unless a swap is booked; empty: the first
};

/// "sha256" of the values in their shortest decimal form, joined by commas; the first 16 hex digits.
std::string feature_digest(std::span<const double> values);

/// From the name of books and logs: "b.json (sha256:1a2b3c4d5e6f)". Characters that a ModelId does not have become '-'.
ModelId model_id(const std::string& name);

class ModelsCore {
public:
  using WakeIn = ForeignCore::WakeIn;
  using Effect = std::variant<AskModel, WakeIn, Predicted, WindowDelayed, WindowSkipped, WindowWanted, BookModels,
                              BookPrediction, BookSwap, BookPredictorState>;
  using Effects = std::vector<Effect>;

  explicit ModelsCore(ModelsPolicy policy);

  Effects start(Instant now) const;
  /// The live model only, with its experts if it is a guard. Carry these effects out, then call shadows().
  Effects on(const FeaturesComputed&, Instant now);
  /// The other models, and what is booked of all. Nothing that a shadow does reaches the caller as an exception.
  Effects shadows(const FeaturesComputed&, Instant now);
  Effects on(const TopicArrived&, Instant now);
  Effects on(const ModelAnswered&, Instant now);
  Effects on(const ModelFailed&, Instant now);
  Effects on(const BookConclusion&, Instant now);
  Effects on(const BookTruth&, Instant now); ///< for the guard
  Effects on(const Tick&, Instant now);

  /// Refused while another swap is being booked. The live model is the same until the books have answered.
  Effects on(const SwapModel&, Instant now);
  Effects on(const SwapBooked&, Instant now); ///< lists the models with their new roles
  /// Adds a shadow. An earlier offer by the same that is neither live nor about to be is dropped.
  Effects on(const OfferModel&, Instant now);
  Effects on(const ChildRestarted&, Instant now) const; ///< the scorer: lists the models

  struct Runner {
    ModelEntry entry;
    std::variant<PredictorCore, ForeignCore, NetworkPolicy, GuardCore> core;
    FeaturesComputed asked; ///< with the values of this model only
    std::string failure;    ///< why it has no prediction for the last window
  };
  const Runner& live() const { return runners_[live_]; }
  const std::vector<Runner>& runners() const { return runners_; }
  const LiveModel& state() const { return *policy_.state; }
  const std::optional<TopicArrived>& rules() const { return rules_; }

  /// The runner to which an answer with this AskModel::ask belongs, as an index of ModelsPolicy::models.
  static std::size_t runner_of(std::uint64_t ask) { return static_cast<std::size_t>(ask >> 32); }

private:
  struct Booking {
    std::size_t runner;
    std::vector<LabelledValue> values;
    std::string failure;
  };
  std::optional<std::size_t> find(const ModelId&) const;
  std::string add(const OfferModel&); ///< why not; empty: it is a runner
  void choose(Height nonce);
  Runner make_runner(ModelEntry, std::size_t at);
  /// Of its own inputs in this window.
  void ask_shadow(std::size_t runner, const FeaturesComputed&, Instant now, Effects&);
  template <class Message> void tell(std::size_t runner, const Message&, Instant now, Effects&);
  template <class Message> void tell_shadow(std::size_t runner, const Message&, Instant now, Effects&);
  template <class Message> Effects tell_all(const Message&, Instant now);
  template <class Answer> Effects tell_asked(const Answer&, Instant now); ///< the runner whose request it answers
  template <class E> void judge(std::size_t runner, E&, Effects&, bool& fell_back, Instant now);
  /// What a runner has for the window; the guard may be complete by it.
  void record(std::size_t runner, std::vector<LabelledValue>, std::string failure, Effects&, Instant now);
  void book(Effects&, Instant now); ///< what record() has left
  FeaturesComputed own_features(const FeaturesComputed&, const ModelEntry&, Instant now) const;
  std::optional<double> network_value(Height nonce, Instant now) const;
  bool is_expert(std::size_t runner) const; ///< of the guard
  bool guard_is_live() const { return guard_ && live_ == *guard_; }
  BookPredictorState booked_state(Instant now) const; ///< without rows
  BookModels list(Instant now) const;
  Effects refuse(const SwapModel&, const std::string& why);

  TopicId topic_;
  ModelsPolicy policy_;
  std::vector<Runner> runners_;
  std::size_t live_{};
  std::optional<std::size_t> guard_; ///< among the runners
  std::vector<Booking> bookings_;
  struct Pending {
    BookSwap swap;
    std::uint64_t ask{};
  };
  std::optional<Pending> pending_; ///< a swap that the ledger has not answered
  std::optional<TopicArrived> rules_;
};

} // namespace inferd
