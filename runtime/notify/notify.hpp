#pragma once
// The service manager, as the daemon sees it: sd_notify's datagrams, systemd's credentials. Where there is no service
// manager (NOTIFY_SOCKET unset) every call does nothing. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::notify {

/// Each returns true when the service manager was told; false without one, or when it did not take the datagram: the daemon
/// goes on either way.
bool ready();                           ///< READY=1: start-up is over
bool status(std::string_view status);   ///< STATUS=: one line for `systemctl status`; line breaks become spaces
bool alive();                           ///< WATCHDOG=1: only while the tree is healthy
bool stopping(std::string_view status); ///< STOPPING=1: draining has begun

/// WatchdogSec= in milliseconds, meant for this process: `alive` must be called more often than this, best twice as often.
std::optional<std::int64_t> watchdog_ms();

/// The file of a systemd credential (LoadCredential=name:…), if the service manager gave one.
/// Throws std::runtime_error for a name that is not a plain file name.
std::optional<std::filesystem::path> credential(const std::string& name);

} // namespace inferd::notify
