#include "runtime/cli/models/score_plot.hpp"

#include "base/duration.hpp"
#include "base/utc.hpp"
#include "runtime/cli/models/svg.hpp"

#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <map>
#include <vector>

namespace inferd::cli {
namespace {

constexpr std::size_t most_windows = 1'000;
using Line = std::map<std::int64_t, double>; ///< by the candle's opening

} // namespace

std::string score_plot(const TopicFigures& topic) {
  Line truth;
  std::vector<Line> lines;
  for (const auto& m : topic.models) {
    auto& line = lines.emplace_back();
    const auto skipped = m.values.size() > most_windows ? m.values.size() - most_windows : 0;
    for (std::size_t i = skipped; i < m.values.size(); ++i) {
      truth[m.values[i].candle.value] = m.values[i].truth;
      line[m.values[i].candle.value] = m.values[i].value;
    }
  }
  constexpr double left = 90;
  auto out = svg::begin(960, 420, left,
                        fmt::format("topic {}: {}{}, what was predicted and what came", topic.topic.value,
                                    boost::describe::enum_to_string(topic.output, "?"),
                                    topic.horizon_ms > 0 ? " over " + duration_text(topic.horizon_ms) : ""));
  if (truth.empty()) return out + svg::text(left, 80, "nothing is scored yet") + svg::end();
  const svg::Panel panel{left, 60, 840, 310};
  svg::Scale time, values;
  for (const auto& [t, v] : truth) time.take(static_cast<double>(t)), values.take(v);
  for (const auto& line : lines)
    for (const auto& [t, v] : line) values.take(v);
  time.widen();
  values.widen();
  const auto draw = [&](const Line& line, const char* colour, double stroke) {
    std::vector<svg::Point> points;
    for (const auto& [t, v] : line) points.push_back({time.share(static_cast<double>(t)), values.share(v)});
    out += svg::polyline(panel, points, colour, stroke);
  };
  svg::Legend legend(left, 47);
  out += svg::value_axis(panel, values);
  const auto minute_of = [](std::int64_t t) { return utc_text({t}).substr(0, 16); };
  const auto first = truth.begin()->first, last = truth.rbegin()->first;
  if (first == last) out += svg::text(panel.x(0.5), 390, minute_of(first), svg::Anchor::middle);
  else out += svg::text(panel.x(0), 390, minute_of(first)) + svg::text(panel.x(1), 390, minute_of(last), svg::Anchor::end);
  draw(truth, svg::truth_colour, 1);
  out += legend.entry("truth", svg::truth_colour);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto& model = topic.models[i].model;
    draw(lines[i], svg::model_colour(i), 1.6);
    out += legend.entry(model.name + " (" + boost::describe::enum_to_string(model.role, "?") + ")", svg::model_colour(i));
  }
  return out + svg::end();
}

} // namespace inferd::cli
