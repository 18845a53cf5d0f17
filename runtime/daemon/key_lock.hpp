#pragma once

#include "messages/units.hpp"

#include <string>

namespace inferd {

/// Held by the one process of this machine that sends with a wallet's key on a chain: two would spend each other's sequences,
/// whatever books they keep. A name in Linux's abstract socket namespace, so it needs no folder that both can write, is seen
/// through PrivateTmp, DynamicUser and mount namespaces, and the kernel lets go of it however the process ends.
///
/// Not seen: a process in another network namespace (most containers) or on another machine; the submitter recognises those
/// from the chain. Any local user may take the name, and so keep inferd from starting.
class KeyLock {
public:
  /// Throws std::runtime_error with a sentence that names the process which holds it.
  KeyLock(const Wallet&, const std::string& chain_id);
  ~KeyLock();
  KeyLock(const KeyLock&) = delete;
  KeyLock& operator=(const KeyLock&) = delete;

private:
  int socket_ = -1;
};

} // namespace inferd
