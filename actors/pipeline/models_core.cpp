#include "actors/pipeline/models_core.hpp"

#include "base/decimal_text.hpp"
#include "base/sha256.hpp"
#include "base/wait.hpp"
#include "messages/limits.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <cassert>
#include <cmath>
#include <exception>
#include <utility>

namespace inferd {
namespace {

/// The ledger answers within a commit. An answer that did not come by then was lost with its actor.
constexpr std::int64_t booking_deadline_ms = 10'000;
constexpr std::size_t shortest_version = 6; ///< of a prefix that names a model

TopicId topic_of(const ModelEntry& entry) {
  return std::visit([](const auto& p) { return p.topic; }, entry.policy);
}

} // namespace

std::string feature_digest(std::span<const double> values) {
  std::string text;
  for (const double v : values) text += (text.empty() ? "" : ",") + shortest_text(v);
  return sha256_text(text).substr(7, 16);
}

ModelId model_id(const std::string& name) {
  constexpr std::string_view mark = " (sha256:";
  constexpr std::size_t longest = 64;
  ModelId id;
  const auto digest = name.rfind(mark);
  id.name = name.substr(0, std::min(digest, longest));
  if (digest != name.npos) id.version = name.substr(digest + mark.size(), 12);
  else id.version = sha256_text(name).substr(7, 12);
  for (auto& c : id.name) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
    if (!plain) c = '-';
  }
  return id;
}

ModelsCore::ModelsCore(ModelsPolicy policy) : policy_(std::move(policy)) {
  assert(policy_.state && !policy_.models.empty());
  topic_ = topic_of(policy_.models.front());
  for (std::size_t i = 0; i < policy_.models.size(); ++i) {
    if (std::holds_alternative<GuardPolicy>(policy_.models[i].policy)) guard_ = i;
    runners_.push_back(make_runner(policy_.models[i], i));
  }
  for (const auto& offer : policy_.state->offered) add(offer); // accepted before a restart
  if (const auto known = find(policy_.state->live)) live_ = *known;
  else policy_.state->live = runners_.front().entry.id;
}

ModelsCore::Runner ModelsCore::make_runner(ModelEntry entry, std::size_t at) {
  if (auto* foreign = std::get_if<ForeignPolicy>(&entry.policy)) {
    foreign->first_ask = static_cast<std::uint64_t>(at) << 32;
    ForeignCore core(*foreign);
    return {std::move(entry), std::move(core), {}, {}};
  }
  if (const auto* guard = std::get_if<GuardPolicy>(&entry.policy)) {
    GuardCore core(*guard, entry.id, policy_.state->guard);
    return {std::move(entry), std::move(core), {}, {}};
  }
  if (const auto* network = std::get_if<NetworkPolicy>(&entry.policy)) {
    const auto core = *network;
    return {std::move(entry), core, {}, {}};
  }
  PredictorCore core(std::get<PredictorPolicy>(entry.policy));
  return {std::move(entry), std::move(core), {}, {}};
}

ModelsCore::Effects ModelsCore::start(Instant now) const {
  if (!policy_.keeps_state) return {list(now)};
  auto whole = booked_state(now);
  whole.whole = true;
  const auto& rows = policy_.state->guard.rows;
  whole.rows.assign(rows.begin(), rows.end());
  return {list(now), std::move(whole)};
}

ModelsCore::Effects ModelsCore::on(const ChildRestarted&, Instant now) const { return {list(now)}; }

BookPredictorState ModelsCore::booked_state(Instant now) const {
  const auto& state = *policy_.state;
  return {
    .topic = topic_, .network = state.network, .guard = state.guard.sums, .rows = {}, .source = {}, .candle = {}, .at = now};
}

BookModels ModelsCore::list(Instant now) const {
  BookModels m{.topic = topic_,
               .models = {},
               .target = {},
               .horizon_ms = policy_.target.horizon_ms,
               .features = policy_.features,
               .at = now};
  m.target = boost::describe::enum_to_string(policy_.target.output, "");
  const auto& designated = policy_.state->next ? *policy_.state->next : policy_.state->live;
  for (const auto& r : runners_)
    m.models.push_back(
      {r.entry.id, r.entry.id == designated ? ModelRole::live : ModelRole::shadow, r.entry.form, r.entry.data, r.entry.by});
  return m;
}

std::optional<std::size_t> ModelsCore::find(const ModelId& id) const {
  for (std::size_t i = 0; i < runners_.size(); ++i)
    if (runners_[i].entry.id == id) return i;
  return {};
}

void ModelsCore::choose(Height nonce) {
  auto& state = *policy_.state;
  if (state.next && nonce > state.after) {
    if (const auto at = find(*state.next)) live_ = *at, state.live = *state.next;
    state.next.reset();
  }
  state.last = std::max(state.last, nonce);
}

