#pragma once
// What a node tells unasked, and block_results, which tells the same about a block of the past.

#include "messages/chain.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace inferd::chain {

/// Subscriptions. A client may hold five, so several topics share their three: the blocks in which a worker's window of any
/// topic opens or closes, or in which scores are set (and rewards paid). A block comes once for each that it meets.
std::vector<std::string> block_subscriptions(const std::string& emissions, const std::set<TopicId>&);
std::string tx_subscription(const Wallet&); ///< transactions that spend from the wallet

/// What every decoded event is stamped with, and whose scores, rewards and values are kept (an empty address: everyone's).
struct Stamp {
  Wallet wallet;
  std::string endpoint;
  Instant at;
};

/// A block's events, and the first one of interest that could not be read (it is left out; the others count).
struct DecodedBlock {
  BlockSeen block;
  std::string malformed;
};

/// A subscription's frame: {"result":{"data":{"type":…,"value":…}}}. Monostate: a kind nobody subscribed to, or the empty
/// result that confirms a subscription. A sentence: not such a frame, or one without a height or transaction.
/// Only an inferer's scores and rewards count: a wallet may report in the same topic.
/// Window heights, nonces and topics arrive as JSON inside strings ("\"67\""); v10's and v9's type names are both known.
std::variant<std::monostate, DecodedBlock, TxIncluded, std::string> decode_event(const boost::json::value& frame, const Stamp&);

/// decode_event for the text of a NewBlockEvents frame in exactly the form in which nodes write it: only the few events of
/// interest are parsed, not the tens of kilobytes around them, because an opening waits behind this. Nothing: another form,
/// or one of those events cannot be read; decode_event is to be asked.
std::optional<BlockSeen> skim_block(std::string_view frame, const Stamp&);

/// The response to block_results {height}, result or not.
Result<DecodedBlock> decode_block_results(const boost::json::value& response, const Stamp&);

} // namespace inferd::chain
