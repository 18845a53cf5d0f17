#pragma once
// JSON of responses and event frames.

#include "runtime/sim/chain/chain_state.hpp"
#include "runtime/sim/rpc/sim_queries.hpp"

#include <boost/json/object.hpp>

namespace inferd::sim {

boost::json::object status_json(const ChainState& chain);
boost::json::object query_json(const QueryAnswer& answer);
boost::json::object check_json(const CheckAnswer& answer);
boost::json::object tx_json(const TxResult& tx); ///< `tx` and `tx_search`
boost::json::object block_json(const ChainState& chain, const Block& block);
boost::json::object block_results_json(const ChainState& chain, const Block& block);

/// An event: `data` of the frame, and the index that subscriptions are matched against.
struct Published {
  boost::json::object data, index;
};
Published block_published(const ChainState& chain, const Block& block);
Published tx_published(const TxResult& tx);

} // namespace inferd::sim
