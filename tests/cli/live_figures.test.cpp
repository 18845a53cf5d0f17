#define BOOST_TEST_MODULE live_figures
#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/cli/models/comparison_text.hpp"
#include "runtime/figures/figures_json.hpp"
#include "tests/books/books_fixture.hpp"
#include "tests/model/promotion_golden.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>
#include <map>

using namespace inferd;
using namespace inferd::test;

namespace {

const ModelId a{"a.json", "aaaaaaaaaaaa"}, b{"b.json", "bbbbbbbbbbbb"};

/// Books of one topic, written as the daemon writes them.
struct WrittenBooks {
  explicit WrittenBooks(std::string target = "log_return") : target(std::move(target)) { list(a, b); }
  void list(const ModelId& live, const ModelId& shadow) {
    books.write(wallet, BookModels{topic,
                                   {{live, ModelRole::live, "built-in", "", "configuration"},
                                    {shadow, ModelRole::shadow, "built-in", "", "configuration"}},
                                   target,
                                   20'000,
                                   {},
                                   at(0)});
  }
  void predict(std::int64_t nonce, const ModelId& model, ModelRole role, const std::string& value) {
    BookPrediction p{topic, Height{nonce}, model, role, "csv", at(nonce), 100, {}, "digest", {}, at(nonce)};
    if (value.empty()) p.failure = "exited with code 1";
    else p.values = {{"", value}};
    books.write(wallet, p);
  }
  void confirm(std::int64_t nonce) {
    const auto salt = std::to_string(nonce);
    books.write(wallet, opening(nonce));
    BOOST_REQUIRE(std::holds_alternative<Granted>(books.claim(claim(nonce))));
    books.write(wallet, storing(nonce, salt));
    books.write(wallet, outcome(nonce, Status::confirmed, salt));
  }
  /// A window that `live` answered, with the chain's score of it.
  void window(std::int64_t nonce, const ModelId& live, const ModelId& shadow, const std::string& score) {
    confirm(nonce);
    predict(nonce, live, ModelRole::live, "0.01");
    predict(nonce, shadow, ModelRole::shadow, "0.02");
    books.write(wallet, BookTruth{topic, "csv", at(nonce), {"0.015"}, {}, at(nonce + 20)});
    if (!score.empty()) books.write(wallet, BookScore{{topic, Height{nonce}, wallet, {score}}, at(nonce + 30)});
  }
  std::map<std::string, ModelFigures> figures() {
    BooksReader reader(path);
    std::map<std::string, ModelFigures> out;
    for (auto& t : live_figures(reader, topic, false))
      for (auto& m : t.models) out[m.model.name] = m;
    return out;
  }

  const std::string target;
  Scratch scratch;
  const std::string path = scratch / "books.db";
  SqliteBooks books{path};
};

/// Figures of hourly windows with the truth and predictions of a golden case.
TopicFigures topic_of(const PromotionCase& c, ModelOutput output) {
  TopicFigures t{.topic = topic, .output = output, .horizon_ms = c.horizon * 3'600'000, .models = {}};
  for (const auto role : {ModelRole::live, ModelRole::shadow}) {
    auto& m = t.models.emplace_back();
    m.model.name = role == ModelRole::live ? "a.json" : "b.json";
    m.model.role = role;
    for (Eigen::Index i = 0; i < c.truth.size(); ++i)
      m.values.push_back({Height{i + 1}, Instant{i * 3'600'000}, c.truth[i], c.prediction[i], 100});
  }
  std::vector<std::int64_t> candles;
  for (const auto& v : t.models.front().values) candles.push_back(v.candle.value);
  score(t, candles);
  return t;
}

const PromotionCase& golden(const std::string& name, std::int64_t horizon) {
  static const auto cases = promotion_cases();
  return *std::find_if(cases.begin(), cases.end(), [&](const auto& c) { return c.name == name && c.horizon == horizon; });
}

} // namespace

BOOST_AUTO_TEST_CASE(the_chains_scores_are_the_submitted_models_and_no_shadows) {
  WrittenBooks books;
  books.window(100, a, b, "2");
  books.window(120, a, b, "4");
  books.window(140, a, b, "");
  auto f = books.figures();
  BOOST_TEST(f["a.json"].chain_scored == 2);
  BOOST_TEST(f["a.json"].chain_score == 3);
  BOOST_TEST(f["b.json"].scored == 3);
  BOOST_TEST(f["b.json"].chain_scored == 0);
  BOOST_TEST(std::isnan(f["b.json"].chain_score));
}

BOOST_AUTO_TEST_CASE(a_model_keeps_the_chains_scores_of_the_windows_in_which_it_was_live) {
  WrittenBooks books;
  books.window(100, a, b, "2");
  books.window(120, a, b, "4");
  books.books.write(wallet, BookSwap{topic, a, b, a, Height{120}, "alice", "promotion", at(130)});
  books.window(140, b, a, "10");
  auto f = books.figures();
  BOOST_TEST((f["a.json"].model.role == ModelRole::shadow && f["b.json"].model.role == ModelRole::live));
  BOOST_TEST(f["a.json"].chain_scored == 2);
  BOOST_TEST(f["a.json"].chain_score == 3);
  BOOST_TEST(f["b.json"].chain_scored == 1);
  BOOST_TEST(f["b.json"].chain_score == 10);
}

