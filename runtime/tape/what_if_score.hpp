#pragma once

#include "runtime/tape/what_if.hpp"

#include <map>

namespace inferd {

using CandlesBySource = std::map<std::string, std::map<Instant, Candle>>;

/// Fills in the truths: from the settings' candles, without them from the window's own source.
void add_truths(std::vector<WhatIfWindow>&, const WhatIfSettings&, const CandlesBySource& tape);

WhatIfScore score_of(const std::vector<WhatIfWindow>&, const TriedModel&);

std::string claim_of(const WhatIfScore&, const TriedModel&);

} // namespace inferd
