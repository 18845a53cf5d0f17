#pragma once

#include "actors/interfaces.hpp"
#include "actors/submitter/submitter_core.hpp"
#include "actors/base/actor_base.hpp"
#include "runtime/ports/chain_port.hpp"

#include <memory>

namespace inferd {

/// Spawns the submitter of one wallet. `chain` and `signer` are shared and outlive it.
Submitter spawn_submitter(caf::actor_system&, ActorContext&, SubmitterPolicy, std::shared_ptr<ChainPort> chain,
                          std::shared_ptr<const SignerPort> signer);

} // namespace inferd
