#include "runtime/chain/comet/classify.hpp"

#include <charconv>
#include <span>

namespace inferd::chain {

namespace {

struct Code {
  std::uint32_t code;
  Verdict verdict;
};

// Codes of CheckTx (cosmos-sdk types/errors).
constexpr Code sdk_codes[] = {
  {2, Verdict::Defect}, // parse error, value out of range, another version's message
  {3, Verdict::WrongSequence},
  {4, Verdict::ConfigError},  // signature: wrong chain id or account number
  {5, Verdict::NoFunds},      // balance below the fee
  {9, Verdict::NoFunds},      // no such account: never funded
  {10, Verdict::ConfigError}, // coins
  {11, Verdict::OutOfGas},
  {12, Verdict::Defect}, // memo too large
  {13, Verdict::FeeTooLow},
  {18, Verdict::Defect}, // invalid request: the payload does not fit the topic
  {19, Verdict::AlreadyInMempool},
  {20, Verdict::Busy},        // mempool full
  {21, Verdict::Defect},      // too large
  {28, Verdict::ConfigError}, // chain id
  {30, Verdict::TimeoutPassed},
  {32, Verdict::WrongSequence},
};

constexpr Code emissions_codes[] = {
  {6, Verdict::NoSuchTopic},   {8, Verdict::AlreadyRegistered}, {13, Verdict::NotRegistered},
  {23, Verdict::NoSuchTopic},                                                          // from Register; a payload gets 6
  {75, Verdict::NonceNotOpen}, {83, Verdict::NotWhitelisted},   {95, Verdict::Defect}, // an empty or repeated label
  {96, Verdict::Defect},                                                               // a label outside the topic's whitelist
  {97, Verdict::Defect},                                                               // too many labels
};

struct Phrase {
  std::string_view text;
  Verdict verdict;
};

// For responses without a specific code (codespace "undefined", Simulate). The first match decides.
constexpr Phrase phrases[] = {
  {"inference already submitted", Verdict::AlreadySubmitted},
  {"unfulfilled nonce not found", Verdict::NonceNotOpen},
  {"account sequence mismatch", Verdict::WrongSequence},
  {"insufficient fee", Verdict::FeeTooLow},
  {"out of gas", Verdict::OutOfGas},
  {"insufficient funds", Verdict::NoFunds},
  {"unknown address", Verdict::NoFunds},
  {"address not registered", Verdict::NotRegistered},
  {"address already registered", Verdict::AlreadyRegistered},
  {"invalid topic ID", Verdict::NoSuchTopic},
  {"topic does not exist", Verdict::NoSuchTopic},
  {"tx timeout height", Verdict::TimeoutPassed},
  {"please verify account number", Verdict::ConfigError},
  {"unable to get min gas price for denom", Verdict::ConfigError},
  {"signature verification failed", Verdict::Defect},
  {"does not match pubkey", Verdict::Defect},
  {"decoding bech32 failed", Verdict::Defect},
  {"tx parse error", Verdict::Defect},
  {"label", Verdict::Defect}, // before "whitelist": there is one of labels, too
  {"not permitted", Verdict::NotWhitelisted},
  {"whitelist", Verdict::NotWhitelisted},
  {"invalid request", Verdict::Defect},
};

Verdict look_up(std::span<const Code> codes, std::uint32_t code) {
  for (const auto& row : codes)
    if (row.code == code) return row.verdict;
  return Verdict::Unknown;
}

bool has(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

Verdict by_phrase(std::string_view log) {
  for (const auto& phrase : phrases)
    if (has(log, phrase.text)) return phrase.verdict;
  return Verdict::Unknown;
}

std::optional<Uint128> number_after(std::string_view text, std::string_view before, std::string_view unit) {
  const auto at = text.find(before);
  if (at == std::string_view::npos) return std::nullopt;
  text.remove_prefix(at + before.size());
  const auto end = std::min(text.find_first_not_of("0123456789"), text.size());
  return text.substr(end).starts_with(unit) ? parse_digits(text.substr(0, end)) : std::nullopt;
}

} // namespace

Verdict classify(const Refusal& refusal) {
  if (refusal.code == 0) return Verdict::Accepted;
  if (refusal.codespace == "sdk") {
    // In a block the transaction's signature is verified already, so the bundle's is wrong.
    if (refusal.code == 4 && refusal.in_block) return Verdict::Defect;
    return look_up(sdk_codes, refusal.code);
  }
  if (refusal.codespace == "emissions") return look_up(emissions_codes, refusal.code);
  return by_phrase(refusal.log);
}

Verdict classify_query(const Refusal& refusal) {
  if (refusal.code == 0) return Verdict::Accepted;
  if (refusal.codespace != "sdk") return by_phrase(refusal.log);
  const std::string_view log = refusal.log;
  switch (refusal.code) {
    case 6:
      if (has(log, "topic does not exist")) return Verdict::NoSuchTopic;
      if (has(log, "unknown query path")) return Verdict::ConfigError; // a path of another version
      return Verdict::Unknown;
    case 18:
      return has(log, "decoding bech32 failed") || has(log, "only denom supported") ? Verdict::ConfigError : Verdict::Defect;
    case 22: return has(log, "desc = topic ") ? Verdict::NoSuchTopic : Verdict::NotFound;
    case 26: // no such height at this node
    case 38: return Verdict::NotFound;
    default: return look_up(sdk_codes, refusal.code);
  }
}

Verdict classify_simulation(const Refusal& refusal) {
  if (refusal.code == 0) return Verdict::Accepted;
  const auto verdict = by_phrase(refusal.log);
  return verdict == Verdict::Unknown && refusal.code != 6 ? classify(refusal) : verdict;
}

Verdict classify(const RpcError& error) {
  switch (error.code) {
    case -32700: // JSON-RPC 2.0: parse error, invalid request, unknown method, invalid params
    case -32600:
    case -32601:
    case -32602: return Verdict::Defect;
    default: break;
  }
  const std::string_view data = error.data;
  if (has(data, "tx already exists in cache")) return Verdict::AlreadyInMempool;
  if (has(data, "mempool is full")) return Verdict::Busy;
  if (has(data, "not found")) return Verdict::NotFound; // tx, subscription
  if (has(data, "must be less than or equal to") || has(data, "is not available") || has(data, "could not find results"))
    return Verdict::NotFound; // a future or pruned height
  if (has(data, "already subscribed")) return Verdict::Accepted;
  if (has(data, "max_subscription")) return Verdict::Busy;
  if (has(data, "failed to parse query") || has(data, "error converting json params")) return Verdict::Defect;
  return Verdict::Unknown;
}

std::optional<Sequence> expected_sequence(std::string_view log) {
  const auto number = number_after(log, "account sequence mismatch, expected ", ",");
  if (!number || *number > UINT64_MAX) return std::nullopt;
  return Sequence{static_cast<std::uint64_t>(*number)};
}

std::optional<Uallo> required_fee(std::string_view log) {
  const auto number = number_after(log, "required: ", "uallo");
  return number ? std::optional(Uallo{*number}) : std::nullopt;
}

} // namespace inferd::chain
