#include "runtime/cli/score_plot.hpp"

#include "base/duration.hpp"
#include "base/utc.hpp"

#include <algorithm>
#include <boost/describe/enum_to_string.hpp>
#include <fmt/format.h>
#include <map>

namespace inferd::cli {
namespace {

constexpr std::size_t most_windows = 1'000;
constexpr double width = 960, height = 420, left = 90, right = 30, top = 60, bottom = 50;
constexpr const char* truth_colour = "#222222";
constexpr const char* colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"}; // Okabe and Ito

struct Frame {
  std::int64_t first{}, last{};
  double low{}, high{};
  double x(std::int64_t t) const {
    return left + (width - left - right) * static_cast<double>(t - first) /
                    static_cast<double>(std::max<std::int64_t>(last - first, 1));
  }
  double y(double v) const { return top + (height - top - bottom) * (high - v) / (high > low ? high - low : 1); }
};

using Line = std::map<std::int64_t, double>; ///< by the candle's opening

void draw(std::string& out, const Frame& f, const Line& line, const char* colour, double stroke) {
  if (line.empty()) return;
  out += fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" points=\"", colour, stroke);
  for (const auto& [t, v] : line) out += fmt::format("{:.1f},{:.1f} ", f.x(t), f.y(v));
  out += "\"/>\n";
}

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
  auto out =
    fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
                "font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
                width, height);
  out += fmt::format("<text x=\"{}\" y=\"22\" font-size=\"16\">topic {}: {}{}, what was predicted and what came</text>\n", left,
                     topic.topic.value, boost::describe::enum_to_string(topic.output, "?"),
                     topic.horizon_ms > 0 ? " over " + duration_text(topic.horizon_ms) : "");
  if (truth.empty()) return out + fmt::format("<text x=\"{}\" y=\"80\">nothing is scored yet</text>\n</svg>\n", left);
  Frame f{truth.begin()->first, truth.rbegin()->first, truth.begin()->second, truth.begin()->second};
  const auto cover = [&](const Line& line) {
    for (const auto& [t, v] : line) f.low = std::min(f.low, v), f.high = std::max(f.high, v);
  };
  cover(truth);
  for (const auto& line : lines) cover(line);
  for (int i = 0; i <= 4; ++i) {
    const double v = f.low + (f.high - f.low) * i / 4;
    out += fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#dddddd\"/>"
                       "<text x=\"{3}\" y=\"{4:.1f}\" text-anchor=\"end\">{5:.3g}</text>\n",
                       left, width - right, f.y(v), left - 8, f.y(v) + 4, v);
  }
  const auto time = [&](std::int64_t t, const char* anchor) {
    out += fmt::format("<text x=\"{:.1f}\" y=\"{}\" text-anchor=\"{}\">{}</text>\n", f.x(t), height - bottom + 20, anchor,
                       utc_text({t}).substr(0, 16));
  };
  time(f.first, "start");
  if (f.last > f.first) time(f.last, "end");
  draw(out, f, truth, truth_colour, 1);
  double x = left;
  const auto legend = [&](const std::string& name, const char* colour) {
    out += fmt::format("<rect x=\"{}\" y=\"36\" width=\"12\" height=\"12\" fill=\"{}\"/><text x=\"{}\" y=\"47\">{}</text>\n", x,
                       colour, x + 17, name); // a model's name has no characters that SVG quotes
    x += 40 + 7.5 * static_cast<double>(name.size());
  };
  legend("truth", truth_colour);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const auto* colour = colours[i % std::size(colours)];
    draw(out, f, lines[i], colour, 1.6);
    const auto& m = topic.models[i];
    legend(m.model.name + " (" + boost::describe::enum_to_string(m.model.role, "?") + ")", colour);
  }
  return out + "</svg>\n";
}

} // namespace inferd::cli
