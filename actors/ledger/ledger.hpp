#pragma once

#include "actors/interfaces.hpp"
#include "actors/ledger/ledger_core.hpp"
#include "actors/base/actor_base.hpp"

#include <memory>

namespace inferd {

/// Spawns the ledger of one wallet. `store` and the policy's queue are shared and outlive it. `own_thread`: SQLite blocks, so the
/// daemon detaches it from the scheduler's threads; in virtual time it shares them.
Ledger spawn_ledger(caf::actor_system&, ActorContext&, LedgerPolicy, std::shared_ptr<StorePort> store, bool own_thread);

} // namespace inferd
