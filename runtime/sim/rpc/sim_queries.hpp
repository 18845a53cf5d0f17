#pragma once

#include "runtime/sim/chain/chain_state.hpp"

#include <string>
#include <string_view>

namespace inferd::sim {

/// abci_query's result. `height` is 0 for an unknown path.
struct QueryAnswer {
  Outcome outcome;   ///< refusals: the chain's text
  std::string value; ///< protobuf
  std::int64_t height{};
};

/// The queries a worker needs, as of the last block. `path` is the gRPC method, `data` its protobuf request. `height`: an
/// account's sequence, a worker's inference and the network's, as of that block; 0: of the last.
QueryAnswer abci_query(const ChainState& chain, const std::string& path, const std::string& data, std::int64_t height = 0);

} // namespace inferd::sim
