#pragma once

#include "actors/interfaces.hpp"
#include "actors/ledger/ledger_core.hpp"
#include "actors/base/actor_base.hpp"

#include <memory>

namespace inferd {

/// Spawns the ledger of one wallet. `store` and the policy's queue are shared and outlive it. `own_thread`: detached, as SQLite
/// blocks; false in virtual time.
Ledger spawn_ledger(caf::actor_system&, ActorContext&, LedgerPolicy, std::shared_ptr<StorePort> store, bool own_thread);

} // namespace inferd