template <class E> void ModelsCore::judge(std::size_t at, E& e, Effects& out, bool& fell_back, Instant now) {
  const bool live = at == live_;
  if constexpr (std::is_same_v<E, AskModel> || std::is_same_v<E, WakeIn>) {
    out.push_back(std::move(e));
  } else if constexpr (std::is_same_v<E, Predicted>) {
    if (!fell_back) record(at, e.values, {}, out, now);
    if (live) out.push_back(std::move(e));
  } else if constexpr (std::is_same_v<E, WindowDelayed>) { // the fallback answers
    record(at, {}, e.reason, out, now);
    fell_back = true;
    if (live) out.push_back(std::move(e));
  } else if constexpr (std::is_same_v<E, WindowSkipped>) {
    if (!fell_back) record(at, {}, e.reason, out, now);
    if (live) out.push_back(std::move(e));
  } else if (live || (guard_is_live() && is_expert(at))) { // the topic's rules are wanted
    out.push_back(std::move(e));
  }
}

void ModelsCore::record(std::size_t at, std::vector<LabelledValue> values, std::string failure, Effects& out, Instant now) {
  bookings_.push_back({at, values, failure});
  if (!guard_ || at == *guard_) return;
  auto result = std::get<GuardCore>(runners_[*guard_].core).answered(at, values, failure);
  if (!result) return;
  auto& state = policy_.state->guard;
  if (std::holds_alternative<Predicted>(*result)) { // booked before it is handed on
    auto booked = booked_state(now);
    booked.rows = {state.rows.back()};
    if (state.rows.size() > limits::guard_rows) {
      booked.source = state.rows.front().source, booked.candle = state.rows.front().candle;
      std::erase_if(state.rows, [&](const GuardRow& r) { return r.source == booked.source && r.candle == booked.candle; });
    }
    out.push_back(std::move(booked));
  }
  bool fell_back = false;
  std::visit([&](auto& e) { judge(*guard_, e, out, fell_back, now); }, *result);
}

bool ModelsCore::is_expert(std::size_t at) const {
  if (!guard_) return false;
  const auto& experts = std::get<GuardCore>(runners_[*guard_].core).policy().experts;
  return std::find(experts.begin(), experts.end(), at) != experts.end();
}

std::optional<double> ModelsCore::network_value(Height nonce, Instant now) const {
  const auto& n = policy_.state->network;
  const bool fresh = n.nonce.value > 0 && n.nonce < nonce && now.value - n.at.value <= policy_.target.horizon_ms;
  return fresh ? parse_finite(n.value.text) : std::nullopt;
}

template <class Message> void ModelsCore::tell(std::size_t at, const Message& m, Instant now, Effects& out) {
  bool fell_back = false;
  const auto judged = [&](auto effects) {
    for (auto& effect : effects) std::visit([&](auto& e) { judge(at, e, out, fell_back, now); }, effect);
  };
  auto& core = runners_[at].core;
  if (auto* foreign = std::get_if<ForeignCore>(&core)) judged(foreign->on(m, now));
  if constexpr (std::is_same_v<Message, FeaturesComputed> || std::is_same_v<Message, TopicArrived>)
    if (auto* built_in = std::get_if<PredictorCore>(&core)) judged(built_in->on(m));
  if constexpr (std::is_same_v<Message, FeaturesComputed>)
    if (std::holds_alternative<NetworkPolicy>(core)) {
      if (network_value(m.nonce, now)) record(at, {{"", policy_.state->network.value.text}}, {}, out, now);
      else record(at, {}, "the network has concluded nothing within the last horizon", out, now);
    }
}

template <class Message> void ModelsCore::tell_shadow(std::size_t at, const Message& m, Instant now, Effects& out) {
  try {
    tell(at, m, now, out);
  } catch (const std::exception& e) {
    record(at, {}, std::string("it failed: ") + e.what(), out, now);
  }
}

FeaturesComputed ModelsCore::own_features(const FeaturesComputed& f, const ModelEntry& entry, Instant now) const {
  if (!entry.inputs) return f;
  FeaturesComputed own{f.topic, f.nonce, f.closes, f.source, f.candle, f.close, {}};
  own.values.reserve(entry.inputs->size());
  for (const auto at : *entry.inputs)
    if (at == network_input || at == log_network_input) {
      const auto value = network_value(f.nonce, now).value_or(std::nan(""));
      const auto log = std::log(value); // a value that is not above 0 has none
      own.values.push_back(at == network_input ? value : std::isfinite(log) ? log : std::nan(""));
    } else if (at < f.values.size()) own.values.push_back(f.values[at]);
  return own;
}

