// Transactions in blocks and as broadcast; the client's parser against the simulated chain's.

#include "runtime/chain/signing/parse_tx.hpp"
#include "runtime/sim/chain/decoded_tx.hpp"
#include "tests/fuzz/fuzz.hpp"

void inferd::fuzz::one(std::string_view input) {
  const auto parsed = chain::parse_tx(input);
  const auto* tx = std::get_if<chain::ParsedTx>(&parsed);
  if (tx) {
    FUZZ_CHECK(tx->hash == chain::tx_hash(input));
    chain::signed_for(*tx, "localnet", 1);
    chain::bundle_error(tx->message);
  }
  chain::bundle_error(input);
  for (const auto* version : {"v10", "v9"}) {
    const auto decoded = sim::decode_tx(input, version);
    // Each rejects some inputs that the other accepts (several coins, unusual keys); on common ones they agree.
    if (const auto* taken = std::get_if<sim::DecodedTx>(&decoded); taken && tx)
      FUZZ_CHECK(taken->hash == tx->hash.hex && taken->sequence == tx->sequence.value && taken->gas == tx->gas.value &&
                 taken->timeout == tx->timeout && taken->type_url == tx->type_url && taken->signature == tx->signature);
  }
}
