#define BOOST_TEST_MODULE chain_parse_tx
#include "runtime/chain/signing/parse_tx.hpp"
#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/chain/signing/transaction.hpp"
#include "runtime/chain/signing/tx_json.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

namespace json = boost::json;

const json::array& submissions() {
  static const auto& file = test::golden_json("transactions.json");
  return file.as_array();
}

const json::value& submission(std::string_view name) {
  for (const auto& row : submissions())
    if (row.at("name").as_string() == name) return row;
  throw std::runtime_error("no such submission");
}

ParsedTx parsed(std::string_view name) { return std::get<0>(parse_tx(test::unhex(submission(name).at("tx").at("tx")))); }

std::string reason(const std::string& raw) {
  const auto tx = parse_tx(raw);
  const auto* error = std::get_if<std::string>(&tx);
  return error ? *error : "";
}

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_transaction_parses_into_its_inputs) {
  for (const auto& row : submissions()) {
    if (text(row.at("name")) == "garbage-tx") continue;
    const auto& tx = row.at("tx");
    const auto apart = std::get<ParsedTx>(parse_tx(test::unhex(tx.at("tx"))));
    BOOST_TEST_CONTEXT(text(row.at("name"))) {
      BOOST_TEST(apart.hash.hex == text(tx.at("hash")));
      BOOST_TEST(to_hex(apart.body) == text(tx.at("body")));
      BOOST_TEST(to_hex(apart.auth_info) == text(tx.at("auth_info")));
      BOOST_TEST(to_hex(apart.signature) == text(tx.at("signature")));
      BOOST_TEST(apart.sequence.value == tx.at("sequence").to_number<std::uint64_t>());
      BOOST_TEST(apart.gas.value == tx.at("gas").to_number<std::uint64_t>());
      BOOST_TEST(apart.fee_amount == text(tx.at("fee")));
      BOOST_TEST(apart.fee_denom == text(tx.at("denom")));
      BOOST_TEST(apart.memo == text(tx.at("memo")));
      BOOST_TEST(apart.timeout == tx.at("timeout_height").to_number<std::uint64_t>());
      BOOST_TEST(signed_for(apart, text(tx.at("chain_id")), tx.at("account_number").to_number<std::uint64_t>()));
      if (row.as_object().contains("bundle")) BOOST_TEST(to_hex(apart.message) == text(row.at("bundle").at("message")));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_bundle_is_good_exactly_where_it_was_not_tampered_with) {
  for (const auto& row : submissions())
    if (row.as_object().contains("bundle") && text(row.at("name")) != "non-canonical-decimal") {
      const auto error = bundle_error(std::get<0>(parse_tx(test::unhex(row.at("tx").at("tx")))).message);
      BOOST_TEST(error.empty() == !row.at("tampered").as_bool(), text(row.at("name")) << ": " << error);
    }
}

BOOST_AUTO_TEST_CASE(bundle_error_returns_the_chains_error_text) {
  const auto log = [](std::string_view name) { return text(submission(name).at("included").at("log")); };
  for (const auto name : {"bad-signature", "pubkey-mismatch"}) {
    const auto error = bundle_error(parsed(name).message);
    BOOST_TEST(log(name).find(error) != std::string::npos, error);
  }
}

BOOST_AUTO_TEST_CASE(malformed_bytes_are_an_error) {
  BOOST_TEST(reason("\xde\xad\xbe\xef") == "the bytes are not a transaction");
  BOOST_TEST(reason("") == "the transaction holds 0 messages, not one");
  wire::TxRaw raw;
  raw.set_body_bytes("\xff\xff");
  BOOST_TEST(reason(raw.SerializeAsString()) == "the transaction's body is not one");
  wire::TxBody body;
  body.add_messages();
  raw.set_body_bytes(body.SerializeAsString());
  raw.set_auth_info_bytes("\xff\xff");
  BOOST_TEST(reason(raw.SerializeAsString()) == "the transaction's auth info is not one");
  raw.clear_auth_info_bytes();
  BOOST_TEST(reason(raw.SerializeAsString()) == "the transaction has 0 signers and 0 signatures, not one of each");
  wire::AuthInfo auth;
  auth.add_signer_infos()->mutable_public_key()->set_value("\xff\xff");
  raw.set_auth_info_bytes(auth.SerializeAsString());
  raw.add_signatures("x");
  BOOST_TEST(reason(raw.SerializeAsString()) == "the signer's public key is not one");
  auth.mutable_signer_infos(0)->clear_public_key();
  auth.mutable_fee()->add_amount();
  auth.mutable_fee()->add_amount();
  raw.set_auth_info_bytes(auth.SerializeAsString());
  BOOST_TEST(reason(raw.SerializeAsString()) == "the transaction's fee is in several coins");
}

BOOST_AUTO_TEST_CASE(no_damage_to_a_transaction_crashes_or_keeps_its_signature_good) {
  const auto whole = test::unhex(submission("forecast-and-inference").at("tx").at("tx"));
  int parsed_tx = 0;
  test::damage(whole, [&](const std::string& bytes) {
    const auto shown = tx_json(bytes);
    if (const auto* object = std::get_if<json::object>(&shown)) BOOST_CHECK_NO_THROW(json::parse(json::serialize(*object)));
    const auto tx = parse_tx(bytes);
    const auto* apart = std::get_if<ParsedTx>(&tx);
    if (!apart) return;
    ++parsed_tx;
    BOOST_TEST(!signed_for(*apart, "localnet", 2));
    static_cast<void>(bundle_error(apart->message));
  });
  BOOST_TEST(parsed_tx > 100);
}

BOOST_AUTO_TEST_CASE(no_damage_to_a_message_leaves_a_bundle_that_says_something_else) {
  const auto whole = parsed("labels-accepted").message;
  test::damage(whole, [&](const std::string& bytes) {
    if (bundle_error(bytes).empty()) // still valid: the flipped bit is outside the bundle
      BOOST_TEST(bytes.size() == whole.size());
  });
}
