// The program: its verbs in the order an operator meets them.

#include "base/core_files.hpp"
#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/version/version.hpp"

#include <iostream>

int main(int argc, char** argv) {
  using namespace inferd::cli;
  inferd::leave_memory_out_of_core_files(); // every verb may read a key
  const std::vector<AddVerb> verbs{add_run,    add_once,     add_demo,    add_sim,    add_init,        add_import,
                                   add_config, add_doctor,   add_wallet,  add_tx,     add_candles,     add_features,
                                   add_train,  add_backtest, add_predict, add_models, add_ledger,      add_report,
                                   add_tape,   add_replay,   add_ctl,     add_health, add_model_runner};
  return run_program(verbs, inferd::version(), {argv + 1, argv + argc}, std::cout, std::cerr);
}
