#include "runtime/daemon/plan/shadow_plan.hpp"

#include "base/sha256.hpp"
#include "model/training/interval_rules.hpp"
#include "model/ridge5.hpp"
#include "model/inputs/joint_features.hpp"
#include "model/training/volatility_walk.hpp"
#include "runtime/books/books.hpp"
#include "runtime/daemon/plan/foreign_plan.hpp"
#include "runtime/daemon/models/model_store.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <numeric>

namespace inferd {
namespace {

using Kind = models::ModelSpec::Kind;
constexpr std::size_t remembered_versions = 8; ///< whose features are computed, so that they can be live again at once

TopicSettings with_model(const TopicSettings& topic, const ModelSettings& shadow) {
  auto own = topic;
  own.foreign = shadow;
  own.model = shadow.file;
  return own;
}

std::string form_name(Kind kind) {
  switch (kind) {
    case Kind::command: return "command";
    case Kind::http: return "http";
    case Kind::onnx: return "onnx";
    case Kind::lightgbm: return "lightgbm";
    case Kind::xgboost: return "xgboost";
  }
  return {};
}

std::string joined(const std::vector<std::string>& words) {
  std::string out;
  for (const auto& w : words) out += w + '\x1f';
  return out;
}

ModelId foreign_id(const models::ModelSpec& spec) {
  auto id = model_id(spec.name);
  if (spec.kind == Kind::command) id.version = sha256_text(joined(spec.command) + id.version).substr(7, 12);
  if (spec.kind == Kind::http) id.version = sha256_text(spec.url).substr(7, 12);
  return id;
}

struct PlannedShadow {
  ModelEntry entry;
  std::shared_ptr<ModelPort> port;
  std::vector<std::string> features; ///< its inputs, then its fallback's
  std::size_t candles{};
};

ModelOutput output_of(const TopicPlan& plan) {
  return plan.foreign ? plan.foreign->output : plan.predictor.model->file().output;
}

/// So that the version can be live again when its file is gone.
void keep_version(const HostPorts& ports, const ModelId& id, const Model& model) {
  if (!ports.versions) return;
  const auto why = ports.versions->keep(id.version, model_text(model.file()));
  if (!why.empty() && ports.warn) ports.warn("a version of a model is not kept: " + why);
}

void keep_version(const HostPorts& ports, const ModelId& id, const models::ModelSpec& spec) {
  if (!ports.versions || spec.file.empty()) return;
  const auto why = ports.versions->keep_file(id.version, spec.file);
  if (!why.empty() && ports.warn) ports.warn("a version of a model is not kept: " + why);
}

PlannedShadow plan_shadow(const TopicSettings& topic, const ModelSettings& shadow, const HostPorts& ports,
                          const std::shared_ptr<MarketPort>& market) {
  const auto own = with_model(topic, shadow);
  PlannedShadow p;
  if (shadow.form == ModelSettings::Form::network) {
    p.entry = {{}, "network", {}, NetworkPolicy{topic.id}, {}};
    p.entry.id.version = sha256_text("network").substr(7, 12);
  } else if (is_foreign(own)) {
    auto foreign = plan_foreign(own, *ports.models);
    p.entry = {foreign_id(foreign.spec), form_name(foreign.spec.kind), {}, std::move(foreign.policy), {}};
    keep_version(ports, p.entry.id, foreign.spec);
    p.features = std::move(foreign.declared.names);
    p.candles = foreign.candles;
    if (ports.open_models) p.port = ports.models->open(foreign.spec, foreign.inputs, market);
  } else {
    const auto model = load_topic_model(own);
    p.entry = {model_id(model->name()), "built-in", training_text(model->file()), PredictorPolicy{topic.id, model}, {}};
    if (model->needs_features()) p.features = model->features();
    p.candles = model->needed_candles();
    keep_version(ports, p.entry.id, *model);
  }
  if (!shadow.name.empty()) p.entry.id.name = shadow.name;
  return p;
}

/// The feature from which a guard has its unit.
constexpr const char* guard_feature = "vol_gk_72";

void expect_guardable(const TopicSettings& topic, ModelOutput output) {
  if (output != ModelOutput::log_return && output != ModelOutput::price)
    throw CannotStart("topic " + std::to_string(topic.id.value), topic.table + ".guard",
                      fmt::format("is for log returns and prices, and the topic's model predicts {}",
                                  boost::describe::enum_to_string(output, "?")));
}

/// What a shadow must have in common with the live model.
void expect_same_target(const TopicSettings& topic, const ModelSettings& shadow, const ModelEntry& entry, ModelOutput output,
                        VolatilityEstimator estimator) {
  const auto* built_in = std::get_if<PredictorPolicy>(&entry.policy);
  if (!built_in) return;
  const auto& file = built_in->model->file();
  const auto refuse = [&](const std::string& why) {
    throw CannotStart("topic " + std::to_string(topic.id.value), shadow.setting, entry.id.name + ": " + why);
  };
  if (file.output != output)
    refuse(fmt::format("it predicts {}, the topic's model {}", boost::describe::enum_to_string(file.output, "?"),
                       boost::describe::enum_to_string(output, "?")));
  if (output == ModelOutput::volatility && file.estimator != estimator_name(estimator))
    refuse(fmt::format("it predicts volatility by {}, the topic is scored by {}", file.estimator, estimator_name(estimator)));
}

/// The live model waits for candles of its own series only. Empty: every feature is of these and the topic's own.
std::string foreign_series(const std::vector<std::string>& features, const std::vector<std::string>& known) {
  for (auto& series : series_of(features))
    if (std::find(known.begin(), known.end(), series) == known.end()) return series;
  return {};
}

std::string refusal_of(const std::string& series) { return "it needs candles of " + series + ", and the live model does not"; }

void expect_series(const TopicSettings& topic, const ModelSettings& shadow, const std::string& name,
                   const std::vector<std::string>& features, const models::ModelHost& host) {
  if (series_of(features).empty()) return;
  const auto live = is_foreign(topic) ? plan_foreign(topic, host).declared.names : load_topic_model(topic)->features();
  if (const auto other = foreign_series(features, series_of(live)); !other.empty())
    throw CannotStart("topic", shadow.setting, name + ": " + refusal_of(other));
}

VolatilityEstimator estimator_of(const TopicSettings& topic, const TopicPlan& plan) {
  if (plan.predictor.model)
    if (const auto named = parse_estimator(plan.predictor.model->file().estimator)) return *named;
  const auto* rules = rules_for(topic.interval);
  return rules ? rules->usual : VolatilityEstimator::garman_klass;
}

/// The features of a topic, each once.
class FeatureNames {
public:
  explicit FeatureNames(std::vector<std::string> names) : names_(std::move(names)) { std::erase_if(names_, is_of_network); }
  std::size_t at(const std::string& name) {
    if (name == network_feature) return network_input;
    if (name == log_network_feature) return log_network_input;
    const auto it = std::find(names_.begin(), names_.end(), name);
    if (it != names_.end()) return static_cast<std::size_t>(it - names_.begin());
    names_.push_back(name);
    return names_.size() - 1;
  }
  std::vector<std::size_t> all(const std::vector<std::string>& names) {
    std::vector<std::size_t> out;
    for (const auto& name : names) out.push_back(at(name));
    return out;
  }
  const std::vector<std::string>& names() const { return names_; }

private:
  std::vector<std::string> names_;
};

std::string unique_name(std::string name, const std::vector<ModelEntry>& shadows, const ModelId& live) {
  const auto taken = [&](const std::string& n) {
    return n == live.name || std::any_of(shadows.begin(), shadows.end(), [&](const auto& s) { return s.id.name == n; });
  };
  const auto first = name;
  for (int i = 2; taken(name); ++i) name = first + "." + std::to_string(i);
  return name;
}

/// The steps of plan_models().
class ModelsPlanner {
public:
  ModelsPlanner(const TopicSettings& topic, const HostPorts& ports, FeedPlan& feed, TopicPlan& plan)
    : topic_(topic), ports_(ports), feed_(feed), plan_(plan), output_(output_of(plan)), estimator_(estimator_of(topic, plan)),
      context_{topic.interval, topic.horizon_ms / topic.interval.ms},
      preferred_candles_(feed.fetcher.subscribers.back().preferred_candles), declared_(declared()), names_(declared_) {
    for (const auto& other : plan.timer.others) series_.push_back(series_name(other, plan.timer.feed));
  }

