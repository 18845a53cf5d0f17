#pragma once
// Checks a node before it is used.

#include "runtime/chain/comet/comet_chain.hpp"

#include <variant>

namespace inferd::chain {

struct Handshake {
  std::string chain_id, emissions; ///< "v10" or "v9"
  Height height;                   ///< events of later blocks arrive through the subscriptions
};

/// Queries a new connection's status and emissions version, then subscribes to blocks and transactions. `then` is called once:
/// with the Handshake if the node is of our chain, in sync and subscribed; otherwise with the reason to drop it. Does not keep
/// `rpc` alive.
void handshake(const std::shared_ptr<RpcPort>& rpc, const CometSettings&,
               std::function<void(std::variant<Handshake, std::string>)> then);

} // namespace inferd::chain
