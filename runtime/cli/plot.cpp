#include "runtime/cli/plot.hpp"

#include "base/utc.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <vector>

namespace inferd::cli {
namespace {

/// Means of neighbouring rows: at most `most` points.
struct Points {
  std::vector<double> truth, prediction, low, high; ///< low and high: NaN where a row has no range
};

double mean_of(const Eigen::VectorXd& x, Eigen::Index begin, Eigen::Index end) { return x.segment(begin, end - begin).mean(); }

Points points_of(const PredictionRows& rows, const Coverage* ranges, Eigen::Index most) {
  const auto n = rows.truth.size(), count = std::min(n, most);
  Points p;
  for (Eigen::Index i = 0; i < count; ++i) {
    const auto begin = i * n / count, end = (i + 1) * n / count;
    p.truth.push_back(mean_of(rows.truth, begin, end));
    p.prediction.push_back(mean_of(rows.prediction, begin, end));
    p.low.push_back(ranges ? mean_of(ranges->low, begin, end) : NAN);
    p.high.push_back(ranges ? mean_of(ranges->high, begin, end) : NAN);
  }
  return p;
}

struct Scale {
  double least{}, most{};
  void take(double x) {
    if (!std::isfinite(x)) return;
    if (std::isnan(least) || x < least) least = x;
    if (std::isnan(most) || x > most) most = x;
  }
  void take(const std::vector<double>& values) {
    for (const double x : values) take(x);
  }
  /// Some room where all values are equal.
  void widen() {
    if (std::isnan(least)) least = most = 0;
    if (most - least > 0) return;
    const double room = std::max(std::abs(most), 1e-9) * 0.1;
    least -= room;
    most += room;
  }
  double share(double x) const { return (x - least) / (most - least); }
};

Scale empty_scale() { return {NAN, NAN}; }

std::string day_of(Instant t) { return utc_text(t).substr(0, 10); }

std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) out += c == '<' ? "&lt;" : c == '>' ? "&gt;" : c == '&' ? "&amp;" : std::string(1, c);
  return out;
}

/// One panel of the document, in pixels.
struct Panel {
  double left, top, width, height;
  double x(double share) const { return left + share * width; }
  double y(double share) const { return top + (1 - share) * height; }
};

std::string polyline(const Panel& panel, const Scale& scale, const std::vector<double>& values, const char* style) {
  std::string points;
  const auto last = static_cast<double>(std::max<std::size_t>(values.size(), 2) - 1);
  for (std::size_t i = 0; i < values.size(); ++i)
    points += fmt::format("{:.1f},{:.1f} ", panel.x(static_cast<double>(i) / last), panel.y(scale.share(values[i])));
  return fmt::format("<polyline class=\"{}\" points=\"{}\"/>\n", style, points);
}

/// The area of the ranges, where there are any.
std::string band(const Panel& panel, const Scale& scale, const Points& p) {
  std::string upper, lower;
  const auto last = static_cast<double>(std::max<std::size_t>(p.low.size(), 2) - 1);
  for (std::size_t i = 0; i < p.low.size(); ++i) {
    if (!std::isfinite(p.low[i]) || !std::isfinite(p.high[i])) continue;
    const double x = panel.x(static_cast<double>(i) / last);
    upper += fmt::format("{:.1f},{:.1f} ", x, panel.y(scale.share(p.high[i])));
    lower.insert(0, fmt::format("{:.1f},{:.1f} ", x, panel.y(scale.share(p.low[i]))));
  }
  return upper.empty() ? "" : fmt::format("<polygon class=\"band\" points=\"{}{}\"/>\n", upper, lower);
}

std::string frame(const Panel& p, const Scale& vertical) {
  auto out =
    fmt::format("<rect class=\"frame\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>\n", p.left, p.top, p.width, p.height);
  for (int i = 0; i <= 4; ++i) {
    const double value = vertical.least + i / 4.0 * (vertical.most - vertical.least), y = p.y(i / 4.0);
    out += fmt::format("<text x=\"{:.0f}\" y=\"{:.1f}\" text-anchor=\"end\">{:.3g}</text>\n", p.left - 6, y + 4, value);
  }
  return out;
}

std::string label(double x, double y, const std::string& text, const char* anchor = "start", const char* style = "") {
  return fmt::format("<text x=\"{:.0f}\" y=\"{:.0f}\" text-anchor=\"{}\"{}>{}</text>\n", x, y, anchor, style, escaped(text));
}

} // namespace

