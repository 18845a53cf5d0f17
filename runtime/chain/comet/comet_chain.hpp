#pragma once

#include "messages/limits.hpp"
#include "runtime/ports/chain_port.hpp"
#include "runtime/ports/clock_port.hpp"
#include "runtime/ports/rpc_port.hpp"

#include <memory>
#include <set>

namespace inferd {

struct CometSettings {
  std::string chain_id; ///< a node of another chain is left at once
  Wallet wallet;        ///< whose transactions, scores and rewards are listened for
  std::shared_ptr<ClockPort> clock;
  std::int64_t rpc_deadline_ms = limits::rpc_deadline;
  std::int64_t broadcast_deadline_ms = limits::broadcast_deadline;
  std::set<TopicId> topics;                             ///< events of other topics are not told; empty: all are
  std::function<void(const std::string&)> on_malformed; ///< for the log: what a node sent that could not be read
};

/// ChainPort over a CometBFT node's JSON-RPC. A fresh connection costs two round trips: status and emissions version are
/// asked, then the subscriptions and the height they begin at; ConnectionUp comes when all are answered well, and what
/// happens on the chain in the meantime is told right after it. Before that every ask fails with NoAnswer: nothing is sent to
/// a node that may be of another chain. ConnectionDown also tells of connections that never came up, with the reason.
/// Only blocks that hold something come: each speaks for those since the one before it (BlockSeen::from), and who wants to
/// know the height in between asks.
std::shared_ptr<ChainPort> make_comet_chain(std::shared_ptr<RpcPort>, CometSettings);

} // namespace inferd
