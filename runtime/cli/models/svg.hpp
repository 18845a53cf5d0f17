#pragma once
// Parts of the plots that the verbs write: SVG documents without scripts and outside resources.

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::cli::svg {

inline constexpr const char* truth_colour = "#777777";
/// That of the n-th model. Okabe and Ito: told apart also by the colour-blind.
const char* model_colour(std::size_t n);

/// The range of an axis.
class Scale {
public:
  void take(double); ///< what is not finite is ignored
  void take(const std::vector<double>&);
  /// Makes room where all values are equal, or there are none.
  void widen();
  double least() const { return least_; }
  double most() const { return most_; }
  /// Where the value lies: 0 at the least, 1 at the most.
  double share(double x) const { return (x - least_) / (most_ - least_); }

private:
  double least_ = std::numeric_limits<double>::infinity(), most_ = -least_;
};

/// A part of the document, in pixels. Shares: from 0 on the left and at the bottom to 1.
struct Panel {
  double left{}, top{}, width{}, height{};
  double x(double share) const { return left + share * width; }
  double y(double share) const { return top + (1 - share) * height; }
};

struct Point {
  double x{}, y{}; ///< shares of a panel
};

enum class Anchor { start, middle, end };

/// For text and attribute values.
std::string escaped(std::string_view);

/// The document's beginning: its size, a white background, the title as its name and in its first line.
std::string begin(double width, double height, double left, const std::string& title);
std::string end();

std::string text(double x, double y, std::string_view, Anchor = Anchor::start, int font_size = 11);
/// The panel's border, and five lines across it with their values.
std::string value_axis(const Panel&, const Scale&);
/// A line through the points; those that are not finite are left out. A dot where there is one, empty without any.
std::string polyline(const Panel&, const std::vector<Point>&, const char* colour, double stroke);
/// The area between two lines of the same length; points that are not finite are left out. Empty without any.
std::string band(const Panel&, const std::vector<Point>& low, const std::vector<Point>& high, const char* colour);
std::string dot(const Panel&, Point, const char* colour);

/// Coloured names in one line, from left to right.
class Legend {
public:
  Legend(double x, double y) : x_(x), y_(y) {}
  std::string entry(const std::string& name, const char* colour);

private:
  double x_, y_;
};

} // namespace inferd::cli::svg
