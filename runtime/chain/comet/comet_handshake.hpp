#pragma once
// What is found out about a node before it is trusted with anything.

#include "runtime/chain/comet/comet_chain.hpp"

#include <variant>

namespace inferd::chain {

struct Handshake {
  std::string chain_id, emissions; ///< "v10" or "v9"
  Height height;                   ///< what lies above comes through the subscriptions
};

/// Asks a freshly connected node for its status and its emissions version, then for the blocks and transactions to come.
/// `then` is called once: with what was learnt when the node is of our chain, up to date and has subscribed us, or with the
/// sentence to leave it with. Only while `rpc` lives is a second question asked.
void handshake(const std::shared_ptr<RpcPort>& rpc, const CometSettings&,
               std::function<void(std::variant<Handshake, std::string>)> then);

} // namespace inferd::chain
