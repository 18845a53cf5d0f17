// inferd health: for service managers and scripts.

#include "runtime/cli/admin_peer.hpp"
#include "runtime/cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <iostream>

namespace inferd::cli {

void add_health(CLI::App& program) {
  auto* verb = program.add_subcommand("health", "Exit 0 only when inferd runs and is well");
  verb->footer("Well means: it answers, every actor that should run does and answers, and none is in trouble.\n"
               "Exit codes: 0 well; 1 not, one sentence on stderr says why; 2 wrong command line or configuration.");
  const auto peer = add_peer_options(*verb);
  const auto json = std::make_shared<bool>(false);
  verb->add_flag_callback(
    "--json", [json] { *json = true; }, "the answer as it came");
  verb->callback([peer, json] {
    const auto answer = ask(*peer, "GET", "/health");
    if (*json) std::cout << answer.body;
    if (answer.status != 200) throw Failure(refusal(answer));
    if (!*json) std::cout << "healthy\n";
  });
}

} // namespace inferd::cli
