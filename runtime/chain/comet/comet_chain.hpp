#pragma once

#include "messages/limits.hpp"
#include "runtime/chain/comet/node_assessment.hpp"
#include "runtime/ports/chain_port.hpp"
#include "runtime/ports/clock_port.hpp"
#include "runtime/ports/rpc_port.hpp"

#include <memory>
#include <set>

namespace inferd {

struct CometSettings {
  std::string chain_id; ///< required; a node of another chain is dropped
  Wallet wallet;        ///< whose transactions, scores and rewards are reported
  std::shared_ptr<ClockPort> clock;
  std::int64_t rpc_deadline_ms = limits::rpc_deadline;
  std::int64_t broadcast_deadline_ms = limits::broadcast_deadline;
  std::set<TopicId> topics;                             ///< whose events are reported; empty: all
  std::function<void(const std::string&)> on_malformed; ///< called with a log line for each malformed message
  chain::KnownChain known{};                            ///< as the last run left it
  /// The chain was reset under the same id: called with the new first block's hash, instead of a ConnectionUp. Nothing is sent
  /// afterwards, because the books are of the earlier chain.
  std::function<void(const std::string& genesis, const std::string& endpoint)> on_chain_reset{};
};

/// ChainPort over CometBFT's JSON-RPC. A connection is ready after two round trips (three with emissions v9): status and
/// version, then the subscriptions and the height at which they begin. ConnectionUp follows, then the events received
/// meanwhile. Until then every request fails with NoAnswer: nothing is sent to a node that may be of another chain.
/// ConnectionDown is also sent for connections that never became ready.
/// The stream contains only blocks with relevant events. Each BlockSeen covers the blocks since the one before it
/// (BlockSeen::from). The height between two of them has to be polled.
std::shared_ptr<ChainPort> make_comet_chain(std::shared_ptr<RpcPort>, CometSettings);

} // namespace inferd
