#include "runtime/figures/live_figures.hpp"

#include "base/decimal_text.hpp"
#include "runtime/books/books_reader.hpp"

#include <algorithm>
#include <boost/describe/enum_from_string.hpp>
#include <iterator>
#include <map>

namespace inferd {
namespace {

constexpr double confidence = 0.95;

Eigen::VectorXd column(const std::vector<ScoredValue>& values, double ScoredValue::*member) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) out[static_cast<Eigen::Index>(i)] = values[i].*member;
  return out;
}

void take(ModelFigures& m, const PredictionRow& row, ModelOutput output) {
  if (m.first.value == 0) m.first = row.nonce;
  m.last = row.nonce;
  if (row.values.empty()) {
    ++m.failures;
    m.last_failure = row.failure;
    return;
  }
  ++m.predictions;
  m.last_failure.clear();
  m.answered.push_back(row.nonce);
  if (row.role == ModelRole::live) m.live_in.push_back(row.nonce);
  if (!row.unscored.empty()) ++m.unscored;
  const auto truth = parse_finite(row.truth.text);
  const auto value = row.values.size() == 1 ? parse_finite(row.values.front().value) : std::nullopt;
  if (!truth || !value) return;
  ++m.scored;
  m.values.push_back({row.nonce, row.candle, *truth, *value,
                      parse_finite((output == ModelOutput::volatility ? row.past : row.close).text).value_or(0)});
}

void compare(ModelFigures& m, const ModelFigures& live, const TopicFigures& topic) {
  std::vector<std::pair<double, double>> losses;
  auto other = live.values.begin();
  for (const auto& v : m.values) {
    while (other != live.values.end() && other->nonce < v.nonce) ++other;
    if (other == live.values.end() || other->nonce != v.nonce || other->truth != v.truth) continue;
    losses.emplace_back(live_loss(topic.output, other->truth, other->value), live_loss(topic.output, v.truth, v.value));
  }
  m.common = static_cast<std::int64_t>(losses.size());
  if (losses.empty()) return;
  Eigen::MatrixXd both(static_cast<Eigen::Index>(losses.size()), 2);
  for (std::size_t i = 0; i < losses.size(); ++i) both.row(static_cast<Eigen::Index>(i)) << losses[i].first, losses[i].second;
  if (const auto choice = compare_live(both, topic.overlap, confidence)) {
    m.advantage = choice->advantages[1];
    m.critical = choice->critical;
  }
}

} // namespace

void take_windows(TopicFigures& topic, const std::map<Height, EndedWindow>& windows) {
  for (auto& m : topic.models) {
    m.chain_scored = 0, m.chain_score = 0, m.participation = {};
    for (const auto nonce : m.live_in)
      if (const auto it = windows.find(nonce); it != windows.end() && it->second.score)
        ++m.chain_scored, m.chain_score += *it->second.score;
    m.chain_score /= static_cast<double>(m.chain_scored); // NaN where there is none
    if (m.first.value == 0) continue;
    const auto begin = windows.lower_bound(m.first);
    const auto end = m.model.role == ModelRole::retired ? windows.upper_bound(m.last) : windows.end();
    m.participation.windows = std::distance(begin, end);
    m.participation.answered =
      m.model.role == ModelRole::live
        ? std::count_if(begin, end, [](const auto& w) { return w.second.confirmed; })
        : std::count_if(m.answered.begin(), m.answered.end(), [&](Height h) { return windows.contains(h); });
  }
}

void score(TopicFigures& topic, const std::vector<std::int64_t>& candles) {
  topic.overlap = overlapping_windows(candles, topic.horizon_ms);
  for (auto& m : topic.models) {
    const auto truth = column(m.values, &ScoredValue::truth), value = column(m.values, &ScoredValue::value);
    m.score = live_score(topic.output, truth, value, topic.overlap);
    m.grade = live_grade(topic.output, truth, value, column(m.values, &ScoredValue::base), topic.overlap, topic.horizon_ms);
    if (m.model.role != ModelRole::live && topic.models.front().model.role == ModelRole::live)
      compare(m, topic.models.front(), topic);
  }
}

std::vector<TopicFigures> live_figures(BooksReader& books, std::optional<TopicId> wanted, bool all, std::size_t most) {
  std::vector<TopicFigures> topics;
  for (const auto& row : books.models(wanted)) {
    if (!all && row.role == ModelRole::retired) continue;
    if (topics.empty() || topics.back().topic != row.topic) topics.push_back({.topic = row.topic, .models = {}});
    auto& topic = topics.back();
    if (row.role == ModelRole::live) {
      boost::describe::enum_from_string(row.target.c_str(), topic.output);
      topic.horizon_ms = row.horizon_ms;
    }
    topic.models.emplace_back().model = {row.topic, row.version, row.name,       row.role, row.form,
                                         row.data,  row.target,  row.horizon_ms, row.by,   row.at};
  }
  for (auto& topic : topics) {
    std::stable_sort(topic.models.begin(), topic.models.end(),
                     [](const auto& a, const auto& b) { return a.model.role < b.model.role; });
    std::map<std::string, ModelFigures*> by_version;
    for (auto& m : topic.models) by_version[m.model.version] = &m;
    std::map<Height, std::int64_t> candle_of;
    for (const auto& row : books.predictions(topic.topic, most)) {
      candle_of[row.nonce] = row.candle.value;
      if (const auto it = by_version.find(row.version); it != by_version.end()) take(*it->second, row, topic.output);
    }
    std::vector<std::int64_t> candles;
    for (const auto& [nonce, candle] : candle_of) candles.push_back(candle);
    std::sort(candles.begin(), candles.end());
    score(topic, candles);
    std::map<Height, EndedWindow> windows;
    if (!candle_of.empty())
      books.each({.topic = topic.topic, .since = candle_of.begin()->first, .only_final = true}, [&](const WindowRow& row) {
        windows[row.nonce] = {row.status == Status::confirmed, parse_finite(row.score.text)};
      });
    take_windows(topic, windows);
  }
  return topics;
}

} // namespace inferd
