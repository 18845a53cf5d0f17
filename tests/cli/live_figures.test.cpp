#define BOOST_TEST_MODULE live_figures
#include "runtime/books/books_reader.hpp"
#include "runtime/books/sqlite_books.hpp"
#include "runtime/cli/live_figures.hpp"
#include "tests/books/books_fixture.hpp"

#include <cmath>
#include <map>

using namespace inferd;
using namespace inferd::test;

namespace {

const ModelId a{"a.json", "aaaaaaaaaaaa"}, b{"b.json", "bbbbbbbbbbbb"};

/// Books of one topic, written as the daemon writes them.
struct WrittenBooks {
  WrittenBooks() { list(a, b); }
  void list(const ModelId& live, const ModelId& shadow) {
    books.write(wallet, BookModels{topic,
                                   {{live, ModelRole::live, "built-in", "", "configuration"},
                                    {shadow, ModelRole::shadow, "built-in", "", "configuration"}},
                                   "log_return",
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
  /// A window that `live` answered, with the chain's score of it.
  void window(std::int64_t nonce, const ModelId& live, const ModelId& shadow, const std::string& score) {
    books.write(wallet, opening(nonce));
    predict(nonce, live, ModelRole::live, "0.01");
    predict(nonce, shadow, ModelRole::shadow, "0.02");
    books.write(wallet, BookTruth{topic, "csv", at(nonce), {"0.015"}, {}, at(nonce + 20)});
    if (!score.empty()) books.write(wallet, BookScore{{topic, Height{nonce}, wallet, {score}}, at(nonce + 30)});
  }
  std::map<std::string, cli::ModelFigures> figures() {
    BooksReader reader(path);
    std::map<std::string, cli::ModelFigures> out;
    for (auto& t : cli::live_figures(reader, topic, false))
      for (auto& m : t.models) out[m.model.name] = m;
    return out;
  }

  Scratch scratch;
  const std::string path = scratch / "books.db";
  SqliteBooks books{path};
};

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
  books.books.write(wallet, opening(120));
  books.predict(120, a, ModelRole::live, "");
  books.books.write(wallet, BookScore{{topic, Height{120}, wallet, {"8"}}, at(150)});
  BOOST_TEST(books.figures()["a.json"].chain_scored == 1);
}