BOOST_AUTO_TEST_CASE(a_window_that_the_fallback_answered_is_no_score_of_the_live_model) {
  WrittenBooks books;
  books.window(100, a, b, "2");
  books.confirm(120);
  books.predict(120, a, ModelRole::live, "");
  books.books.write(wallet, BookScore{{topic, Height{120}, wallet, {"8"}}, at(150)});
  BOOST_TEST(books.figures()["a.json"].chain_scored == 1);
}

BOOST_AUTO_TEST_CASE(every_model_has_the_promotion_figures_with_the_overlap_of_its_labels) {
  for (const auto& c : {golden("signal", 1), golden("noise", 1), golden("overlapping", 24)}) {
    const auto t = topic_of(c, ModelOutput::log_return);
    BOOST_TEST(t.overlap == c.horizon);
    for (const auto& m : t.models) {
      BOOST_REQUIRE(m.grade.has_value());
      check_figures(*m.grade, c);
      const auto o = to_object(t, m);
      BOOST_TEST(o.at("promotion").at("passes").as_bool() == (c.name != "noise"));
      BOOST_TEST(o.at("promotion").at("enough").as_bool());
      BOOST_TEST(o.at("promotion").at("pearson").at("bound").as_double() == m.grade->pearson.bound);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_table_says_which_rule_holds_and_what_a_pass_is_worth) {
  auto t = topic_of(golden("overlapping", 24), ModelOutput::log_return);
  t.models[0].participation = {95, 100};
  t.models[1].participation = {90, 100};
  const auto text = cli::comparison_text(t);
  BOOST_TEST(text.find("0.766 (0.744)") != text.npos, text); // directional accuracy and its bound
  BOOST_TEST(text.find("\n+ a.json") != text.npos, text);
  BOOST_TEST(text.find("0.950 of 100\n") != text.npos, text);
  BOOST_TEST(text.find("\n  b.json") != text.npos, text);
  BOOST_TEST(text.find("0.900 of 100 !\n") != text.npos, text);
  BOOST_TEST(text.find("a pass is no proof of skill") != text.npos);
}

BOOST_AUTO_TEST_CASE(volatility_is_graded_over_its_past_and_not_without) {
  auto t = topic_of(golden("signal", 1), ModelOutput::volatility); // base 100, truths that are no volatilities
  BOOST_TEST(to_object(t, t.models.front()).at("promotion").is_null() == !t.models.front().grade.has_value());
  std::vector<std::int64_t> candles;
  for (auto& m : t.models)
    for (auto& v : m.values) v.truth = 100 * std::exp(v.truth), v.value = 100 * std::exp(v.value);
  for (const auto& v : t.models.front().values) candles.push_back(v.candle.value);
  score(t, candles);
  BOOST_REQUIRE(t.models.front().grade.has_value());
  BOOST_TEST(to_object(t, t.models.front()).at("promotion").is_object());
  const auto text = cli::comparison_text(t);
  BOOST_TEST(text.find("WRMSE") != text.npos, text);
  for (auto& m : t.models)
    for (auto& v : m.values) v.base = 0; // of books of an earlier version
  score(t, candles);
  BOOST_TEST(!t.models.front().grade.has_value());
  BOOST_TEST(cli::comparison_text(t).find("a.json") != text.npos);
}

BOOST_AUTO_TEST_CASE(the_past_of_a_volatility_comes_from_the_books) {
  WrittenBooks books("volatility");
  for (std::int64_t i = 0; i < 40; ++i) {
    const auto nonce = 100 + 20 * i;
    books.predict(nonce, a, ModelRole::live, i % 3 == 0 ? "0.011" : "0.009");
    books.books.write(
      wallet,
      BookTruth{
        topic, "csv", at(nonce), {i % 3 == 0 ? "0.012" : "0.008"}, {}, at(nonce + 20), {i % 2 == 0 ? "0.0101" : "0.0099"}});
  }
  auto f = books.figures();
  BOOST_TEST(f["a.json"].values.back().base == 0.0099);
  BOOST_REQUIRE(f["a.json"].grade.has_value());
  BOOST_TEST(f["a.json"].grade->directional.value > 0.99);
}

BOOST_AUTO_TEST_CASE(a_shadow_participates_by_its_predictions_and_the_live_model_by_what_is_on_the_chain) {
  WrittenBooks books;
  books.confirm(80); // before any of them was asked
  books.window(100, a, b, "");
  books.window(120, a, b, "");
  books.predict(140, a, ModelRole::live, "0.01"); // too late for the window
  books.predict(140, b, ModelRole::shadow, "");
  books.books.write(wallet, missing(140));
  books.predict(160, a, ModelRole::live, "0.01"); // not ended
  books.predict(160, b, ModelRole::shadow, "0.01");
  auto f = books.figures();
  BOOST_TEST(f["a.json"].participation.answered == 2);
  BOOST_TEST(f["a.json"].participation.windows == 3);
  BOOST_TEST(f["b.json"].participation.answered == 2);
  BOOST_TEST(f["b.json"].participation.windows == 3);
  books.books.write(wallet, BookSwap{topic, a, b, a, Height{160}, "alice", "promotion", at(170)});
  f = books.figures();
  BOOST_TEST(f["a.json"].participation.answered == 3); // its predictions
  BOOST_TEST(f["b.json"].participation.answered == 2); // ours
  BOOST_TEST(f["a.json"].participation.windows == 3);
}
