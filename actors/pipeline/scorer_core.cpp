#include "actors/pipeline/scorer_core.hpp"

#include "base/decimal_text.hpp"
#include "base/wait.hpp"
#include "messages/limits.hpp"
#include "model/scoring/live_scores.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace inferd {
namespace {

constexpr std::size_t most_under_way = 8;
constexpr std::int64_t answer_ms = 60'000; ///< above the market port's deadline: the answer was lost
constexpr std::int64_t first_retry_ms = 60'000, longest_retry_ms = 3'600'000;
constexpr std::int64_t books_retry_ms = 5'000;

} // namespace

ScorerCore::ScorerCore(ScorerPolicy policy) : policy_(std::move(policy)) {
  for (const auto& t : policy_.topics) topics_[t.topic].settings = t;
}

const ScoredTopic* ScorerCore::topic(TopicId id) const {
  const auto it = topics_.find(id);
  return it == topics_.end() ? nullptr : &it->second.settings;
}

std::size_t ScorerCore::waiting() const {
  std::size_t n = 0;
  for (const auto& [id, t] : topics_) n += t.waiting.size();
  return n;
}

ScorerCore::Effects ScorerCore::start(Instant now) {
  Effects effects;
  for (const auto& [id, t] : topics_) effects.push_back(AskModels{id});
  check(now, effects);
  return effects;
}

ScorerCore::Effects ScorerCore::on(const BookModels& m, Instant now) {
  Effects effects{m};
  if (const auto it = topics_.find(m.topic); it != topics_.end()) {
    auto& t = it->second;
    const auto live_of = [](const std::vector<ListedModel>& models) {
      for (const auto& l : models)
        if (l.role == ModelRole::live) return l.model.version;
      return std::string();
    };
    if (!t.models.empty() && live_of(t.models) != live_of(m.models)) { // the rule counts from a swap on
      t.windows.clear();
      t.swapped_to.clear();
    }
    t.models = m.models;
  }
  check(now, effects);
  return effects;
}

ScorerCore::Effects ScorerCore::on(const BookPrediction& m, Instant now) {
  Effects effects{m};
  const auto it = topics_.find(m.topic);
  if (it == topics_.end()) return effects;
  wait_for(it->second, m);
  remember(it->second, m, {});
  const Instant due{realised_span(it->second.settings.target, m.candle).until.value + policy_.settle_ms};
  const bool woken_before = wakes_ && *wakes_ > now && *wakes_ <= due && wakes_->value <= now.value + policy_.check_ms;
  if (!woken_before || !it->second.settings.no_truth.empty()) check(now, effects);
  return effects;
}

ScorerCore::Effects ScorerCore::on(const ScoresKnown& m, Instant now) {
  Effects effects;
  const auto it = topics_.find(m.topic);
  if (it == topics_.end()) return effects;
  it->second.known = true;
  it->second.more = m.predictions.size() >= limits::scores;
  for (const auto& [prediction, truth] : m.predictions) {
    if (truth.text.empty()) wait_for(it->second, prediction);
    remember(it->second, prediction, truth);
  }
  check(now, effects);
  return effects;
}

void ScorerCore::wait_for(Topic& t, const BookPrediction& m) {
  if (m.values.empty()) return;
  const auto& target = t.settings.target;
  const auto until = realised_span(target, m.candle).until;
  const Key key{m.source, m.candle};
  if (t.waiting.size() >= limits::scores && !t.waiting.contains(key)) {
    t.more = true; // the books are asked again when there is room
    return;
  }
  const auto [it, is_new] = t.waiting.try_emplace(key);
  if (!is_new) return;
  it->second.close = m.close;
  it->second.due = it->second.next = Instant{until.value + policy_.settle_ms};
  it->second.wait_ms = first_retry_ms;
  if (!t.settings.no_truth.empty()) it->second.next = {}; // notified at once
}

void ScorerCore::remember(Topic& t, const BookPrediction& m, const Decimal& truth) {
  if (!t.settings.rule || m.values.size() != 1) return;
  const auto value = parse_finite(m.values.front().value);
  if (!value) return;
  auto& window = t.windows[m.nonce];
  window.key = {m.source, m.candle};
  window.candle_ms = m.candle.value;
  window.values[m.model.version] = *value;
  if (const auto known = parse_finite(truth.text)) window.truth = known;
  if (t.windows.size() > limits::scores) t.windows.erase(t.windows.begin());
}

