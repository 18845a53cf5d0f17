#pragma once

#include "runtime/models/line_process.hpp"
#include "runtime/models/model_spec.hpp"
#include "runtime/ports/market_port.hpp"
#include "runtime/ports/model_port.hpp"

#include <memory>
#include <string>
#include <vector>

namespace inferd::models {

/// A process that speaks the line protocol as the model of one topic; topics may share the process. `names`: of
/// AskModel::values. `market`: of the topic's feed, may be null if spec.candles is 0. A request's candles come from its cache.
std::shared_ptr<ModelPort> make_line_model(ModelSpec, std::vector<std::string> names, std::shared_ptr<LineProcess>,
                                           std::shared_ptr<MarketPort> market);

} // namespace inferd::models