  void run() {
    plan_.target = {topic_.symbol, topic_.interval, topic_.horizon_ms, output_};
    describe_configured();
    for (const auto& shadow : topic_.shadows) add_shadow(shadow);
    if (topic_.guard) add_guard(*topic_.guard);
    if (plan_.keeps_state && ports_.books) {
      try {
        restore_state(*ports_.books, ports_.signer->wallet(), topic_.id, plan_);
      } catch (const StoreFailure& e) {
        warn(std::string(e.what()) + ": it is learnt anew");
      }
    }
    if (topic_.retrain) provide(training_features(plan_.target, estimator_));
    restore_versions();
    declare_features();
  }

private:
  /// The features of the live model and its fallback.
  std::vector<std::string> declared() const {
    const auto it = declaration();
    return it == feed_.features.end() ? std::vector<std::string>() : it->names;
  }
  std::vector<DeclaredFeatures>::iterator declaration() const {
    return std::find_if(feed_.features.begin(), feed_.features.end(), [&](const auto& d) { return d.topic == topic_.id; });
  }

  void warn(const std::string& line) const {
    if (ports_.warn) ports_.warn("topic " + std::to_string(topic_.id.value) + ": " + line);
  }

  /// The entry of the configuration's model.
  void describe_configured() {
    auto& entry = plan_.entry.emplace();
    if (plan_.foreign) {
      const auto spec = model_spec(topic_);
      entry.id = foreign_id(spec);
      keep_version(ports_, entry.id, spec);
      entry.form = form_name(spec.kind);
    } else {
      const auto& model = *plan_.predictor.model;
      entry.id = model_id(model.name());
      entry.form = "built-in";
      entry.data = training_text(model.file());
      keep_version(ports_, entry.id, model);
    }
    if (!topic_.foreign.name.empty()) entry.id.name = topic_.foreign.name;
    plan_.configured = entry.id;
    positions_.emplace_back(0);
    use_network(declared_);
  }