std::string terminal_plot(const PredictionRows& rows, const PlotText& text) {
  constexpr Eigen::Index columns = 72, lines = 14;
  if (rows.truth.size() == 0) return text.title + ": no rows to plot\n";
  const auto p = points_of(rows, nullptr, columns);
  auto scale = empty_scale();
  scale.take(p.truth);
  scale.take(p.prediction);
  scale.widen();
  std::vector<std::string> grid(lines, std::string(p.truth.size(), ' '));
  const auto set = [&](const std::vector<double>& values, char mark) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      auto& cell = grid[static_cast<std::size_t>(std::lround((1 - scale.share(values[i])) * (lines - 1)))][i];
      cell = cell == ' ' ? mark : '#';
    }
  };
  set(p.truth, 'o');
  set(p.prediction, '+');
  auto out = fmt::format("{} ({}): o truth, + prediction, # both; each column is the mean of {} rows\n", text.title, text.unit,
                         (rows.truth.size() + columns - 1) / columns);
  for (Eigen::Index i = 0; i < lines; ++i) {
    const bool named = i == 0 || i == lines - 1 || i == (lines - 1) / 2;
    const double value = scale.most - static_cast<double>(i) / (lines - 1) * (scale.most - scale.least);
    out += fmt::format("{:>10} |{}\n", named ? fmt::format("{:.3g}", value) : "", grid[static_cast<std::size_t>(i)]);
  }
  const auto first = day_of(rows.opens.front()), last = day_of(rows.opens.back());
  out += fmt::format("{:>10} +{}\n", "", std::string(p.truth.size(), '-'));
  const auto room = p.truth.size() > first.size() + last.size() ? p.truth.size() - first.size() - last.size() : 1;
  return out + fmt::format("{:>11} {}{}{}\n", "", first, std::string(room, ' '), last);
}

std::string svg_plot(const PredictionRows& rows, const Coverage& ranges, const PlotText& text) {
  std::string out =
    "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1000 420\" role=\"img\" font-family=\"sans-serif\" "
    "font-size=\"11\">\n"
    "<style>.frame{fill:none;stroke:#888}.truth{fill:none;stroke:#777;stroke-width:1}"
    ".prediction{fill:none;stroke:#0b62c4;stroke-width:1.3}.band{fill:#0b62c4;fill-opacity:.15}"
    ".dot{fill:#0b62c4;fill-opacity:.35}.equal{stroke:#888;stroke-dasharray:4 3}text{fill:#333}</style>\n";
  out += fmt::format("<title>{}</title>\n<rect width=\"1000\" height=\"420\" fill=\"#fff\"/>\n", escaped(text.title));
  out += label(60, 22, text.title + ", " + text.unit, "start", " font-size=\"14\"");
  if (rows.truth.size() == 0) return out + label(60, 60, "no rows to plot") + "</svg>\n";
  const auto p = points_of(rows, &ranges, 600);
  auto scale = empty_scale();
  for (const auto* values : {&p.truth, &p.prediction, &p.low, &p.high}) scale.take(*values);
  scale.widen();
  const Panel time{60, 50, 560, 320};
  out += frame(time, scale) + band(time, scale, p) + polyline(time, scale, p.truth, "truth") +
         polyline(time, scale, p.prediction, "prediction");
  out += label(60, 390, day_of(rows.opens.front())) + label(620, 390, day_of(rows.opens.back()), "end");
  out += label(340, 390, "opening of the newest candle known, UTC", "middle");
  out += label(60, 44,
               fmt::format("grey: truth; blue: prediction; area: range that held the truth in {:.1f} % of rows "
                           "({:.0f} % by construction)",
                           100 * ranges.share, 100 * ranges.level));

  const Panel cloud{690, 50, 280, 320};
  auto dots = empty_scale();
  for (Eigen::Index i = 0; i < rows.truth.size(); ++i) dots.take(rows.truth[i]), dots.take(rows.prediction[i]);
  dots.widen();
  out += frame(cloud, dots);
  out += fmt::format("<line class=\"equal\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n", cloud.left, cloud.top + cloud.height,
                     cloud.left + cloud.width, cloud.top);
  const auto step = std::max<Eigen::Index>(1, (rows.truth.size() + 1'999) / 2'000);
  for (Eigen::Index i = 0; i < rows.truth.size(); i += step)
    out += fmt::format("<circle class=\"dot\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"1.6\"/>\n",
                       cloud.x(dots.share(rows.prediction[i])), cloud.y(dots.share(rows.truth[i])));
  out += label(830, 390, "prediction (across) against truth (up)", "middle");
  return out + "</svg>\n";
}

} // namespace inferd::cli
