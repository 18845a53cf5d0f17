#define BOOST_TEST_MODULE pair
#include "runtime/market/pair.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd::market;

BOOST_AUTO_TEST_CASE(a_symbol_is_split_at_its_separator_or_before_a_known_quote) {
  BOOST_TEST((split_symbol("btcusd") == Pair{"btc", "usd"}));
  BOOST_TEST((split_symbol("BTC-USD") == Pair{"btc", "usd"}));
  BOOST_TEST((split_symbol("eth/btc") == Pair{"eth", "btc"}));
  BOOST_TEST((split_symbol("btcusdt") == Pair{"btc", "usdt"}));
  BOOST_TEST((split_symbol("1inch-chf") == Pair{"1inch", "chf"}));
}

BOOST_AUTO_TEST_CASE(what_cannot_be_split_is_no_pair) {
  for (const auto* text :
       {"", "usd", "btc", "btc-", "-usd", "btc-usd-eur", "btc usd", "btcusd&limit=5", "../btcusd", "averylongassetname-usd"})
    BOOST_TEST(!split_symbol(text), text << " was taken for a pair");
}
