#pragma once

#include "messages/units.hpp"

#include <string>

namespace inferd {

/// Held by the one process of this host that sends with a wallet's key on a chain; two would use each other's sequences. A name
/// in Linux's abstract socket namespace: needs no shared folder, is visible through PrivateTmp, DynamicUser and mount
/// namespaces, and is released by the kernel however the process ends.
///
/// Not covered: processes in another network namespace (most containers) or on another host; the submitter detects those on the
/// chain (ClashNoticed). Any local user may take the name and so keep inferd from starting.
class KeyLock {
public:
  /// Throws std::runtime_error: one sentence with the process that holds the lock, or with the system's error.
  KeyLock(const Wallet&, const std::string& chain_id);
  ~KeyLock();
  KeyLock(const KeyLock&) = delete;
  KeyLock& operator=(const KeyLock&) = delete;

private:
  int socket_ = -1;
};

} // namespace inferd
