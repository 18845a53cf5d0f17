#define BOOST_TEST_MODULE chain_signer
#include "runtime/chain/signing/parse_tx.hpp"
#include "runtime/chain/signing/signer.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

SignOrder order() {
  SignOrder order;
  order.chain_id = "localnet";
  order.emissions = "v10";
  order.account_number = 2;
  order.sequence = {12};
  order.gas = {250'000};
  order.fee = {2'500'000};
  order.topic = {1};
  order.nonce = {1293};
  order.values = {{"", "0.0123"}};
  return order;
}

std::string refusal(const SignOrder& bad) {
  const auto answer = test::signer()->sign_payload(bad);
  const auto* error = std::get_if<std::string>(&answer);
  return error ? *error : "";
}

} // namespace

BOOST_AUTO_TEST_CASE(an_order_becomes_the_bytes_that_the_chain_once_accepted) {
  const auto& row = test::golden_json("transactions.json").at(0);
  const auto& file = test::golden_json("keys.json");
  for (const auto& key : file.at("valid").as_array()) {
    if (key.at("address") != row.at("signer")) continue;
    const auto signer = std::get<0>(make_signer(SecretBytes::copy_of(text(key.at("mnemonic")))));
    const auto tx = std::get<SignedTx>(signer->sign_payload(order()));
    BOOST_TEST(tx.tx.base64 == to_base64(test::unhex(row.at("tx").at("tx"))));
    BOOST_TEST(tx.hash.hex == text(row.at("tx").at("hash")));
    BOOST_TEST(tx.signature == text(row.at("bundle").at("signature")));
    BOOST_TEST((tx.values == std::vector<LabelledValue>{{"", "0.0123"}}));
    BOOST_TEST(signer->wallet().address == text(row.at("signer")));
    return;
  }
  BOOST_FAIL("the signer's mnemonic is not in keys.json");
}

BOOST_AUTO_TEST_CASE(values_are_signed_and_returned_in_the_chains_format) {
  auto o = order();
  o.values = {{"", "1.2345e-07"}};
  BOOST_TEST((std::get<SignedTx>(test::signer()->sign_payload(o)).values == std::vector<LabelledValue>{{"", "1.2345E-7"}}));
  o.values = {{"up", "5e-1"}, {"down", "+.5"}};
  BOOST_TEST(
    (std::get<SignedTx>(test::signer()->sign_payload(o)).values == std::vector<LabelledValue>{{"up", "0.5"}, {"down", "0.5"}}));
}

BOOST_AUTO_TEST_CASE(what_is_signed_verifies_on_its_chain_and_on_no_other) {
  const auto tx = std::get<SignedTx>(test::signer()->sign_payload(order()));
  const auto parsed = std::get<ParsedTx>(parse_tx(from_base64(tx.tx.base64).value()));
  BOOST_TEST(signed_for(parsed, "localnet", 2));
  BOOST_TEST(!signed_for(parsed, "allora-testnet-1", 2));
  BOOST_TEST(!signed_for(parsed, "localnet", 3));
  BOOST_TEST(bundle_error(parsed.message) == "");
}

BOOST_AUTO_TEST_CASE(the_same_order_gives_the_same_bytes) {
  BOOST_TEST(
    (std::get<SignedTx>(test::signer()->sign_payload(order())) == std::get<SignedTx>(test::signer()->sign_payload(order()))));
}

BOOST_AUTO_TEST_CASE(a_registration_is_of_a_worker_that_owns_itself) {
  const auto tx = std::get<SignedTx>(test::signer()->sign_register(order()));
  const auto parsed = std::get<ParsedTx>(parse_tx(from_base64(tx.tx.base64).value()));
  BOOST_TEST(parsed.type_url == "/emissions.v10.RegisterRequest");
  BOOST_TEST(signed_for(parsed, "localnet", 2));
  BOOST_TEST(tx.values.empty());
}

BOOST_AUTO_TEST_CASE(each_bad_order_is_refused_with_its_reason) {
  const auto with = [](auto change) {
    auto o = order();
    change(o);
    return refusal(o);
  };
  BOOST_TEST(with([](auto& o) { o.chain_id.clear(); }) == "the order names no chain");
  BOOST_TEST(with([](auto& o) { o.emissions = "v11"; }) == "emissions \"v11\" is neither v10 nor v9");
  BOOST_TEST(with([](auto& o) { o.gas = {}; }) == "the order allows no gas");
  BOOST_TEST(with([](auto& o) { o.topic = {}; }) == "the order names no topic");
  BOOST_TEST(with([](auto& o) { o.nonce = {-1}; }) == "the order names a negative height");
  BOOST_TEST(with([](auto& o) { o.values.clear(); }) == "there is no value to submit");
  BOOST_TEST(with([](auto& o) { o.values = {{"", "NaN"}}; }) == "value: \"NaN\" is not finite");
  BOOST_TEST(with([](auto& o) { o.values = {{"up", "1"}, {"", "1"}}; }) == "one of several values has no label");
  BOOST_TEST(with([](auto& o) { o.values = {{"up", "1"}, {"up", "1"}}; }) == "label \"up\" comes twice");
  BOOST_TEST(with([](auto& o) {
               o.emissions = "v9";
               o.values = {{"up", "1"}};
             }) == "emissions v9 knows no labels; topics there take one value");
}

BOOST_AUTO_TEST_CASE(a_bad_mnemonic_makes_no_signer) {
  BOOST_TEST(std::get<std::string>(make_signer(SecretBytes::copy_of("abandon"))) ==
             "a mnemonic has 12, 15, 18, 21 or 24 words, not 1");
}