  void use_network(const std::vector<std::string>& features) {
    if (std::any_of(features.begin(), features.end(), is_of_network)) plan_.keeps_state = true;
  }

  void add_shadow(const ModelSettings& shadow) {
    try {
      auto p = plan_shadow(topic_, shadow, ports_, feed_.market);
      expect_same_target(topic_, shadow, p.entry, output_, estimator_);
      if (configured(p.entry.id.version))
        throw CannotStart("topic", shadow.setting, p.entry.id.name + " is the same model as another one of the topic");
      if (const auto other = foreign_series(p.features, series_); !other.empty())
        throw CannotStart("topic", shadow.setting, p.entry.id.name + ": " + refusal_of(other));
      p.entry.id.name = unique_name(p.entry.id.name, plan_.shadows, plan_.entry->id);
      p.entry.inputs = names_.all(p.features);
      preferred_candles_ = std::max(preferred_candles_, p.candles);
      use_network(p.features);
      if (shadow.form == ModelSettings::Form::network) plan_.keeps_state = true;
      plan_.shadows.push_back(std::move(p.entry));
      plan_.shadow_ports.push_back(std::move(p.port));
      positions_.emplace_back(plan_.shadows.size());
    } catch (const CannotStart& e) {
      positions_.emplace_back();
      warn(shadow.setting + " is left out: " + (e.sentence.empty() ? e.what() : e.sentence));
    }
  }

