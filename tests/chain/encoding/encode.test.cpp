#define BOOST_TEST_MODULE chain_encode
#include "runtime/chain/signing/transaction.hpp"
#include "tests/chain/chain_golden.hpp"

#include <boost/test/unit_test.hpp>

using namespace inferd;
using namespace inferd::chain;
using test::text;

namespace {

namespace json = boost::json;

std::vector<LabelledValue> pairs(const json::value& list) {
  std::vector<LabelledValue> out;
  if (list.is_array())
    for (const auto& pair : list.as_array()) out.push_back({text(pair.at(0)), text(pair.at(1))});
  return out;
}

Payload payload_in(const json::value& spec) {
  Payload payload;
  payload.topic = {spec.at("topic_id").to_number<std::uint64_t>()};
  payload.nonce = {spec.at("nonce").to_number<std::int64_t>()};
  if (spec.at("value").is_string()) payload.value = text(spec.at("value"));
  payload.values = pairs(spec.at("values"));
  payload.forecast = pairs(spec.at("forecast"));
  payload.extra_data = test::unhex(spec.at("extra_data"));
  payload.proof = text(spec.at("proof"));
  return payload;
}

std::uint64_t amount(const json::value& fee) {
  return fee.is_string() ? std::stoull(text(fee)) : fee.to_number<std::uint64_t>();
}

Envelope envelope_in(const json::value& spec) {
  Envelope envelope;
  envelope.chain_id = text(spec.at("chain_id"));
  envelope.account_number = spec.at("account_number").to_number<std::uint64_t>();
  envelope.sequence = {spec.at("sequence").to_number<std::uint64_t>()};
  envelope.gas = {spec.at("gas").to_number<std::uint64_t>()};
  envelope.fee = {amount(spec.at("fee"))};
  envelope.denom = text(spec.at("denom"));
  envelope.memo = text(spec.at("memo"));
  envelope.timeout = {spec.at("timeout_height").to_number<std::int64_t>()};
  return envelope;
}

void check(const std::string& name, const std::string& got, const json::value& expected) {
  BOOST_TEST_CONTEXT(name) BOOST_TEST(to_hex(got) == text(expected));
}

const json::value& submission(const json::value& file, std::string_view name) {
  for (const auto& row : file.as_array())
    if (row.at("name").as_string() == name) return row;
  throw std::runtime_error("no such submission");
}

} // namespace

BOOST_AUTO_TEST_CASE(every_recorded_spec_encodes_byte_for_byte) {
  for (const auto& row : test::golden_lines("encode.jsonl")) {
    const auto& spec = row.at("spec");
    const auto& expect = row.at("expect");
    const auto key = std::get<0>(derive_key(text(spec.at("mnemonic"))));
    const auto payload = std::get<0>(canonical_payload(payload_in(spec)));
    const auto made = sign_payload_tx(key, envelope_in(spec), payload);
    BOOST_TEST(key.wallet().address == text(expect.at("address")));
    check("bundle", made.bundle, expect.at("bundle"));
    check("digest", std::string(view(made.digest)), expect.at("digest"));
    check("bundle_signature", made.bundle_signature, expect.at("bundle_signature"));
    check("body", made.body, expect.at("body"));
    check("auth_info", made.auth_info, expect.at("auth_info"));
    check("sign_doc", made.sign_doc, expect.at("sign_doc"));
    check("signature", made.signature, expect.at("signature"));
    check("tx", made.tx, expect.at("tx"));
    BOOST_TEST(made.hash.hex == text(expect.at("hash")));
  }
}

BOOST_AUTO_TEST_CASE(every_recorded_submission_that_was_not_tampered_with_encodes_byte_for_byte) {
  int checked = 0;
  for (const auto& row : test::golden_json("transactions.json").as_array()) {
    if (!row.as_object().contains("bundle") || row.at("tampered").as_bool()) continue;
    BOOST_TEST_CONTEXT(text(row.at("name"))) {
      const auto& key = test::keys().at(text(row.at("signer")));
      const auto& tx = row.at("tx");
      // Not made canonical: some recorded values are invalid on purpose (NaN, out of range).
      const auto made = sign_payload_tx(key, envelope_in(tx), payload_in(row.at("bundle")));
      check("bundle", made.bundle, row.at("bundle").at("bundle"));
      check("digest", std::string(view(made.digest)), row.at("bundle").at("digest"));
      check("bundle signature", made.bundle_signature, row.at("bundle").at("signature"));
      check("message", made.message, row.at("bundle").at("message"));
      BOOST_TEST(made.type_url == text(row.at("bundle").at("type_url")));
      check("body", made.body, tx.at("body"));
      check("auth_info", made.auth_info, tx.at("auth_info"));
      check("sign_doc", made.sign_doc, tx.at("sign_doc"));
      check("signature", made.signature, tx.at("signature"));
      check("tx", made.tx, tx.at("tx"));
      BOOST_TEST(made.hash.hex == text(tx.at("hash")));
      ++checked;
    }
  }
  BOOST_TEST(checked >= 30);
}

BOOST_AUTO_TEST_CASE(a_recorded_registration_encodes_byte_for_byte) {
  const auto& file = test::golden_json("transactions.json");
  for (const auto name : {"register-accepted", "register-twice"}) {
    const auto& row = submission(file, name);
    const auto& tx = row.at("tx");
    const auto made = sign_register_tx(test::keys().at(text(row.at("signer"))), envelope_in(tx), TopicId{1});
    check("sign_doc", made.sign_doc, tx.at("sign_doc"));
    check("tx", made.tx, tx.at("tx"));
  }
}

BOOST_AUTO_TEST_CASE(a_v9_transaction_differs_in_its_type_url_only) {
  const auto& file = test::golden_json("transactions.json");
  const auto& row = submission(file, "emissions-v9-type-url");
  auto envelope = envelope_in(row.at("tx"));
  envelope.emissions = "v9";
  Payload payload;
  payload.topic = {1};
  payload.value = "0.01";
  const auto made = sign_payload_tx(test::keys().at(text(row.at("signer"))), envelope, payload);
  const auto recorded = test::unhex(row.at("tx").at("body"));
  BOOST_TEST(made.type_url == "/emissions.v9.InsertWorkerPayloadRequest");
  BOOST_TEST(recorded.find(made.type_url) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_transaction_without_a_fee_offers_no_coin) {
  Envelope envelope;
  envelope.chain_id = "localnet";
  const auto made = sign_register_tx(test::keys().begin()->second, envelope, TopicId{1});
  BOOST_TEST(made.auth_info.find("uallo") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(each_number_of_a_payload_that_is_none_is_named) {
  Payload payload;
  payload.value = "x";
  BOOST_TEST(std::get<1>(canonical_payload(payload)) == "value: \"x\" is not a decimal");
  payload.value = "1";
  payload.values = {{"up", "NaN"}};
  BOOST_TEST(std::get<1>(canonical_payload(payload)) == "value of label \"up\": \"NaN\" is not finite");
  payload.values.clear();
  payload.forecast = {{"allo1", "1"}};
  BOOST_TEST(std::get<1>(canonical_payload(payload)) == "forecast: an address is too short");
}
