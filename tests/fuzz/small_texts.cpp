// One-line untrusted texts: numbers, addresses, URLs, times, mnemonics. Each parser gets the whole input.

#include "base/allo.hpp"
#include "base/hd_path.hpp"
#include "base/retry_after.hpp"
#include "base/utc.hpp"
#include "model/topic_text.hpp"
#include "runtime/books/decimal_sum.hpp"
#include "runtime/chain/encoding/bech32.hpp"
#include "runtime/chain/comet/classify.hpp"
#include "runtime/chain/encoding/codec.hpp"
#include "runtime/chain/encoding/decimal.hpp"
#include "runtime/chain/signing/mnemonic.hpp"
#include "runtime/config/checks.hpp"
#include "runtime/endpoints/url.hpp"
#include "runtime/market/fields.hpp"
#include "runtime/market/candle_range.hpp"
#include "runtime/market/pair.hpp"
#include "runtime/market/refusal.hpp"
#include "runtime/sim/chain/sim_decimal.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace {

using namespace inferd;

/// The client's and the simulated chain's decimal parsers are independent implementations; they must agree.
void decimals(std::string_view text) {
  const auto ours = chain::canonical_decimal(text);
  const auto theirs = sim::read_decimal(text);
  if (const auto* decimal = std::get_if<Decimal>(&ours)) {
    FUZZ_CHECK(theirs.value && theirs.value->canonical() == decimal->text);
    // A zero with hundreds of decimals is written in full, as the chain does, but not accepted as input at that length.
    if (decimal->text.size() < 200) FUZZ_CHECK(chain::canonical_decimal(decimal->text) == chain::Result<Decimal>(*decimal));
  }
  sum({{std::string(text)}, {"1"}});
}

void codecs(std::string_view text) {
  FUZZ_CHECK(chain::from_hex(chain::to_hex(text)) == text);
  FUZZ_CHECK(chain::from_base64(chain::to_base64(text)) == text);
  if (const auto bytes = chain::from_base64(text)) FUZZ_CHECK(chain::from_base64(chain::to_base64(*bytes)) == *bytes);
  chain::from_hex(text);
  const auto decoded = chain::decode_bech32(text);
  if (const auto* address = std::get_if<chain::Bech32>(&decoded))
    FUZZ_CHECK(std::get<chain::Bech32>(chain::decode_bech32(chain::encode_bech32(address->prefix, address->bytes))) ==
               *address);
  // The address checks of the chain library and of the configuration agree where both apply.
  if (chain::address_error(text).empty())
    FUZZ_CHECK(address_fault(text).empty() || text.find_first_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ") != text.npos);
}

void times(std::string_view text) {
  if (const auto at = parse_instant(text)) FUZZ_CHECK(parse_instant(utc_text(*at)).has_value());
  market::parse_iso(text);
  FUZZ_CHECK(parse_retry_after(text, {1'735'689'600'000}).value_or(0) >= 0);
}

void topics(std::string_view metadata) {
  const auto text = read_topic_text(metadata);
  for (const auto minutes : text.horizons) FUZZ_CHECK(minutes > 0);
  const std::string whole(metadata);
  for (const auto& sentence : {contradiction(text, whole, ModelOutput::log_return, 604'800'000), doubt(text, whole, "btcusd")})
    FUZZ_CHECK(sentence.size() < 1'000 && sentence.find_first_of("\n\r\x1b") == sentence.npos);
}

} // namespace

void inferd::fuzz::one(std::string_view input) {
  decimals(input);
  codecs(input);
  times(input);
  topics(input);
  if (const auto url = parse_http_url(input); url.index() == 0)
    FUZZ_CHECK(!std::get<Url>(url).host.empty() && std::get<Url>(url).target.front() == '/');
  parse_rpc_url(input);
  url_fault(input, {"http", "https"});
  shown_url(input);
  symbol_fault(input);
  chain_id_fault(input);
  market::split_symbol(input);
  market::printable(input);
  chain::check_mnemonic(input);
  if (const auto path = parse_hd_path(input); path.index() == 0)
    FUZZ_CHECK(std::get<HdPath>(parse_hd_path(hd_path_text(std::get<HdPath>(path)))) == std::get<HdPath>(path));
  if (const auto amount = parse_allo(input); amount.index() == 0)
    FUZZ_CHECK(std::get<Uallo>(parse_allo(allo_text(std::get<Uallo>(amount)))) == std::get<Uallo>(amount));
  chain::expected_sequence(input);
  chain::required_fee(input);
  chain::classify(chain::RpcError{-32603, std::string(input), std::string(input)});
  chain::classify_simulation({"sdk", 6, std::string(input), false});
  try {
    market::decimal(input, "x");
  } catch (const std::runtime_error&) {
  }
}
