#include "runtime/daemon/shadow_plan.hpp"

#include "base/sha256.hpp"
#include "model/interval_rules.hpp"
#include "model/ridge5.hpp"
#include "model/symbol_features.hpp"
#include "model/volatility_walk.hpp"
#include "runtime/books/books.hpp"
#include "runtime/daemon/foreign_plan.hpp"
#include "runtime/daemon/model_store.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>

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

std::string data_of(const ModelFile& file) {
  const auto& t = file.training;
  return t.candles == 0 ? std::string()
                        : fmt::format("{} candles of {} in {}, {} to {}, {}", t.candles, file.symbol, file.interval, t.first,
                                      t.last, file.chosen);
}

struct Planned {
  ModelEntry entry;
  std::shared_ptr<ModelPort> port;
  std::vector<std::string> features; ///< its inputs, then its fallback's
  std::size_t candles{};
  bool concluded{}; ///< it wants the network's conclusions
};

ModelOutput output_of(const TopicPlan& plan) {
  return plan.foreign ? plan.foreign->output : plan.predictor.model->file().output;
}

std::string built_in_text(const Model& model) { return model_text(model.file()); }

Planned plan_shadow(const TopicSettings& topic, const ModelSettings& shadow, const HostPorts& ports,
                    const std::shared_ptr<MarketPort>& market) {
  const auto own = with_model(topic, shadow);
  Planned p;
  if (is_foreign(own)) {
    auto foreign = plan_foreign(own, *ports.models);
    p.entry = {foreign_id(foreign.spec), form_name(foreign.spec.kind), {}, std::move(foreign.policy), {}};
    p.features = std::move(foreign.declared.names);
    p.candles = foreign.candles;
    p.concluded = true;
    if (ports.open_models) p.port = ports.models->open(foreign.spec, foreign.inputs, market);
  } else {
    const auto model = load_topic_model(own);
    p.entry = {model_id(model->name()), "built-in", data_of(model->file()), PredictorPolicy{topic.id, model}, {}};
    if (model->needs_features()) p.features = model->features();
    p.candles = model->needed_candles();
    if (ports.versions)
      if (const auto why = ports.versions->keep(p.entry.id.version, built_in_text(*model)); !why.empty() && ports.warn)
        ports.warn("a version of a model is not kept: " + why);
  }
  if (!shadow.name.empty()) p.entry.id.name = shadow.name;
  return p;
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

/// The live model waits for candles of its own symbols only. Empty: every feature is of these and the topic's symbol.
std::string foreign_symbol(const std::vector<std::string>& features, const std::vector<std::string>& symbols) {
  for (auto& symbol : symbols_of(features))
    if (std::find(symbols.begin(), symbols.end(), symbol) == symbols.end()) return symbol;
  return {};
}

std::string refusal_of(const std::string& symbol) { return "it needs candles of " + symbol + ", and the live model does not"; }

VolatilityEstimator estimator_of(const TopicSettings& topic, const TopicPlan& plan) {
  if (plan.predictor.model)
    if (const auto named = parse_estimator(plan.predictor.model->file().estimator)) return *named;
  const auto* rules = rules_for(topic.interval);
  return rules ? rules->usual : VolatilityEstimator::garman_klass;
}

class Names {
public:
  explicit Names(std::vector<std::string> names) : names_(std::move(names)) {}
  std::size_t at(const std::string& name) {
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

std::string unique(std::string name, const std::vector<ModelEntry>& shadows, const ModelId& live) {
  const auto taken = [&](const std::string& n) {
    return n == live.name || std::any_of(shadows.begin(), shadows.end(), [&](const auto& s) { return s.id.name == n; });
  };
  const auto first = name;
  for (int i = 2; taken(name); ++i) name = first + "." + std::to_string(i);
  return name;
}

} // namespace

void check_shadow(const TopicSettings& topic, const ModelSettings& shadow, const models::ModelHost& host) {
  const auto own = with_model(topic, shadow);
  try {
    if (is_foreign(own)) {
      plan_foreign(own, host);
      return;
    }
    const auto model = load_topic_model(own);
    if (is_foreign(topic)) return;
    const auto live = load_topic_model(topic);
    const auto estimator = parse_estimator(live->file().estimator).value_or(VolatilityEstimator::garman_klass);
    expect_same_target(topic, shadow, {model_id(model->name()), {}, {}, PredictorPolicy{topic.id, model}, {}},
                       live->file().output, estimator);
    if (const auto other = foreign_symbol(model->features(), symbols_of(live->features())); !other.empty())
      throw CannotStart("topic", shadow.setting, model->name() + ": " + refusal_of(other));
  } catch (const CannotStart& e) {
    throw CannotStart("topic " + std::to_string(topic.id.value), shadow.setting, e.sentence.empty() ? e.what() : e.sentence);
  }
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

void plan_models(const TopicSettings& topic, const HostPorts& ports, FeedPlan& feed, TopicPlan& plan) {
  const auto output = output_of(plan);
  const auto estimator = estimator_of(topic, plan);
  const auto context = FeatureContext{topic.interval, topic.horizon_ms / topic.interval.ms};
  plan.target = {topic.symbol, topic.interval, topic.horizon_ms, output};

  auto declared = std::find_if(feed.features.begin(), feed.features.end(), [&](const auto& d) { return d.topic == topic.id; });
  const auto live_names = declared == feed.features.end() ? std::vector<std::string>() : declared->names;
  Names names(live_names);

  plan.entry.emplace();
  if (plan.foreign) {
    const auto spec = model_spec(topic);
    plan.entry->id = foreign_id(spec);
    plan.entry->form = form_name(spec.kind);
  } else {
    const auto& model = *plan.predictor.model;
    plan.entry->id = model_id(model.name());
    plan.entry->form = "built-in";
    plan.entry->data = data_of(model.file());
    if (ports.versions)
      if (const auto why = ports.versions->keep(plan.entry->id.version, built_in_text(model)); !why.empty() && ports.warn)
        ports.warn("a version of a model is not kept: " + why);
  }
  if (!topic.foreign.name.empty()) plan.entry->id.name = topic.foreign.name;

  std::vector<std::string> symbols;
  for (const auto& other : plan.timer.others) symbols.push_back(other.symbol);
  const auto warn = [&](const std::string& line) {
    if (ports.warn) ports.warn("topic " + std::to_string(topic.id.value) + ": " + line);
  };
  auto& preferred = feed.fetcher.subscribers.back().preferred_candles;
  for (const auto& shadow : topic.shadows) {
    try {
      auto p = plan_shadow(topic, shadow, ports, feed.market);
      expect_same_target(topic, shadow, p.entry, output, estimator);
      const auto same = [&](const ModelEntry& e) { return e.id.version == p.entry.id.version; };
      if (same(*plan.entry) || std::any_of(plan.shadows.begin(), plan.shadows.end(), same))
        throw CannotStart("topic", shadow.setting, p.entry.id.name + " is the same model as another one of the topic");
      if (const auto other = foreign_symbol(p.features, symbols); !other.empty())
        throw CannotStart("topic", shadow.setting, p.entry.id.name + ": " + refusal_of(other));
      p.entry.id.name = unique(p.entry.id.name, plan.shadows, plan.entry->id);
      p.entry.inputs = names.all(p.features);
      preferred = std::max(preferred, p.candles);
      plan.shadows.push_back(std::move(p.entry));
      plan.shadow_ports.push_back(std::move(p.port));
    } catch (const CannotStart& e) {
      warn(shadow.setting + " is left out: " + (e.sentence.empty() ? e.what() : e.sentence));
    }
  }

  const auto remember = [&](const std::vector<std::string>& more) {
    names.all(more);
    if (!more.empty()) preferred = std::max(preferred, SymbolFeatures(more, context).needed());
  };
  if (topic.retrain) remember(training_features(plan.target, estimator));
  // Versions that may become live again, and the one that is live by the books.
  if (ports.books && ports.versions) {
    const auto wallet = ports.signer->wallet();
    const auto swap = ports.books->last_swap(wallet, topic.id);
    auto rows = ports.books->models(wallet, topic.id);
    std::reverse(rows.begin(), rows.end()); // the newest first
    std::size_t remembered = 0;
    const auto configured = [&](const std::string& version) -> std::optional<ModelId> {
      if (plan.entry->id.version == version) return plan.entry->id;
      for (const auto& s : plan.shadows)
        if (s.id.version == version) return s.id;
      return {};
    };
    const bool stands = swap && swap->configured == plan.entry->id.version;
    if (swap && !stands && swap->to_version != plan.entry->id.version)
      warn("the configuration's model has changed since " + swap->to_name + " was made live: " + plan.entry->id.name +
           " is live");
    plan.live->live = plan.entry->id;
    if (stands)
      if (const auto known = configured(swap->to_version)) plan.live->live = *known;
    for (const auto& row : rows) {
      const bool live = stands && row.version == swap->to_version;
      const bool retrained = topic.retrain && row.by == "retraining" && row.role == ModelRole::shadow;
      const bool runs = live || retrained;
      if (row.form != "built-in" || configured(row.version) || (!runs && remembered == remembered_versions)) continue;
      const auto text = ports.versions->text(row.version);
      if (!text) {
        if (live)
          warn(row.name + " (" + row.version + "), which is live by the books, is not there any more: " + plan.entry->id.name +
               " is live");
        continue;
      }
      try {
        const Model model(parse_model(*text, row.name), row.name);
        model.expect(topic.symbol, topic.interval, topic.horizon_ms);
        if (const auto other = foreign_symbol(model.features(), symbols); !other.empty())
          throw ModelError(row.name + ": " + refusal_of(other));
        if (model.needs_features()) remember(model.features());
        ++remembered;
        if (runs) plan.live->offered.push_back({topic.id, {row.name, row.version}, *text, row.by});
        if (live) plan.live->live = {row.name, row.version};
      } catch (const std::exception& e) {
        if (live) warn(std::string(e.what()) + ": " + plan.entry->id.name + " is live");
      }
    }
  } else {
    plan.live->live = plan.entry->id;
  }

  plan.features = names.names();
  if (names.names().size() == live_names.size()) return; // what the live model gets is all there is
  std::vector<std::size_t> first(live_names.size());
  for (std::size_t i = 0; i < first.size(); ++i) first[i] = i;
  plan.entry->inputs = std::move(first);
  if (declared == feed.features.end()) feed.features.push_back({topic.id, names.names(), context.horizon});
  else declared->names = names.names();
}

ScoredTopic scored_topic(const TopicSettings& topic, const TopicPlan& plan) {
  ScoredTopic scored{.topic = topic.id, .feed = plan.timer.feed, .target = {}, .no_truth = {}};
  scored.target = {output_of(plan), estimator_of(topic, plan), topic.interval, topic.horizon_ms};
  const auto candles = topic.horizon_ms / topic.interval.ms;
  if (scored.target.output == ModelOutput::probability) scored.no_truth = "labels have no truth in the candles";
  else if (scored.target.output == ModelOutput::volatility && candles + 1 > static_cast<std::int64_t>(limits::cached_candles))
    scored.no_truth = fmt::format("its volatility is over {} candles, and {} are kept", candles, limits::cached_candles);
  if (topic.promotion) scored.rule = PromotionRule{topic.promotion->windows, topic.promotion->confidence};
  return scored;
}

} // namespace inferd