void ScorerCore::check(Instant now, Effects& effects) {
  auto wake = policy_.check_ms;
  bool idle = true;
  for (auto& [id, t] : topics_) {
    if (t.more && t.waiting.size() < limits::scores / 2) t.known = t.more = false;
    if (!t.known) {
      if (!t.asked_books || waited(*t.asked_books, now, books_retry_ms)) {
        t.asked_books = now;
        effects.push_back(ScoresWanted{id, t.settings.rule ? static_cast<std::uint32_t>(limits::scores) : 0});
      }
      wake = std::min(wake, books_retry_ms);
      idle = false;
    }
    for (auto it = t.waiting.begin(); it != t.waiting.end();) {
      auto& [key, w] = *it;
      idle = false;
      if (w.ask != 0 && waited(w.asked, now, answer_ms)) w.ask = 0, --under_way_;
      if (!t.settings.no_truth.empty() || (w.ask == 0 && now.value - w.due.value > policy_.patience_ms)) {
        const auto why = !t.settings.no_truth.empty() ? t.settings.no_truth
                         : last_failure_.empty()      ? "no candles in time"
                                                      : "no candles in time: " + last_failure_;
        effects.push_back(BookTruth{id, key.source, key.candle, {}, why, now});
        ++given_up_;
        if (w.ask != 0) --under_way_;
        it = t.waiting.erase(it);
        continue;
      }
      if (w.ask == 0 && w.next <= now && under_way_ < most_under_way) {
        w.ask = ++asks_;
        w.asked = now;
        ++under_way_;
        effects.push_back(AskTruth{w.ask, id, key.source, key.candle, w.close, w.wait_ms == first_retry_ms});
      }
      if (w.ask == 0) wake = std::min(wake, std::max<std::int64_t>(w.next.value - now.value, 1'000));
      ++it;
    }
  }
  if (idle) return;
  if (wakes_ && *wakes_ > now && wakes_->value <= now.value + wake) return; // one Tick at a time is under way
  wakes_ = Instant{now.value + wake};
  effects.push_back(WakeIn{wake});
}

ScorerCore::Effects ScorerCore::on(const TruthArrived& m, Instant now) {
  Effects effects;
  for (auto& [id, t] : topics_) {
    const auto it = std::find_if(t.waiting.begin(), t.waiting.end(), [&](const auto& w) { return w.second.ask == m.ask; });
    if (it == t.waiting.end() || m.ask == 0) continue;
    auto& w = it->second;
    w.ask = 0;
    --under_way_;
    if (m.truth.text.empty()) {
      last_failure_ = m.failure;
      w.next = Instant{now.value + w.wait_ms};
      w.wait_ms = std::min(2 * w.wait_ms, longest_retry_ms);
    } else {
      last_failure_.clear();
      const auto key = it->first;
      finish(t, key, m, now, effects);
    }
    break;
  }
  check(now, effects);
  return effects;
}

void ScorerCore::finish(Topic& t, const Key& key, const TruthArrived& m, Instant now, Effects& effects) {
  effects.push_back(BookTruth{t.settings.topic, key.source, key.candle, m.truth, {}, now, m.past});
  ++scored_;
  t.waiting.erase(key);
  if (!t.settings.rule) return;
  for (auto& [nonce, window] : t.windows)
    if (window.key == key) window.truth = parse_finite(m.truth.text);
  apply_rule(t, effects);
}

ScorerCore::Effects ScorerCore::on(const Tick&, Instant now) {
  Effects effects;
  wakes_.reset();
  check(now, effects);
  return effects;
}

void ScorerCore::apply_rule(Topic& t, Effects& effects) {
  const auto& rule = *t.settings.rule;
  const auto live = std::find_if(t.models.begin(), t.models.end(), [](const auto& m) { return m.role == ModelRole::live; });
  if (live == t.models.end()) return;
  std::vector<const ListedModel*> models{&*live};
  for (const auto& m : t.models)
    if (m.role == ModelRole::shadow && m.form != "network") models.push_back(&m); // that one cannot be live
  // Each shadow by the windows it shares with the live model; the best of those that are better is chosen.
  const ListedModel* best = nullptr;
  double most = 0;
  std::string why;
  for (std::size_t s = 1; s < models.size(); ++s) {
    std::vector<std::int64_t> candles;
    std::vector<std::pair<double, double>> losses;
    for (const auto& [nonce, w] : t.windows) {
      const auto a = w.values.find(live->model.version), b = w.values.find(models[s]->model.version);
      if (!w.truth || a == w.values.end() || b == w.values.end()) continue;
      candles.push_back(w.candle_ms);
      losses.emplace_back(live_loss(t.settings.target.output, *w.truth, a->second),
                          live_loss(t.settings.target.output, *w.truth, b->second));
    }
    if (losses.size() < rule.windows) continue;
    Eigen::MatrixXd both(static_cast<Eigen::Index>(losses.size()), 2);
    for (std::size_t i = 0; i < losses.size(); ++i) both.row(static_cast<Eigen::Index>(i)) << losses[i].first, losses[i].second;
    // Of several shadows one is better by chance more often: Bonferroni.
    const auto confidence = 1 - (1 - rule.confidence) / static_cast<double>(models.size() - 1);
    const auto choice = compare_live(both, overlapping_windows(candles, t.settings.target.horizon_ms), confidence);
    if (!choice || choice->chosen == 0) continue;
    const auto& advantage = choice->advantages[1];
    if (best && advantage.gain <= most) continue;
    best = models[s];
    most = advantage.gain;
    why = fmt::format("its squared error is {:.1f} % smaller over {} windows (t = {:.1f}, {:.1f} needed)", 100 * advantage.gain,
                      losses.size(), advantage.t, choice->critical);
  }
  if (!best || best->model.version == t.swapped_to) return; // it is asked once
  t.swapped_to = best->model.version;
  effects.push_back(SwapModel{t.settings.topic, best->model.version, "rule", why, 0});
}

} // namespace inferd
