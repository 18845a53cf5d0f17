#pragma once
// Interface to the service manager: sd_notify(3) and systemd credentials. Without one (NOTIFY_SOCKET unset) the calls do
// nothing. Thread-safe.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace inferd::notify {

/// Each returns true when the datagram was sent; false without a service manager or on an error, which callers may ignore.
bool ready();                           ///< READY=1: startup is complete
bool status(std::string_view status);   ///< STATUS=: one line for `systemctl status`; line breaks become spaces
bool alive();                           ///< WATCHDOG=1: call only while the tree is healthy
bool stopping(std::string_view status); ///< STOPPING=1: draining has begun

/// WatchdogSec= of this process in milliseconds; `alive` should be called at half this interval.
std::optional<std::int64_t> watchdog_ms();

/// Path of a systemd credential (LoadCredential=name:…); empty if there is none. Throws std::runtime_error for a name that is
/// not a plain file name.
std::optional<std::filesystem::path> credential(const std::string& name);

} // namespace inferd::notify