  void add_guard(const GuardSettings& guard) {
    try {
      expect_guardable(topic_, output_);
      GuardPolicy policy{topic_.id, {}, output_, topic_.horizon_ms};
      std::string versions = "guard";
      for (std::size_t i = 0; i < positions_.size(); ++i) {
        const auto& settings = i == 0 ? topic_.foreign : topic_.shadows[i - 1];
        const auto& wanted = guard.experts;
        if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), model_label(settings)) == wanted.end()) continue;
        if (!positions_[i]) throw CannotStart("topic", settings.setting, "its expert " + settings.setting + " is left out");
        policy.experts.push_back(*positions_[i]);
        versions += '\x1f' + (i == 0 ? *plan_.entry : plan_.shadows[*positions_[i] - 1]).id.version;
      }
      ModelEntry entry{{unique_name("guard", plan_.shadows, plan_.entry->id), sha256_text(versions).substr(7, 12)},
                       "guard",
                       {},
                       std::move(policy),
                       names_.all({guard_feature})};
      preferred_candles_ = std::max(preferred_candles_, JointFeatures({guard_feature}, context_).needed());
      if (guard.live) plan_.configured = entry.id;
      plan_.keeps_state = true;
      plan_.shadows.push_back(std::move(entry));
      plan_.shadow_ports.push_back(nullptr);
    } catch (const CannotStart& e) {
      warn("guard is left out: " + e.sentence);
    }
  }

  /// The model of this version in the configuration.
  std::optional<ModelId> configured(const std::string& version) const {
    if (plan_.entry->id.version == version) return plan_.entry->id;
    for (const auto& s : plan_.shadows)
      if (s.id.version == version) return s.id;
    return {};
  }

  /// Has features computed for a model that may run later.
  void provide(const std::vector<std::string>& features) {
    names_.all(features);
    if (!features.empty()) preferred_candles_ = std::max(preferred_candles_, JointFeatures(features, context_).needed());
  }

  /// The version that is live by the books, the shadows that retraining made, and others that may become live again.
  void restore_versions() {
    plan_.live->live = *plan_.configured;
    if (!ports_.books || !ports_.versions) return;
    const auto wallet = ports_.signer->wallet();
    const auto swap = ports_.books->last_swap(wallet, topic_.id);
    const bool in_force = swap && swap->configured == plan_.configured->version;
    if (swap && !in_force && swap->to_version != plan_.configured->version)
      warn("the configuration's model has changed since " + swap->to_name + " was made live: " + plan_.configured->name +
           " is live");
    if (in_force)
      if (const auto known = configured(swap->to_version)) plan_.live->live = *known;
    auto rows = ports_.books->models(wallet, topic_.id);
    std::reverse(rows.begin(), rows.end()); // the newest first
    std::size_t restored = 0;
    for (const auto& row : rows) {
      const bool is_live = in_force && row.version == swap->to_version;
      const bool is_retrained = topic_.retrain && row.by == "retraining" && row.role == ModelRole::shadow;
      const bool runs = is_live || is_retrained;
      if (row.form != "built-in" || configured(row.version) || (!runs && restored == remembered_versions)) continue;
      if (restore(row, is_live, runs)) ++restored;
    }
  }

  /// False: it cannot be used.
  bool restore(const ModelRow& row, bool is_live, bool runs) {
    const auto refused = [&](const std::string& why) {
      if (is_live) warn(why + ": " + plan_.configured->name + " is live");
      return false;
    };
    const auto text = ports_.versions->text(row.version);
    if (!text) return refused(row.name + " (" + row.version + "), which is live by the books, is not there any more");
    try {
      const Model model(parse_model(*text, row.name), row.name);
      model.expect(topic_.symbol, topic_.interval, topic_.horizon_ms);
      if (const auto other = foreign_series(model.features(), series_); !other.empty())
        throw ModelError(row.name + ": " + refusal_of(other));
      if (model.needs_features()) provide(model.features());
    } catch (const std::exception& e) {
      return refused(e.what());
    }
    if (runs) plan_.live->offered.push_back({topic_.id, {row.name, row.version}, *text, row.by});
    if (is_live) plan_.live->live = {row.name, row.version};
    return true;
  }

  void declare_features() {
    plan_.features = names_.names();
    plan_.entry->inputs = names_.all(declared_); // also of a row that has these alone: a replay may know of fewer models
    if (plan_.features == declared_) return;
    if (const auto it = declaration(); it == feed_.features.end())
      feed_.features.push_back({topic_.id, plan_.features, context_.horizon});
    else if (plan_.features.empty()) feed_.features.erase(it);
    else it->names = plan_.features;
  }

  const TopicSettings& topic_;
  const HostPorts& ports_;
  FeedPlan& feed_;
  TopicPlan& plan_;
  const ModelOutput output_;
  const VolatilityEstimator estimator_;
  const FeatureContext context_;
  std::size_t& preferred_candles_; ///< of the topic, in its feed
  const std::vector<std::string> declared_;
  FeatureNames names_;
  std::vector<std::string> series_;                   ///< further ones of which the live model has candles
  std::vector<std::optional<std::size_t>> positions_; ///< of the configuration's models in ModelsPolicy; empty: left out
};

} // namespace