void ModelsCore::ask_shadow(std::size_t at, const FeaturesComputed& f, Instant now, Effects& out) {
  auto& r = runners_[at];
  r.asked = own_features(f, r.entry, now);
  tell_shadow(at, r.asked, now, out);
}

ModelsCore::Effects ModelsCore::on(const FeaturesComputed& f, Instant now) {
  choose(f.nonce);
  bookings_.clear();
  if (guard_) {
    auto& r = runners_[*guard_];
    r.asked = own_features(f, r.entry, now);
    std::get<GuardCore>(r.core).begin(r.asked);
  }
  Effects out;
  if (guard_is_live()) {
    for (std::size_t i = 0; i < runners_.size(); ++i)
      if (is_expert(i)) ask_shadow(i, f, now, out);
  } else {
    auto& r = runners_[live_];
    r.asked = own_features(f, r.entry, now);
    tell(live_, r.asked, now, out);
  }
  return out;
}

ModelsCore::Effects ModelsCore::shadows(const FeaturesComputed& f, Instant now) {
  Effects out;
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    const bool asked = i == live_ || (guard_is_live() && is_expert(i));
    if (!asked && guard_ != i) ask_shadow(i, f, now, out);
  }
  book(out, now);
  return out;
}

void ModelsCore::book(Effects& out, Instant now) {
  for (auto& b : bookings_) {
    auto& r = runners_[b.runner];
    const auto& f = r.asked;
    r.failure = b.failure;
    out.push_back(BookPrediction{topic_, f.nonce, r.entry.id, b.runner == live_ ? ModelRole::live : ModelRole::shadow, f.source,
                                 f.candle, f.close, std::move(b.values), feature_digest(f.values), std::move(b.failure), now});
  }
  bookings_.clear();
}

template <class Message> ModelsCore::Effects ModelsCore::tell_all(const Message& m, Instant now) {
  Effects out;
  tell(live_, m, now, out);
  for (std::size_t i = 0; i < runners_.size(); ++i)
    if (i != live_) tell_shadow(i, m, now, out);
  book(out, now);
  return out;
}

template <class Answer> ModelsCore::Effects ModelsCore::tell_asked(const Answer& m, Instant now) {
  Effects out;
  const auto at = runner_of(m.ask);
  if (at == live_) tell(at, m, now, out);
  else if (at < runners_.size()) tell_shadow(at, m, now, out);
  book(out, now);
  return out;
}

ModelsCore::Effects ModelsCore::on(const TopicArrived& m, Instant now) {
  rules_ = m;
  return tell_all(m, now);
}
ModelsCore::Effects ModelsCore::on(const ModelAnswered& m, Instant now) { return tell_asked(m, now); }
ModelsCore::Effects ModelsCore::on(const ModelFailed& m, Instant now) { return tell_asked(m, now); }
ModelsCore::Effects ModelsCore::on(const Tick& m, Instant now) { return tell_all(m, now); }

ModelsCore::Effects ModelsCore::on(const BookConclusion& m, Instant now) {
  auto out = tell_all(m, now);
  auto& known = policy_.state->network;
  if (!policy_.keeps_state || m.event.nonce <= known.nonce || m.event.combined.text.empty()) return out;
  known = {m.event.nonce, m.event.combined, m.at};
  out.push_back(booked_state(now));
  return out;
}

ModelsCore::Effects ModelsCore::on(const BookTruth& m, Instant now) {
  if (!guard_ || !std::get<GuardCore>(runners_[*guard_].core).learn(m)) return {};
  auto booked = booked_state(now);
  booked.source = m.source, booked.candle = m.candle;
  return {std::move(booked)};
}

ModelsCore::Effects ModelsCore::refuse(const SwapModel& m, const std::string& why) {
  policy_.state->swap = SwapView{m.ask, "refused", why};
  return {};
}

