#include "runtime/cli/models/comparison_text.hpp"

#include "base/duration.hpp"
#include "model/scoring/claims.hpp"
#include "runtime/cli/models/model_table.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <cmath>
#include <fmt/format.h>

namespace inferd::cli {

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
  if (topic.output == ModelOutput::probability) {
    std::string out;
    for (const auto& m : topic.models)
      if (m.participation.windows > 0)
        out += fmt::format("{} {} {}", out.empty() ? "  participation:" : ",", m.model.name, share(m.participation));
    if (!out.empty()) out += '\n';
    return out + "  The network's other promotion figures are of numbers, not of probabilities.\n";
  }
  const auto passes = [](const ModelFigures& m) { // a trial on candles has no participation
    return m.grade && m.grade->passes() && (m.participation.windows == 0 || m.participation.passes());
  };
  auto out = grades_head() + "  participation\n";
  for (const auto& m : topic.models)
    out += fmt::format("{}  {:>13}\n", grade_line(passes(m) ? '+' : ' ', m.model.name, m.grade ? &*m.grade : nullptr),
                       share(m.participation));
  return out + fmt::format("  + passes every rule of the network's competitions; ! this one fails; {}\n", promotion_caution);
}

} // namespace

std::string comparison_text(const TopicFigures& topic) {
  auto out = fmt::format(
    "topic {}: {} over {}; a label spans {} window{}\n", topic.topic.value, boost::describe::enum_to_string(topic.output, "?"),
    topic.horizon_ms > 0 ? duration_text(topic.horizon_ms) : "?", topic.overlap, topic.overlap == 1 ? "" : "s");
  for (const auto& m : topic.models) {
    out += fmt::format("  {:<8} {:<24} {:<12} scored {:>5}  RMSE {}{}", boost::describe::enum_to_string(m.model.role, "?"),
                       m.model.name, m.model.version, m.scored, figure_text(m.score.rmse),
                       in_brackets(m.score.rmse_range, "{:.6g}"));
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
