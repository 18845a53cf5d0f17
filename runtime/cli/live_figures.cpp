#include "runtime/cli/live_figures.hpp"

#include "base/decimal_text.hpp"
#include "base/duration.hpp"
#include "base/utc.hpp"
#include "model/claims.hpp"
#include "runtime/books/books_reader.hpp"
#include "runtime/cli/model_table.hpp"

#include <algorithm>
#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>
#include <boost/json.hpp>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <limits>
#include <map>

namespace inferd::cli {
namespace {

constexpr double confidence = 0.95;

Eigen::VectorXd column(const std::vector<ScoredValue>& values, double ScoredValue::*member) {
  Eigen::VectorXd out(static_cast<Eigen::Index>(values.size()));
  for (std::size_t i = 0; i < values.size(); ++i) out[static_cast<Eigen::Index>(i)] = values[i].*member;
  return out;
}

void take(ModelFigures& m, const PredictionRow& row) {
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
  m.values.push_back({row.nonce, row.candle, *truth, *value, parse_finite(row.close.text).value_or(0)});
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
    m.grade = live_grade(topic.output, truth, value, column(m.values, &ScoredValue::close), topic.overlap, topic.horizon_ms);
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
    topic.models.push_back(
      {.model = {row.topic, row.version, row.name, row.role, row.form, row.data, row.target, row.horizon_ms, row.by, row.at},
       .last_failure = {},
       .score = {},
       .values = {},
       .answered = {},
       .live_in = {},
       .advantage = {},
       .grade = {}});
  }
  for (auto& topic : topics) {
    std::stable_sort(topic.models.begin(), topic.models.end(),
                     [](const auto& a, const auto& b) { return a.model.role < b.model.role; });
    std::map<std::string, ModelFigures*> by_version;
    for (auto& m : topic.models) by_version[m.model.version] = &m;
    std::map<Height, std::int64_t> candle_of;
    for (const auto& row : books.predictions(topic.topic, most)) {
      candle_of[row.nonce] = row.candle.value;
      if (const auto it = by_version.find(row.version); it != by_version.end()) take(*it->second, row);
    }
    std::vector<std::int64_t> candles;
    for (const auto& [nonce, candle] : candle_of) candles.push_back(candle);
    std::sort(candles.begin(), candles.end());
    score(topic, candles);
    std::map<Height, EndedWindow> windows;
    BooksReader::Filter filter{.topic = topic.topic, .only_final = true};
    if (!candle_of.empty()) filter.since = candle_of.begin()->first;
    books.each(filter, [&](const WindowRow& row) {
      windows[row.nonce] = {row.status == Status::confirmed, parse_finite(row.score.text)};
    });
    take_windows(topic, windows);
  }
  return topics;
}

namespace {

namespace json = boost::json;

const char* role_name(ModelRole role) { return boost::describe::enum_to_string(role, "?"); }

json::value number(double x) {
  if (!std::isfinite(x)) return nullptr;
  return x;
}

json::value range(const Range& r) {
  if (!std::isfinite(r.low) || !std::isfinite(r.high)) return nullptr;
  return json::array{r.low, r.high};
}

} // namespace

json::object to_object(const TopicFigures& topic, const ModelFigures& m) {
  json::object o{{"topic_id", topic.topic.value},
                 {"name", m.model.name},
                 {"role", role_name(m.model.role)},
                 {"version", m.model.version},
                 {"form", m.model.form},
                 {"predictions", m.predictions},
                 {"failures", m.failures},
                 {"scored", m.scored},
                 {"unscored", m.unscored},
                 {"rmse", number(m.score.rmse)},
                 {"rmse_range", range(m.score.rmse_range)}};
  if (topic.output == ModelOutput::log_return) {
    o["directional_accuracy"] = number(m.score.directional);
    o["directional_range"] = range(m.score.directional_range);
  }
  if (topic.output == ModelOutput::volatility) o["qlike"] = number(m.score.qlike);
  o["pearson"] = number(m.score.pearson);
  if (m.model.role != ModelRole::live) {
    o["common"] = m.common;
    o["gain"] = m.advantage ? number(m.advantage->gain) : json::value(nullptr);
    o["gain_range"] = m.advantage ? range(m.advantage->range) : json::value(nullptr);
    o["better"] = m.advantage && m.advantage->t > m.critical;
  }
  o["chain_scored"] = m.chain_scored;
  o["chain_score"] = number(m.chain_score);
  o["promotion"] = m.grade ? json::value(to_object(*m.grade)) : json::value(nullptr);
  o["participation"] = to_object(m.participation);
  o["target"] = m.model.target;
  o["horizon"] = m.model.horizon_ms > 0 ? duration_text(m.model.horizon_ms) : std::string();
  o["data"] = m.model.data;
  o["by"] = m.model.by;
  o["since"] = utc_text(m.model.at);
  if (!m.last_failure.empty()) o["last_failure"] = m.last_failure;
  return o;
}

std::string figure_text(double x, const char* form) { return std::isfinite(x) ? fmt::format(fmt::runtime(form), x) : "-"; }

namespace {

std::string in_brackets(const Range& r, const char* form) {
  if (!std::isfinite(r.low) || !std::isfinite(r.high)) return {};
  return fmt::format(" [{}, {}]", figure_text(r.low, form), figure_text(r.high, form));
}

std::string verdict(const ModelFigures& m) {
  if (!m.advantage) return fmt::format("{} common windows: too few to say", m.common);
  const auto& a = *m.advantage;
  const auto gain = fmt::format("{:+.1f} %{} of the live model's squared error saved, {} common windows", 100 * a.gain,
                                in_brackets({100 * a.range.low, 100 * a.range.high}, "{:.1f}"), m.common);
  if (a.t > m.critical) return gain + ": better than the live model";
  if (a.t < -m.critical) return gain + ": worse than the live model";
  return gain + ": chance may be all of it";
}

std::string promotion_text(const TopicFigures& topic) {
  const auto share = [](const Participation& p) {
    if (p.windows == 0) return std::string("-");
    return fmt::format("{:.3f} of {}{}", p.share(), p.windows, p.passes() ? "" : " !");
  };
  if (topic.output != ModelOutput::log_return && topic.output != ModelOutput::price) {
    std::string out = "  participation:";
    for (const auto& m : topic.models)
      out += fmt::format(" {} {}{}", m.model.name, share(m.participation), &m == &topic.models.back() ? "\n" : ",");
    return out +
           (topic.output == ModelOutput::volatility
              ? "  The network's other promotion figures compare volatility with a mean reversion, which needs the candles: "
                "`inferd backtest --target volatility`.\n"
              : "  The network's other promotion figures are of numbers, not of probabilities.\n");
  }
  auto out = grades_head() + "  participation\n";
  for (const auto& m : topic.models)
    out += fmt::format("{}  {:>13}\n",
                       grade_line(m.grade && m.grade->passes() && m.participation.passes() ? '+' : ' ', m.model.name,
                                  m.grade ? &*m.grade : nullptr),
                       share(m.participation));
  return out + fmt::format("  + passes every rule of the network's competitions; ! this one fails; {}\n", promotion_caution);
}

} // namespace

std::string comparison_text(const TopicFigures& topic) {
  auto out = fmt::format(
    "topic {}: {} over {}; a label spans {} window{}\n", topic.topic.value, boost::describe::enum_to_string(topic.output, "?"),
    topic.horizon_ms > 0 ? duration_text(topic.horizon_ms) : "?", topic.overlap, topic.overlap == 1 ? "" : "s");
  for (const auto& m : topic.models) {
    out += fmt::format("  {:<8} {:<24} {:<12} scored {:>5}  RMSE {}{}", role_name(m.model.role), m.model.name, m.model.version,
                       m.scored, figure_text(m.score.rmse), in_brackets(m.score.rmse_range, "{:.6g}"));
    if (topic.output == ModelOutput::volatility) out += "  QLIKE " + figure_text(m.score.qlike, "{:.4f}");
    if (topic.output == ModelOutput::log_return)
      out += "  direction " + figure_text(m.score.directional, "{:.3f}") + in_brackets(m.score.directional_range, "{:.3f}");
    out += "  r " + figure_text(m.score.pearson, "{:.3f}");
    if (m.chain_scored > 0) out += fmt::format("  chain's score {} of {} windows", figure_text(m.chain_score), m.chain_scored);
    out += '\n';
    if (m.model.role != ModelRole::live) out += "           " + verdict(m) + '\n';
  }
  return out + promotion_text(topic);
}

} // namespace inferd::cli
