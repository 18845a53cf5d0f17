#pragma once
// Decodes subscription events and block_results, which reports the same events for a past block.

#include "messages/chain.hpp"
#include "runtime/chain/encoding/result.hpp"

#include <boost/json/value.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

namespace inferd::chain {

/// Queries for the blocks in which a window opens or closes, or scores are set (and rewards paid). Three for all topics, since
/// a client may hold five (CometBFT max_subscriptions_per_client). A block arrives once for each query that it matches.
std::vector<std::string> block_subscriptions(const std::string& emissions, const std::set<TopicId>&);
std::string tx_subscription(const Wallet&); ///< transactions with the wallet as message.sender

/// Metadata of decoded events. `wallet` filters scores, rewards and values; empty: all scores and rewards, no values.
struct Stamp {
  Wallet wallet;
  std::string endpoint;
  Instant at;
};

/// A block's events, and an error for the first relevant event that is malformed; that event is left out.
struct DecodedBlock {
  BlockSeen block;
  std::string malformed;
};

/// Decodes a subscription's frame: {"result":{"data":{"type":…,"value":…}}}. Monostate: another type of event, or the empty
/// result that confirms a subscription. String: not such a frame, or the height or the transaction is missing.
/// Only inferers' scores and rewards count: a wallet may be a reputer of the same topic.
/// Heights, nonces and topics are JSON inside strings ("\"67\""). Accepts v10's and v9's type names.
std::variant<std::monostate, DecodedBlock, TxIncluded, std::string> decode_event(const boost::json::value& frame, const Stamp&);

/// Fast path of decode_event for the text of a NewBlockEvents frame in exactly the format that nodes write: parses only the
/// relevant events, not the tens of kilobytes around them, since a window's opening waits for this. Nothing: another format or
/// a malformed event; use decode_event.
std::optional<BlockSeen> scan_block(std::string_view frame, const Stamp&);

/// Decodes the response to block_results {height}.
Result<DecodedBlock> decode_block_results(const boost::json::value& response, const Stamp&);

} // namespace inferd::chain
