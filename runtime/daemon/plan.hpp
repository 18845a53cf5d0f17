#pragma once

#include "runtime/config/config.hpp"
#include "runtime/daemon/actor_tree.hpp"
#include "runtime/ports/http_port.hpp"

#include <memory>
#include <stdexcept>

namespace inferd {

/// One sentence that names the setting or the file.
struct CannotStart : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The ports of a configuration's actor tree.
struct HostPorts {
  std::shared_ptr<ClockPort> clock;
  std::shared_ptr<HttpPort> http;
  std::shared_ptr<ChainPort> chain;
  std::shared_ptr<const SignerPort> signer;
  std::shared_ptr<StorePort> store;
};

/// Loads the wallet's key from the configured place. Throws CannotStart, without key material.
std::shared_ptr<const SignerPort> load_signer(const WalletSettings&);

/// Converts settings to policies: loads and checks the models, makes one feed per symbol. Throws CannotStart.
std::shared_ptr<TreePlan> make_plan(const Config&, const WalletSettings&, const HostPorts&, bool dry_run);

} // namespace inferd
