#pragma once
// Ports that measure how long their answers take.

#include "runtime/ports/market_port.hpp"
#include "runtime/ports/rpc_port.hpp"

#include <functional>
#include <memory>
#include <string>

namespace inferd {

/// `answered` gets the source, whether its answer is usable, and the seconds; from any thread.
std::shared_ptr<MarketPort> timed(std::shared_ptr<MarketPort>,
                                  std::function<void(const std::string& source, bool usable, double seconds)> answered);

/// Likewise with the endpoint that was asked; a request that reached no endpoint is not counted.
std::shared_ptr<RpcPort> timed(std::shared_ptr<RpcPort>,
                               std::function<void(const std::string& endpoint, bool answered, double seconds)> answered);

} // namespace inferd
