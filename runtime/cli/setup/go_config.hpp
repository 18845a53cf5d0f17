#pragma once
// config.json of Allora's Go node (allora-offchain-node), its older forms included: what a worker has a setting for here, and
// the list of what it has none for. Pure. Untrusted input: bounded in size and depth, and no message quotes a value.

#include "base/secret_bytes.hpp"
#include "messages/units.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace inferd::cli {

inline constexpr std::size_t most_go_workers = 1'000;
inline constexpr std::size_t longest_go_url = 8'192; ///< with its placeholders filled

/// Untrusted text for a message: printable ASCII, cut.
std::string shown_key(std::string_view key);

/// A key of the file, as "wallet.gasPrices", and one sentence about it.
struct GoNote {
  std::string key, sentence;
};

/// An element of worker[] with an endpoint for inferences.
struct GoWorker {
  std::string key; ///< "worker[0]"
  TopicId topic;
  std::string url, labelled_url; ///< `parameters` filled in, {BlockHeight} and {TopicId} kept; one may be empty
  std::string token;             ///< parameters.Token, of which the Go node's examples ask: "ETH"; empty: not given
};

struct GoConfig {
  std::string chain_id;
  std::vector<std::string> rpc; ///< nodeRpcs, then nodeRpc; each once
  std::optional<Uallo> max_fees;
  std::optional<std::int64_t> query_timeout_s;
  bool submits = false;                  ///< submitTx, which is false there where it is missing
  SecretBytes mnemonic = SecretBytes(0); ///< not validated; empty: the key is in a keyring
  std::string keyring_steps;             ///< where that keyring is, in words; for messages
  std::vector<GoWorker> workers;
  std::vector<GoNote> not_taken; ///< every key without a counterpart: wallet, worker, reputer, others
  std::vector<GoNote> remarks;   ///< on what was taken
};

/// Keys are matched without regard to case, as Go does. `source` is the file's name in messages. Throws Failure: what is no
/// JSON, with line and byte; a key with a value of a wrong type or out of range; no worker with an endpoint.
GoConfig parse_go_config(std::string_view text, const std::string& source);

} // namespace inferd::cli
