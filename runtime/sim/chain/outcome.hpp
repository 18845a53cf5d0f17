#pragma once

#include <cstdint>
#include <string>

namespace inferd::sim {

/// Codespaces: "sdk", "emissions", "feemarket", "undefined".
struct Outcome {
  std::uint32_t code{}; ///< 0: accepted
  std::string codespace, log;
  std::uint64_t gas_used{};

  bool ok() const { return code == 0; }
};

inline Outcome refused(std::uint32_t code, std::string codespace, std::string log, std::uint64_t gas = 0) {
  return {code, std::move(codespace), std::move(log), gas};
}

} // namespace inferd::sim
