// `inferd tx encode SPEC` up to the signed bytes, which must parse.

#include "runtime/chain/signing/parse_tx.hpp"
#include "runtime/cli/chain/tx_spec.hpp"
#include "tests/fuzz/fuzz.hpp"

#include <boost/json/parse.hpp>

void inferd::fuzz::one(std::string_view input) {
  boost::json::error_code error;
  const auto content = boost::json::parse({input.data(), input.size()}, error);
  if (error) return;
  auto read = cli::read_tx_spec(content);
  if (const auto* mistake = std::get_if<std::string>(&read)) return FUZZ_CHECK(!mistake->empty());
  auto& spec = std::get<cli::TxSpec>(read);
  static const auto key = std::get<chain::PrivateKey>(
    chain::derive_key("change teach know poverty misery wolf defy action fold obtain feature section"));
  chain::derive_key(spec.mnemonic);

  auto canonical = chain::canonical_payload(spec.payload);
  if (const auto* why = std::get_if<std::string>(&canonical)) return FUZZ_CHECK(!why->empty());
  const auto& payload = std::get<chain::Payload>(canonical);
  const auto made = chain::sign_payload_tx(key, spec.envelope, payload);
  const auto parsed = chain::parse_tx(made.tx);
  const auto* tx = std::get_if<chain::ParsedTx>(&parsed);
  FUZZ_CHECK(tx && tx->hash == made.hash && tx->memo == spec.envelope.memo && tx->sequence == spec.envelope.sequence);
  FUZZ_CHECK(chain::signed_for(*tx, spec.envelope.chain_id, spec.envelope.account_number));
  FUZZ_CHECK(chain::bundle_error(tx->message).empty());
  const auto again = chain::canonical_payload(payload);
  FUZZ_CHECK(std::get<chain::Payload>(again).value == payload.value &&
             std::get<chain::Payload>(again).values == payload.values);
}
