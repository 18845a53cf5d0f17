#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace inferd {

/// What differs between the configurations for a simulated network.
struct SimConfig {
  std::string chain_id = "localnet";
  std::string url;                      ///< of the chain and the market
  std::string token_env;                ///< not empty: Tiingo's API is asked first, with this variable's token
  std::vector<std::uint64_t> topics{1}; ///< of btcusd, all with the model beside the file
  std::string log_level = "info";
};

/// A complete configuration. Everything lies in its file's folder: mnemonic, model.json, books.db, admin.sock, log, tapes.
std::string sim_config_text(const SimConfig&);

} // namespace inferd
