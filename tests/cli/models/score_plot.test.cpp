#define BOOST_TEST_MODULE score_plot
#include "runtime/cli/models/score_plot.hpp"
#include "runtime/cli/models/svg.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <iterator>
#include <limits>
#include <map>
#include <string_view>

using namespace inferd;
using namespace inferd::cli;

namespace {

struct Element {
  std::string name, text;
  std::map<std::string, std::string> attributes;
};

/// A reader of documents of elements with quoted attributes; fails where one is not well-formed.
class Reader {
public:
  explicit Reader(std::string_view document) : rest_(document) {}

  std::vector<Element> elements() {
    while (!rest_.empty()) {
      if (!skip("<")) text();
      else if (skip("/")) close();
      else open();
    }
    BOOST_TEST(open_.empty());
    return std::move(elements_);
  }

private:
  bool skip(std::string_view prefix) {
    if (!rest_.starts_with(prefix)) return false;
    rest_.remove_prefix(prefix.size());
    return true;
  }
  std::string take(std::string_view ends) { // up to one of these characters
    const auto n = rest_.find_first_of(ends);
    BOOST_REQUIRE(n != rest_.npos);
    std::string taken(rest_.substr(0, n));
    rest_.remove_prefix(n);
    for (auto at = taken.find('&'); at != taken.npos; at = taken.find('&', at + 1)) {
      const auto entity = taken.substr(at, taken.find(';', at) - at + 1);
      BOOST_TEST((entity == "&lt;" || entity == "&gt;" || entity == "&amp;" || entity == "&quot;"), taken);
    }
    return taken;
  }
  void text() {
    if (open_.empty()) BOOST_REQUIRE(skip("\n")); // behind the document's element
    else elements_[open_.back()].text += take("<");
  }
  void close() {
    BOOST_REQUIRE(!open_.empty());
    BOOST_TEST(take(">") == elements_[open_.back()].name);
    open_.pop_back();
    BOOST_TEST(skip(">"));
  }
  void open() {
    Element element{take(" />"), {}, {}};
    while (skip(" ")) {
      const auto name = take("=<>");
      BOOST_REQUIRE(skip("=\""));
      BOOST_TEST(element.attributes.emplace(name, take("\"<")).second); // none twice
      BOOST_REQUIRE(skip("\""));
    }
    const bool is_empty = skip("/");
    BOOST_REQUIRE(skip(">"));
    if (!is_empty) open_.push_back(elements_.size());
    elements_.push_back(std::move(element));
  }

  std::string_view rest_;
  std::vector<Element> elements_;
  std::vector<std::size_t> open_; ///< indices of elements that have not ended
};

std::vector<Element> elements_of(const std::string& document) { return Reader(document).elements(); }

std::vector<Element> all(const std::vector<Element>& elements, const std::string& name) {
  std::vector<Element> out;
  std::copy_if(elements.begin(), elements.end(), std::back_inserter(out), [&](const Element& e) { return e.name == name; });
  return out;
}

bool says(const std::vector<Element>& elements, const std::string& text) {
  return std::any_of(elements.begin(), elements.end(), [&](const Element& e) { return e.name == "text" && e.text == text; });
}

std::ptrdiff_t points(const Element& line) {
  const auto& text = line.attributes.at("points");
  return std::count(text.begin(), text.end(), ',');
}

ModelFigures model(const std::string& name, ModelRole role, std::int64_t windows) {
  ModelFigures m;
  m.model.name = name;
  m.model.role = role;
  for (std::int64_t i = 0; i < windows; ++i)
    m.values.push_back(
      {Height{100 + i}, Instant{1'700'000'000'000 + i * 60'000}, 0.01 + 0.001 * static_cast<double>(i % 7), 0.012});
  return m;
}

TopicFigures topic(std::vector<ModelFigures> models) {
  return {.topic = {67}, .output = ModelOutput::volatility, .horizon_ms = 3'600'000, .models = std::move(models)};
}

bool has_nan(const std::string& text) { return text.find("nan") != text.npos || text.find("inf") != text.npos; }

} // namespace

BOOST_AUTO_TEST_CASE(every_prediction_is_a_point_of_its_model_s_line) {
  const auto text = score_plot(topic({model("HARM", ModelRole::live, 40), model("mine", ModelRole::shadow, 25)}));
  const auto elements = elements_of(text);
  const auto lines = all(elements, "polyline");
  BOOST_REQUIRE_EQUAL(lines.size(), 3u); // the truth's is the first
  BOOST_TEST(points(lines[0]) == 40);
  BOOST_TEST(points(lines[1]) == 40);
  BOOST_TEST(points(lines[2]) == 25);
  BOOST_TEST(says(elements, "topic 67: volatility over 1h, what was predicted and what came"));
  BOOST_TEST(says(elements, "HARM (live)"));
  BOOST_TEST(says(elements, "mine (shadow)"));
  BOOST_TEST(says(elements, "2023-11-14T22:13"));
  BOOST_TEST(!has_nan(text));
}

BOOST_AUTO_TEST_CASE(of_many_windows_the_newest_are_drawn) {
  const auto lines = all(elements_of(score_plot(topic({model("HARM", ModelRole::live, 1'200)}))), "polyline");
  BOOST_TEST(points(lines[1]) == 1'000);
}

BOOST_AUTO_TEST_CASE(names_are_escaped) {
  const auto elements = elements_of(score_plot(topic({model("<a> & \"b\"", ModelRole::live, 3)})));
  BOOST_TEST(says(elements, "&lt;a&gt; &amp; &quot;b&quot; (live)"));
}

BOOST_AUTO_TEST_CASE(a_plot_of_nothing_says_so) {
  for (const auto& figures : {topic({}), topic({model("HARM", ModelRole::live, 0)})}) {
    const auto text = score_plot(figures);
    const auto elements = elements_of(text);
    BOOST_TEST(says(elements, "nothing is scored yet"));
    BOOST_TEST(all(elements, "polyline").empty());
    BOOST_TEST(!has_nan(text));
  }
}

BOOST_AUTO_TEST_CASE(one_window_and_values_that_are_no_numbers_are_drawn_as_far_as_they_go) {
  const auto one = score_plot(topic({model("HARM", ModelRole::live, 1)}));
  BOOST_TEST(!has_nan(one));
  BOOST_TEST(all(elements_of(one), "circle").size() == 2u); // a line of one point would not be seen
  auto odd = model("HARM", ModelRole::live, 5);
  odd.values[2].value = std::numeric_limits<double>::quiet_NaN();
  odd.values[3].value = std::numeric_limits<double>::infinity();
  const auto text = score_plot(topic({odd}));
  BOOST_TEST(!has_nan(text));
  BOOST_TEST(points(all(elements_of(text), "polyline")[1]) == 3);
}

BOOST_AUTO_TEST_CASE(equal_values_and_none_have_a_scale) {
  svg::Scale none, equal;
  none.widen();
  BOOST_TEST(none.share(0) == 0.5);
  equal.take({2, 2});
  equal.widen();
  BOOST_TEST(equal.share(2) == 0.5, boost::test_tools::tolerance(1e-9));
}