void check_shadow(const TopicSettings& topic, const ModelSettings& shadow, const models::ModelHost& host) {
  const auto own = with_model(topic, shadow);
  try {
    if (shadow.form == ModelSettings::Form::network) {
      if (topic.target == "labels" || !topic.foreign.labels.empty())
        throw CannotStart("topic", shadow.setting, "the network's value of a topic with labels is that of the first one only");
      return;
    }
    if (is_foreign(own)) {
      const auto plan = plan_foreign(own, host);
      expect_series(topic, shadow, plan.policy.name, plan.declared.names, host);
      return;
    }
    const auto model = load_topic_model(own);
    expect_series(topic, shadow, model->name(), model->features(), host);
    if (is_foreign(topic)) return;
    const auto live = load_topic_model(topic);
    const auto estimator = parse_estimator(live->file().estimator).value_or(VolatilityEstimator::garman_klass);
    expect_same_target(topic, shadow, {model_id(model->name()), {}, {}, PredictorPolicy{topic.id, model}, {}},
                       live->file().output, estimator);
  } catch (const CannotStart& e) {
    throw CannotStart("topic " + std::to_string(topic.id.value), shadow.setting, e.sentence.empty() ? e.what() : e.sentence);
  }
}

void check_outside_settings(const TopicSettings& topic) {
  const auto outside = [&](const ModelSettings& m) { return is_foreign(with_model(topic, m)); };
  if (topic.outside.empty() || is_foreign(topic) || std::any_of(topic.shadows.begin(), topic.shadows.end(), outside)) return;
  throw CannotStart(
    "topic " + std::to_string(topic.id.value), topic.table + "." + topic.outside.front(),
    "is for a model from outside, and the topic has none: a built-in model has its plausible range in its file");
}

void check_guard(const TopicSettings& topic) {
  if (!is_foreign(topic)) expect_guardable(topic, load_topic_model(topic)->file().output);
}

std::vector<std::string> training_features(const TopicTarget& target, VolatilityEstimator estimator) {
  const auto* rules = rules_for(target.interval);
  if (!rules) return {};
  const FeatureContext context{target.interval, target.horizon_ms / target.interval.ms};
  if (target.output == ModelOutput::volatility) {
    auto names = har_features(*rules, context.horizon);
    names.push_back(past_feature(estimator, rules->lookback(context.horizon)));
    names.push_back(past_feature(estimator, context.horizon));
    return names;
  }
  auto names = classic_features();
  if (offers_ridge5(context)) {
    const auto more = ridge5_features();
    names.insert(names.end(), more.begin(), more.end());
  }
  return names;
}

void restore_predictor(BookPredictorState&& known, LiveModel& state) {
  state.network = std::move(known.network);
  state.guard = {std::move(known.guard),
                 {std::make_move_iterator(known.rows.begin()), std::make_move_iterator(known.rows.end())}};
}

void restore_state(Books& books, const Wallet& wallet, TopicId topic, TopicPlan& plan) {
  auto known = books.predictor_state(wallet, topic);
  if (!known) return;
  auto& state = *plan.live;
  restore_predictor(std::move(*known), state);
  for (const auto& entry : plan.shadows) {
    const auto* policy = std::get_if<GuardPolicy>(&entry.policy);
    if (!policy) continue;
    GuardCore guard(*policy, entry.id, state.guard);
    const std::vector<GuardRow> waiting(state.guard.rows.begin(), state.guard.rows.end());
    for (const auto& row : waiting)
      if (const auto truth = books.truth({wallet, topic, row.nonce}, entry.id.version))
        guard.learn({topic, row.source, row.candle, *truth, {}, {}});
  }
}

void plan_models(const TopicSettings& topic, const HostPorts& ports, FeedPlan& feed, TopicPlan& plan) {
  ModelsPlanner(topic, ports, feed, plan).run();
}

ScoredTopic scored_topic(const TopicSettings& topic, const TopicPlan& plan) {
  ScoredTopic scored{.topic = topic.id, .feed = plan.timer.feed, .target = {}, .no_truth = {}};
  scored.target = {output_of(plan), estimator_of(topic, plan), topic.interval, topic.horizon_ms};
  const auto candles = topic.horizon_ms / topic.interval.ms;
  if (scored.target.output == ModelOutput::probability) scored.no_truth = "labels have no truth in the candles";
  else if (scored.target.output == ModelOutput::volatility && candles + 1 > static_cast<std::int64_t>(limits::cached_candles))
    scored.no_truth = fmt::format("its volatility is over {} candles, and {} are kept", candles, limits::cached_candles);
  scored.guarded = std::any_of(plan.shadows.begin(), plan.shadows.end(),
                               [](const ModelEntry& e) { return std::holds_alternative<GuardPolicy>(e.policy); });
  if (topic.promotion) scored.rule = PromotionRule{topic.promotion->windows, topic.promotion->confidence};
  return scored;
}

} // namespace inferd
