#pragma once
// What a changed configuration means for a running daemon. Its actors, ports and models are made anew from the next one,
// between two windows; what identifies the daemon cannot change while it runs.

#include "runtime/admin/admin_http.hpp"
#include "runtime/admin/tree_port.hpp"
#include "runtime/config/config.hpp"
#include "runtime/config/mistake.hpp"

#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

struct ReloadPlan {
  std::vector<std::string> changed; ///< settings that take effect
  std::vector<std::string> later;   ///< that need a restart of the process: the next start takes them
  std::vector<std::string> refused; ///< that must not change in a running process: nothing is reloaded
};

/// Compares the effective settings.
ReloadPlan compare(const Config& present, const Config& next);

/// Loads the configuration with `load_again` and looks for everything that would keep it from being used, before the present
/// daemon stops. `next` empty: it is refused, `answer` says why.
struct PreparedReload {
  AdminAnswer answer;
  std::optional<Config> next;
};
PreparedReload prepare_reload(const Config& present,
                              const std::function<std::variant<Config, std::vector<ConfigMistake>>()>& load_again, Instant now);

/// Whether no window is under way: none is open and unanswered, about to open, claimed or awaited in a block.
bool between_windows(TreePort&);

} // namespace inferd
