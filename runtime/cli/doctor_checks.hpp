#pragma once
// What may be wrong on a machine besides the configuration's own mistakes. Each check returns findings, never throws.

#include "runtime/config/config.hpp"
#include "runtime/config/host_environment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

struct Finding {
  enum class Kind { fine, doubtful, wrong };
  Kind kind{};
  std::string what; ///< "clock", "disk run"
  std::string seen; ///< what was found
  std::string cure; ///< what to do; empty when fine
};

Finding check_clock(Instant now, bool synchronised);
Finding check_space(const std::string& what, const std::string& path); ///< or its nearest existing parent
Finding check_writable(const std::string& what, const std::string& dir);
Finding check_books(const std::string& path);
/// That words are there, not which, and whose key they give.
struct KeyFinding {
  Finding finding;
  std::optional<Wallet> wallet; ///< the setting's address where the key cannot be read
};
KeyFinding check_key(const WalletSettings&, const HostEnvironment&);
Finding check_memory_lock();                     ///< whether this process may keep a key out of swap
Finding check_registering(const ChainSettings&); ///< what run may pay by itself
Finding check_socket(const std::string& path);
Finding check_log(const LogSettings&);
std::vector<Finding> check_models(const Config&);

/// Of this machine's clock.
bool clock_is_synchronised();

} // namespace inferd::cli
