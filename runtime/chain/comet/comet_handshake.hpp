#pragma once
// Checks a node before it is used.

#include "runtime/chain/comet/comet_chain.hpp"
#include "runtime/chain/comet/node_assessment.hpp"

#include <variant>

namespace inferd::chain {

struct Handshake {
  std::string chain_id, emissions;    ///< "v10" or "v9"
  Height height;                      ///< events of later blocks arrive through the subscriptions
  std::string genesis;                ///< hash of block 1; empty: pruned
  bool chain_reset{};                 ///< nothing known of the chain is valid any more
  std::string contradiction, warning; ///< as in ConnectionUp
  bool went_back{};
};

/// Queries a new connection's status and emissions version, subscribes to blocks and transactions, and compares the status with
/// those of the other endpoints (node_assessment.hpp). `then` is called once: with the Handshake if the node is of our chain,
/// in sync, subscribed and not refused; otherwise with the reason to drop it. Does not keep `rpc` alive.
void handshake(const std::shared_ptr<RpcPort>& rpc, const CometSettings&, const KnownChain& known,
               std::function<void(std::variant<Handshake, std::string>)> then);

} // namespace inferd::chain
