#pragma once
// What the books hold of models: predictions, truths, roles, swaps. For every implementation, as books_rules.hpp.

#include "tests/books/books_fixture.hpp"

using namespace inferd;
using namespace inferd::test;

struct ModelRules : Fixture {
  static inline const ModelId a{"a.json", "aaaaaaaaaaaa"}, b{"b.json", "bbbbbbbbbbbb"}, c{"c.json", "cccccccccccc"};

  BookPrediction predicted(std::int64_t nonce, const ModelId& model, std::string value = "0.01") {
    BookPrediction p{topic, Height{nonce}, model, ModelRole::live, "csv", at(nonce), 42'000, {}, "digest", {}, at(nonce)};
    if (value.empty()) p.failure = "exited with code 1";
    else p.values = {{"", std::move(value)}};
    return p;
  }
  BookModels listing(const ModelId& live, const std::vector<ModelId>& shadows, std::int64_t s = 0) {
    BookModels m{topic, {{live, ModelRole::live, "built-in", "data", "configuration"}}, "volatility", 3'600'000, {}, at(s)};
    for (const auto& id : shadows) m.models.push_back({id, ModelRole::shadow, "command", "", "configuration"});
    return m;
  }
  std::string roles() {
    std::string out;
    for (const auto& row : books.models(wallet, topic))
      out += row.name + ' ' + boost::describe::enum_to_string(row.role, "?") + ' ';
    return out;
  }
  std::vector<ScoredPrediction> scores(std::uint32_t scored = 100) {
    return books.scores(wallet, ScoresWanted{topic, scored}).predictions;
  }
};

BOOST_FIXTURE_TEST_SUITE(models, ModelRules)

BOOST_AUTO_TEST_CASE(the_first_prediction_with_values_counts) {
  books.write(wallet, predicted(100, a, ""));
  BOOST_TEST(scores().empty()); // nothing to score
  books.write(wallet, predicted(100, a, "0.02"));
  books.write(wallet, predicted(100, a, "0.03"));
  books.write(wallet, predicted(100, a, ""));
  books.write(wallet, predicted(100, b, "0.04"));
  const auto found = scores();
  BOOST_REQUIRE_EQUAL(found.size(), 2u);
  BOOST_TEST((found[0].prediction == predicted(100, a, "0.02")));
  BOOST_TEST((found[1].prediction == predicted(100, b, "0.04")));
}

BOOST_AUTO_TEST_CASE(a_truth_is_of_all_predictions_from_its_candle_and_stays) {
  books.write(wallet, predicted(100, a));
  books.write(wallet, predicted(100, b));
  books.write(wallet, predicted(120, a));
  for (const auto* truth : {"0.0123", "0.5"}) books.write(wallet, BookTruth{topic, "csv", at(100), {truth}, {}, at(200)});
  books.write(wallet, BookTruth{topic, "other", at(120), {"0.5"}, {}, at(200)}); // another source
  const auto found = scores();
  BOOST_REQUIRE_EQUAL(found.size(), 3u);
  BOOST_TEST(found[0].truth.text == "0.0123");
  BOOST_TEST(found[1].truth.text == "0.0123");
  BOOST_TEST(found[2].truth.text.empty());
}

BOOST_AUTO_TEST_CASE(a_truth_that_never_comes_is_not_waited_for_again) {
  books.write(wallet, predicted(100, a));
  books.write(wallet, BookTruth{topic, "csv", at(100), {}, "no candles in time", at(200)});
  BOOST_TEST(scores().empty());
  books.write(wallet, BookTruth{topic, "csv", at(100), {"0.5"}, {}, at(300)});
  BOOST_TEST(scores().empty());
}

BOOST_AUTO_TEST_CASE(models_that_are_not_listed_any_more_retire) {
  books.write(wallet, listing(a, {b}));
  BOOST_TEST(roles() == "a.json live b.json shadow ");
  books.write(wallet, listing(a, {b}, 10));
  BOOST_TEST((books.models(wallet, topic).front().at == at(0))); // since when it is known
  books.write(wallet, listing(c, {b}, 20));
  BOOST_TEST(roles() == "a.json retired b.json shadow c.json live ");
  books.write(wallet, listing(b, {c}, 30));
  BOOST_TEST(roles() == "a.json retired b.json live c.json shadow ");
  books.write(wallet, listing(a, {}, 40));
  BOOST_TEST(roles() == "a.json live b.json retired c.json retired ");
}

BOOST_AUTO_TEST_CASE(a_swap_exchanges_the_roles_and_is_counted_once) {
  books.write(wallet, listing(a, {b}));
  BOOST_TEST(!books.last_swap(wallet, topic).has_value());
  const BookSwap swap{topic, a, b, a, Height{100}, "alice", "promotion", at(110)};
  for (int i = 0; i < 2; ++i) books.write(wallet, swap);
  BOOST_TEST(roles() == "a.json shadow b.json live ");
  const auto last = books.last_swap(wallet, topic);
  BOOST_REQUIRE(last.has_value());
  BOOST_TEST(last->number == 1);
  BOOST_TEST(last->configured == a.version);
  BOOST_TEST(last->by == "alice");
  books.write(wallet, BookSwap{topic, b, a, a, Height{120}, "bob", "rollback", at(130)});
  BOOST_TEST(books.last_swap(wallet, topic)->number == 2);
  BOOST_TEST(roles() == "a.json live b.json shadow ");
}

BOOST_AUTO_TEST_CASE(the_rule_gets_what_was_scored_since_the_last_swap) {
  for (const std::int64_t nonce : {100, 120, 140}) {
    books.write(wallet, predicted(nonce, a));
    books.write(wallet, BookTruth{topic, "csv", at(nonce), {"0.01"}, {}, at(500)});
  }
  BOOST_TEST(scores().size() == 3u);
  BOOST_TEST(scores(2).size() == 2u);
  BOOST_TEST(scores(0).empty());
  books.write(wallet, BookSwap{topic, a, b, a, Height{120}, "alice", "", at(600)});
  const auto found = scores();
  BOOST_REQUIRE_EQUAL(found.size(), 1u);
  BOOST_TEST(found[0].prediction.nonce.value == 140);
}

BOOST_AUTO_TEST_CASE(what_a_predictor_has_learnt_is_read_back_as_it_was_booked) {
  BOOST_TEST(!books.predictor_state(wallet, topic).has_value());
  const auto row = [&](std::int64_t nonce) {
    return GuardRow{Height{nonce}, "csv", at(nonce), 42'000.25, 0.1 + 0.2, {1e-300, -0.5}, {0, 3}};
  };
  BookPredictorState m{topic,
                       {Height{90}, {"0.03"}, at(95)},
                       {a, {{1, 2, 3}, {4, 5, 1.0 / 3}}, 7, 60'000, at(100)},
                       true,
                       {row(80), row(100)},
                       {},
                       {},
                       at(101)};
  books.write(wallet, m);
  BOOST_TEST((books.predictor_state(wallet, topic) == m));
  m.whole = false;
  m.rows = {row(120)};
  m.guard.zero_loss = 8;
  books.write(wallet, m);
  m.rows.clear();
  m.source = "csv", m.candle = at(100); // its truth has come
  books.write(wallet, m);
  auto found = books.predictor_state(wallet, topic);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(found->guard.zero_loss == 8);
  BOOST_TEST((found->rows == std::vector{row(80), row(120)}));
  m.source = "another", m.candle = at(80);
  books.write(wallet, m);
  BOOST_TEST(books.predictor_state(wallet, topic)->rows.size() == 2u);
  m = {topic, {}, {b, {{}}, 0, 0, {}}, true, {}, {}, {}, at(200)}; // another guard begins
  books.write(wallet, m);
  BOOST_TEST((books.predictor_state(wallet, topic) == m));
  BOOST_TEST(!books.predictor_state(wallet, TopicId{topic.value + 1}).has_value());
}

BOOST_AUTO_TEST_CASE(a_truth_is_known_unknown_or_never_to_come) {
  const WindowKey key{wallet, topic, Height{100}};
  BOOST_TEST(!books.truth(key, a.version).has_value());
  books.write(wallet, predicted(100, a));
  BOOST_TEST(!books.truth(key, a.version).has_value());
  books.write(wallet, BookTruth{topic, "csv", at(100), {"0.01"}, {}, at(500)});
  BOOST_TEST(books.truth(key, a.version)->text == "0.01");
  books.write(wallet, predicted(120, a));
  books.write(wallet, BookTruth{topic, "csv", at(120), {}, "there is no candle", at(500)});
  BOOST_TEST(books.truth({wallet, topic, Height{120}}, a.version)->text == "");
}

BOOST_AUTO_TEST_SUITE_END()
