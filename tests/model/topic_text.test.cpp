#define BOOST_TEST_MODULE model_topic_text
#include "model/topic_text.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using Kind = TopicText::Kind;

namespace {

struct Case {
  std::string metadata;
  std::vector<std::int64_t> horizons;
  std::optional<Kind> kind;
  std::vector<std::string> bases;
};

// The first is the testnet's topic 67, the next two are of the recorded chain (tests/golden/queries.json), then forms that
// creators of topics use.
const Case cases[] = {
  {"btc_usd 7day log return", {10'080}, Kind::log_return, {"btc"}},
  {"btc direction 1h", {60}, Kind::direction, {}},
  {"whitelisted eth 5min", {5}, {}, {}},
  {"BTC/USD - Log-Return Prediction - 8 hours", {480}, Kind::log_return, {"btc"}},
  {"ETH 10min Prediction", {10}, {}, {}},
  {"ETH 24h Volatility Prediction", {1'440}, Kind::volatility, {}},
  {"SOLUSDT 5 min Price Prediction (updating every 5 minutes)", {5}, Kind::price, {"sol"}},
  {"1-day log returns of the BTC/USD price, updated every 5 minutes", {1'440}, Kind::log_return, {"btc"}},
  {"BTC price in 1 week", {10'080}, Kind::price, {}},
  {"1h and 24h log return", {60, 1'440}, Kind::log_return, {}},
  {"7 day, i.e. 168 hours, log return", {10'080}, Kind::log_return, {}},
  {"price and volatility", {}, {}, {}},
  {"log return from 5min candles, 10 minute epochs", {}, Kind::log_return, {}},
  {"1.5h log return", {}, Kind::log_return, {}}, // not a whole number: not understood
  {"", {}, {}, {}},
  {"the price in usd, v10 model", {}, Kind::price, {}},
  {"999999999999999999999d log return", {}, Kind::log_return, {}},
};

std::string against(const std::string& metadata, ModelOutput output, std::int64_t hours) {
  return contradiction(read_topic_text(metadata), metadata, output, hours * 3'600'000);
}

} // namespace

BOOST_AUTO_TEST_CASE(the_texts_of_topics_are_understood) {
  for (const auto& c : cases) BOOST_TEST_CONTEXT(c.metadata) {
      const auto text = read_topic_text(c.metadata);
      BOOST_TEST(text.horizons == c.horizons, boost::test_tools::per_element());
      BOOST_TEST((text.kind == c.kind));
      BOOST_TEST(text.bases == c.bases, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_model_of_another_horizon_or_kind_contradicts) { // was accepted, and paid fees
  const std::string week = "btc_usd 7day log return";
  BOOST_TEST(against(week, ModelOutput::log_return, 168) == "");
  BOOST_TEST(against(week, ModelOutput::log_return, 24) ==
             "the topic \"btc_usd 7day log return\" wants 7 days ahead, the model looks 1 day ahead");
  BOOST_TEST(against(week, ModelOutput::price, 168) ==
             "the topic \"btc_usd 7day log return\" wants a log return, the model predicts a price");
  BOOST_TEST(
    against(week, ModelOutput::price, 30) ==
    "the topic \"btc_usd 7day log return\" wants a log return, the model predicts a price; and 7 days ahead, the model "
    "looks 30 hours ahead");
  BOOST_TEST(against("btc direction 1h", ModelOutput::probability, 1) == "");
  BOOST_TEST(against("BTC price up or down, 1h", ModelOutput::probability, 1) == "");
  BOOST_TEST(against("BTC price up or down, 1h", ModelOutput::probability, 24) != "");
  BOOST_TEST(against("ETH 24h Volatility Prediction", ModelOutput::log_return, 24) != "");
  BOOST_TEST(against("ETH 24h Volatility Prediction", ModelOutput::volatility, 24) == "");
  BOOST_TEST(against(week, ModelOutput::volatility, 168) ==
             "the topic \"btc_usd 7day log return\" wants a log return, the model predicts a volatility");
  BOOST_TEST(against("ETH 10min price", ModelOutput::price, 1) != "");
}

BOOST_AUTO_TEST_CASE(what_a_text_does_not_say_for_certain_is_a_doubt_only) {
  for (const std::string metadata : {"", "localnet regression", "1h and 24h", "price and volatility", "1.5h"})
    BOOST_TEST(against(metadata, ModelOutput::log_return, 168) == "", metadata);
  const auto about = [](const std::string& metadata, const std::string& symbol = "btcusd") {
    return doubt(read_topic_text(metadata), metadata, symbol);
  };
  BOOST_TEST(about("btc_usd 7day log return") == "");
  BOOST_TEST(about("eth_usd 7day log return") == "its metadata \"eth_usd 7day log return\" names eth, btcusd is configured");
  BOOST_TEST(about("1h and 24h log return") == "its metadata \"1h and 24h log return\" names 1 hour and 1 day");
  BOOST_TEST(about("hello\n\x1b[K\"you\"") ==
             "its metadata \"hello  [K'you'\" names no horizon, does not say what kind of value it wants");
}

BOOST_AUTO_TEST_CASE(a_long_text_is_read_to_a_bound) {
  const auto text = read_topic_text(std::string(1'000'000, '7') + "d");
  BOOST_TEST(text.horizons.empty());
  BOOST_TEST(doubt(text, std::string(1'000'000, 'x'), "btcusd").size() < 400u);
}