ModelsCore::Effects ModelsCore::on(const SwapModel& m, Instant now) {
  if (pending_ && !waited(pending_->swap.at, now, booking_deadline_ms))
    return refuse(m, "another swap, to " + pending_->swap.to.name + ", is being booked");
  std::vector<std::size_t> meant;
  std::string names;
  for (std::size_t i = 0; i < runners_.size(); ++i) {
    const auto& id = runners_[i].entry.id;
    names += (names.empty() ? "" : ", ") + id.name;
    const auto stem = id.name.substr(0, id.name.rfind('.'));
    if (m.model == id.name || (m.model.size() >= shortest_version && id.version.starts_with(m.model))) meant.push_back(i);
    else if (m.model == stem) meant.push_back(i);
  }
  const auto exact = std::find_if(meant.begin(), meant.end(), [&](auto i) { return runners_[i].entry.id.name == m.model; });
  if (exact != meant.end()) meant = {*exact};
  if (meant.empty())
    return refuse(m, "topic " + std::to_string(topic_.value) + " has no model " + m.model + "; it has " + names);
  if (meant.size() > 1) return refuse(m, m.model + " may be one of several models; give a version");
  const auto& to = runners_[meant.front()].entry.id;
  if (std::holds_alternative<NetworkPolicy>(runners_[meant.front()].core))
    return refuse(m, to.name + " is what the network has said already; it is scored, and cannot be live");
  auto& state = *policy_.state;
  const auto& designated = state.next ? *state.next : state.live;
  if (to == designated) return refuse(m, to.name + " (" + to.version + ") is live already");
  if (const auto* core = std::get_if<PredictorCore>(&runners_[meant.front()].core); core && core->rules())
    if (const auto why = core->mismatch(); !why.empty()) return refuse(m, why);
  const auto& configured = policy_.configured ? *policy_.configured : runners_.front().entry.id;
  pending_ = Pending{{topic_, designated, to, configured, state.last, m.by, m.why, now}, m.ask};
  state.swap = SwapView{m.ask, "pending", to.name + " is being booked"};
  return {pending_->swap};
}

ModelsCore::Effects ModelsCore::on(const SwapBooked& m, Instant now) {
  const bool asked = pending_ && pending_->swap.to == m.to;
  const auto ask = asked ? pending_->ask : 0;
  if (asked) pending_.reset();
  auto& state = *policy_.state;
  if (!m.failure.empty()) {
    if (asked) state.swap = SwapView{ask, "refused", "the books do not take it: " + m.failure};
    return {};
  }
  if (!find(m.to)) return {};
  // Also if nothing is pending, after a restart of this actor: what is in the books holds.
  const auto from = state.next ? state.next->name : state.live.name;
  state.after = state.last;
  if (m.to == state.live) state.next.reset();
  else state.next = m.to;
  state.swap = SwapView{ask, "done",
                        m.to.name + " (" + m.to.version + ") is live in topic " + std::to_string(topic_.value) +
                          " from the first window after " + std::to_string(state.after.value) + " on, instead of " + from};
  return {list(now)};
}

std::string ModelsCore::add(const OfferModel& m) {
  if (find(m.model)) return {}; // it is there
  if (runners_.size() >= limits::topic_models) return "the topic has " + std::to_string(runners_.size()) + " models already";
  std::shared_ptr<const Model> model;
  ModelEntry entry{.id = m.model,
                   .form = "built-in",
                   .data = {},
                   .policy = PredictorPolicy{topic_, nullptr},
                   .inputs = std::vector<std::size_t>{},
                   .by = m.by};
  try {
    model = std::make_shared<Model>(parse_model(m.text, m.model.name), m.model.name);
    const auto& target = policy_.target;
    model->expect(target.symbol, target.interval, target.horizon_ms);
    if (model->file().output != target.output) return m.model.name + " predicts another kind of value than the topic's models";
  } catch (const ModelError& e) {
    return e.what();
  }
  for (const auto& name : model->needs_features() ? model->features() : std::vector<std::string>()) {
    if (is_of_network(name) && policy_.keeps_state) {
      entry.inputs->push_back(name == network_feature ? network_input : log_network_input);
      continue;
    }
    const auto at = std::find(policy_.features.begin(), policy_.features.end(), name);
    if (at == policy_.features.end())
      return m.model.name + " needs the feature " + name + ", which is computed from the next start on";
    entry.inputs->push_back(static_cast<std::size_t>(at - policy_.features.begin()));
  }
  entry.data = training_text(model->file());
  entry.policy = PredictorPolicy{topic_, model};
  runners_.push_back(make_runner(std::move(entry), runners_.size()));
  if (rules_) std::get<PredictorCore>(runners_.back().core).on(*rules_);
  return {};
}

ModelsCore::Effects ModelsCore::on(const OfferModel& m, Instant now) {
  auto& state = *policy_.state;
  const auto in_use = [&](const ModelId& id) {
    return id == state.live || (state.next && id == *state.next) || (pending_ && pending_->swap.to == id);
  };
  for (auto it = state.offered.begin(); it != state.offered.end();) {
    if (it->by != m.by || in_use(it->model) || it->model == m.model) {
      ++it;
      continue;
    }
    if (const auto at = find(it->model)) { // behind the configured ones; live_ may be behind it
      runners_.erase(runners_.begin() + static_cast<std::ptrdiff_t>(*at));
      if (live_ > *at) --live_;
    }
    it = state.offered.erase(it);
  }
  const bool known = find(m.model).has_value();
  if (const auto why = add(m); !why.empty()) {
    state.swap = SwapView{0, "refused", why};
    return {list(now)};
  }
  if (!known) state.offered.push_back(m);
  return {list(now)};
}

} // namespace inferd
