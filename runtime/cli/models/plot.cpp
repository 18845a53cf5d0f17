#include "runtime/cli/models/plot.hpp"

#include "base/utc.hpp"
#include "runtime/cli/models/svg.hpp"

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

std::string day_of(Instant t) { return utc_text(t).substr(0, 10); }

/// Over the whole width of a panel.
std::vector<svg::Point> spread(const std::vector<double>& values, const svg::Scale& scale) {
  std::vector<svg::Point> points;
  const auto last = static_cast<double>(std::max<std::size_t>(values.size(), 2) - 1);
  for (const double x : values) points.push_back({static_cast<double>(points.size()) / last, scale.share(x)});
  return points;
}

} // namespace

std::string terminal_plot(const PredictionRows& rows, const PlotText& text) {
  constexpr Eigen::Index columns = 72, lines = 14;
  if (rows.truth.size() == 0) return text.title + ": no rows to plot\n";
  const auto p = points_of(rows, nullptr, columns);
  svg::Scale scale;
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
    const double value = scale.most() - static_cast<double>(i) / (lines - 1) * (scale.most() - scale.least());
    const auto& line = grid[static_cast<std::size_t>(i)];
    out +=
      fmt::format("{:>10} |{}\n", named ? fmt::format("{:.3g}", value) : "", line.substr(0, line.find_last_not_of(' ') + 1));
  }
  const auto first = day_of(rows.opens.front()), last = day_of(rows.opens.back());
  out += fmt::format("{:>10} +{}\n", "", std::string(p.truth.size(), '-'));
  const auto room = p.truth.size() > first.size() + last.size() ? p.truth.size() - first.size() - last.size() : 1;
  return out + fmt::format("{:>11} {}{}{}\n", "", first, std::string(room, ' '), last);
}

std::string svg_plot(const PredictionRows& rows, const Coverage& ranges, const PlotText& text) {
  constexpr double left = 60, below = 390;
  auto out = svg::begin(1'000, 420, left, text.title + ", " + text.unit);
  if (rows.truth.size() == 0) return out + svg::text(left, 60, "no rows to plot") + svg::end();
  const auto* colour = svg::model_colour(0);
  const auto p = points_of(rows, &ranges, 600);
  svg::Scale scale;
  for (const auto* values : {&p.truth, &p.prediction, &p.low, &p.high}) scale.take(*values);
  scale.widen();
  const svg::Panel time{left, 50, 560, 320};
  out += svg::value_axis(time, scale) + svg::band(time, spread(p.low, scale), spread(p.high, scale), colour) +
         svg::polyline(time, spread(p.truth, scale), svg::truth_colour, 1) +
         svg::polyline(time, spread(p.prediction, scale), colour, 1.3);
  out += svg::text(time.x(0), below, day_of(rows.opens.front())) +
         svg::text(time.x(1), below, day_of(rows.opens.back()), svg::Anchor::end);
  out += svg::text(time.x(0.5), below, "opening of the newest candle known, UTC", svg::Anchor::middle);
  out += svg::text(left, 44,
                   fmt::format("grey: truth; blue: prediction; area: range that held the truth in {:.1f} % of rows "
                               "({:.0f} % by construction)",
                               100 * ranges.share, 100 * ranges.level));

  const svg::Panel cloud{690, 50, 280, 320};
  svg::Scale both;
  for (Eigen::Index i = 0; i < rows.truth.size(); ++i) both.take(rows.truth[i]), both.take(rows.prediction[i]);
  both.widen();
  out += svg::value_axis(cloud, both) + svg::polyline(cloud, {{0, 0}, {1, 1}}, svg::truth_colour, 1);
  const auto step = std::max<Eigen::Index>(1, (rows.truth.size() + 1'999) / 2'000);
  for (Eigen::Index i = 0; i < rows.truth.size(); i += step)
    out += svg::dot(cloud, {both.share(rows.prediction[i]), both.share(rows.truth[i])}, colour);
  return out + svg::text(cloud.x(0.5), below, "prediction (across) against truth (up)", svg::Anchor::middle) + svg::end();
}

} // namespace inferd::cli
