#pragma once

#include "runtime/sim/world/world.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

/// The command line of `inferd sim`, as given.
struct SimOptions {
  std::uint16_t port = 26'657;
  std::int64_t block_ms = 500, epoch = 30, window = 15, lag = 60;
  std::vector<std::string> topics{"1"}; ///< ID, or ID=label/label/… for a topic with labels
  std::vector<std::string> fund;        ///< ADDRESS, or ADDRESS=UALLO
  bool registered = false;              ///< registers the funded in every topic
  std::string candles;                  ///< a CSV file; empty: no market and no scores
  bool candles_given = false;
  std::string minutes;                                       ///< a CSV file of candles of one minute; empty: none are served
  std::vector<std::string> metadata;                         ///< ID=TEXT
  std::string network = "local";                             ///< sim::network_presets
  std::optional<std::string> chain_id, emissions, gas_price; ///< instead of the network's
  bool json = false;
  std::string config; ///< file for a worker's configuration; empty: none
};

/// Without start time and candles. Throws Failure that names the option.
sim::WorldSettings world_settings(const SimOptions& options);

} // namespace inferd::cli
