#pragma once
// Checks of the machine beyond the configuration. Each returns findings and does not throw.

#include "runtime/config/config.hpp"
#include "runtime/config/host_environment.hpp"

#include <optional>
#include <string>
#include <vector>

namespace inferd::cli {

struct Finding {
  enum class Kind { fine, doubtful, wrong };
  Kind kind{};
  std::string what;   ///< "clock", "disk run"
  std::string seen;   ///< what was found
  std::string remedy; ///< what to do; empty when fine
};

Finding check_clock(Instant now, bool synchronised);
Finding check_space(const std::string& what, const std::string& path); ///< of `path` or its nearest existing parent
Finding check_writable(const std::string& what, const std::string& dir);
Finding check_books(const std::string& path);
/// Whether the mnemonic can be read; never its words.
struct KeyFinding {
  Finding finding;
  std::optional<Wallet> wallet; ///< the configured address if the key cannot be read
};
KeyFinding check_key(const WalletSettings&, const HostEnvironment&);
Finding check_memory_lock();                     ///< whether this process may lock memory
Finding check_registering(const ChainSettings&); ///< fees that run may pay without asking
Finding check_socket(const std::string& path);
Finding check_log(const LogSettings&);
std::vector<Finding> check_models(const Config&);

/// Whether this machine's clock is synchronised.
bool clock_is_synchronised();

} // namespace inferd::cli
