#pragma once

#include "model/model.hpp"
#include "model/training/trainer.hpp"
#include "tests/model/series.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

namespace inferd::test {

/// The candidate's row; the case fails without one.
inline const ScoreRow& row(const Comparison& table, const std::string& name) {
  for (const auto& r : table.rows)
    if (r.name == name) return r;
  BOOST_FAIL(name);
  return table.rows.front();
}

/// A volatility model of 4 hours, trained on the first 10,000 of the real candles.
inline Model frozen_volatility_model() {
  const auto all = real_candles();
  auto settings = week_ahead();
  settings.horizon_ms = 4 * ms_per_hour;
  settings.output = ModelOutput::volatility;
  return {train({{all.candles.begin(), all.candles.begin() + 10'000}, {}}, settings), "m.json"};
}

} // namespace inferd::test
