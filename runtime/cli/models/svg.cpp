#include "runtime/cli/models/svg.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>

namespace inferd::cli::svg {
namespace {

bool is_finite(const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); }

std::string at(const Panel& panel, const Point& p) { return fmt::format("{:.1f},{:.1f} ", panel.x(p.x), panel.y(p.y)); }

} // namespace

const char* model_colour(std::size_t n) {
  constexpr const char* colours[] = {"#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"};
  return colours[n % std::size(colours)];
}

void Scale::take(double x) {
  if (!std::isfinite(x)) return;
  least_ = std::min(least_, x);
  most_ = std::max(most_, x);
}

void Scale::take(const std::vector<double>& values) {
  for (const double x : values) take(x);
}

void Scale::widen() {
  if (least_ > most_) least_ = most_ = 0;
  if (most_ > least_) return;
  const double room = std::max(std::abs(most_), 1e-9) * 0.1;
  least_ -= room;
  most_ += room;
}

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) switch (c) {
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '&': out += "&amp;"; break;
      case '"': out += "&quot;"; break;
      default: out += c;
    }
  return out;
}

std::string begin(double width, double height, double left, const std::string& title) {
  return fmt::format("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
                     "role=\"img\" font-family=\"sans-serif\" font-size=\"11\" fill=\"#333333\">\n<title>{2}</title>\n"
                     "<style>.band{{fill-opacity:.15}}.dot{{fill-opacity:.35}}</style>\n"
                     "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n",
                     width, height, escaped(title)) +
         text(left, 22, title, Anchor::start, 14);
}

std::string end() { return "</svg>\n"; }

std::string text(double x, double y, std::string_view content, Anchor anchor, int font_size) {
  constexpr const char* names[] = {"start", "middle", "end"};
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\" font-size=\"{}\">{}</text>\n", x, y,
                     names[static_cast<std::size_t>(anchor)], font_size, escaped(content));
}

std::string value_axis(const Panel& p, const Scale& scale) {
  auto out = fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill=\"none\" stroke=\"#888888\"/>\n", p.left,
                         p.top, p.width, p.height);
  for (int i = 0; i <= 4; ++i) {
    const double y = p.y(i / 4.0), value = scale.least() + i / 4.0 * (scale.most() - scale.least());
    if (i > 0 && i < 4)
      out += fmt::format("<line x1=\"{0}\" x2=\"{1}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" stroke=\"#dddddd\"/>\n", p.left,
                         p.left + p.width, y);
    out += text(p.left - 6, y + 4, fmt::format("{:.3g}", value), Anchor::end);
  }
  return out;
}

std::string polyline(const Panel& panel, const std::vector<Point>& points, const char* colour, double stroke) {
  std::string out;
  std::size_t drawn = 0;
  for (const auto& p : points)
    if (is_finite(p)) out += at(panel, p), ++drawn;
  if (drawn == 0) return {};
  if (drawn == 1) return dot(panel, *std::find_if(points.begin(), points.end(), is_finite), colour);
  out.pop_back();
  return fmt::format("<polyline fill=\"none\" stroke=\"{}\" stroke-width=\"{}\" points=\"{}\"/>\n", colour, stroke, out);
}

std::string band(const Panel& panel, const std::vector<Point>& low, const std::vector<Point>& high, const char* colour) {
  std::string there, back;
  for (std::size_t i = 0; i < low.size(); ++i) {
    if (!is_finite(low[i]) || !is_finite(high[i])) continue;
    there += at(panel, high[i]);
    back.insert(0, at(panel, low[i]));
  }
  if (there.empty()) return {};
  back.pop_back();
  return fmt::format("<polygon class=\"band\" fill=\"{}\" points=\"{}{}\"/>\n", colour, there, back);
}

std::string dot(const Panel& panel, Point p, const char* colour) {
  if (!is_finite(p)) return {};
  return fmt::format("<circle class=\"dot\" fill=\"{}\" cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"1.6\"/>\n", colour, panel.x(p.x),
                     panel.y(p.y));
}

std::string Legend::entry(const std::string& name, const char* colour) {
  auto out = fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"12\" height=\"12\" fill=\"{}\"/>", x_, y_ - 11, colour) +
             text(x_ + 17, y_, name);
  x_ += 40 + 6.5 * static_cast<double>(name.size());
  return out;
}

} // namespace inferd::cli::svg
