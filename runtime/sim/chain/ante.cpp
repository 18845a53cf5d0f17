#include "runtime/sim/chain/ante.hpp"

#include "runtime/chain/encoding/proto/cosmos.pb.h"
#include "runtime/sim/chain/bytes.hpp"

namespace inferd::sim {

namespace {

// Gas used before each step, without 10 per byte of the transaction; measured on the recorded chain.
constexpr std::uint64_t gas_at_sequence_write = 16'796;
constexpr std::uint64_t gas_at_fee_check = 30'473;
constexpr std::uint64_t gas_at_end = 55'000;

std::uint64_t size_gas(const DecodedTx& tx) { return 10 * tx.bytes.size(); }

std::optional<Outcome> gas_spent(const DecodedTx& tx, const char* location, std::uint64_t used) {
  if (tx.gas >= used) return {};
  return refused(11, "sdk",
                 std::string("out of gas in location: ") + location + "; gasWanted: " + std::to_string(tx.gas) +
                   ", gasUsed: " + std::to_string(used) + ": out of gas",
                 used);
}

std::string price_text(Atto price) {
  auto fraction = to_text(price % one_uallo_per_gas);
  return to_text(price / one_uallo_per_gas) + '.' + std::string(18 - fraction.size(), '0') + fraction;
}

bool signed_for(const DecodedTx& tx, const std::string& public_key, const Account& account, const std::string& chain_id) {
  wire::SignDoc doc;
  doc.set_body_bytes(tx.body);
  doc.set_auth_info_bytes(tx.auth_info);
  doc.set_chain_id(chain_id);
  doc.set_account_number(account.number);
  return verify(public_key, doc.SerializeAsString(), tx.signature);
}

Outcome check_fee(const DecodedTx& tx, const Account& account, const AnteContext& context) {
  if (tx.fee_denom.empty()) return refused(1, "feemarket", "got length 0: no fee coin provided. Must provide one.");
  if (tx.fee_denom != "uallo")
    return refused(1, "undefined",
                   "unable to get min gas price for denom " + tx.fee_denom +
                     ": error resolving denom: the only denom supported is uallo");
  const auto required = required_fee(tx.gas, context.gas_price);
  if (tx.fee < required)
    return refused(13, "sdk",
                   "error checking fee: got: " + to_text(tx.fee) + "uallo required: " + to_text(required) +
                     "uallo, minGasPrice: " + price_text(context.gas_price) +
                     "uallo, gas: " + std::to_string(size_gas(tx) + gas_at_fee_check) + ": insufficient fee");
  if (account.balance < tx.fee)
    return refused(5, "sdk",
                   "error escrowing funds: spendable balance " + to_text(account.balance) + "uallo is smaller than " +
                     to_text(tx.fee) + "uallo: insufficient funds");
  return {};
}

} // namespace

Amount required_fee(std::uint64_t gas, Atto price) {
  const auto whole = price / one_uallo_per_gas, part = price % one_uallo_per_gas; // separately, to avoid overflow
  return whole * gas + (part * gas + one_uallo_per_gas - 1) / one_uallo_per_gas;
}

std::uint64_t ante_gas(const DecodedTx& tx) { return size_gas(tx) + gas_at_end; }

Outcome check_ante(const DecodedTx& tx, const Account* account, const AnteContext& context) {
  if (tx.timeout != 0 && static_cast<std::uint64_t>(context.height) > tx.timeout)
    return refused(30, "sdk",
                   "block height: " + std::to_string(context.height) + ", timeout height: " + std::to_string(tx.timeout) +
                     ": tx timeout height");
  const auto limited = !context.simulate; // a simulation measures the gas
  if (limited)
    if (auto spent = gas_spent(tx, "txSize", size_gas(tx))) return *spent;
  if (!account) return refused(9, "sdk", "account " + tx.sender + " does not exist: unknown address");

  const auto& key = account->public_key.empty() ? tx.public_key : account->public_key;
  if (!tx.public_key.empty() && address_of(tx.public_key) != tx.sender)
    return refused(8, "sdk", "pubKey does not match signer address " + tx.sender + " with signer index: 0: invalid pubkey");
  if (key.empty()) return refused(8, "sdk", "account pubkey not set: invalid pubkey");
  if (tx.sequence != account->sequence)
    return refused(32, "sdk",
                   "account sequence mismatch, expected " + std::to_string(account->sequence) + ", got " +
                     std::to_string(tx.sequence) + ": incorrect account sequence");
  if (limited && !signed_for(tx, key, *account, context.chain_id))
    return refused(4, "sdk",
                   "signature verification failed; please verify account number (" + std::to_string(account->number) +
                     ") and chain-id (" + context.chain_id + "): (unable to verify single signer signature): unauthorized");
  if (limited) {
    if (auto spent = gas_spent(tx, "WriteFlat", size_gas(tx) + gas_at_sequence_write)) return *spent;
    if (auto fee = check_fee(tx, *account, context); !fee.ok()) return fee;
    if (auto spent = gas_spent(tx, "WritePerByte", ante_gas(tx))) return *spent;
  }
  return {0, {}, {}, ante_gas(tx)};
}

} // namespace inferd::sim
