// The program: its verbs in the order an operator meets them.

#include "runtime/cli/commands.hpp"
#include "runtime/cli/program.hpp"
#include "runtime/version.hpp"

#include <iostream>

int main(int argc, char** argv) {
  using namespace inferd::cli;
  const std::vector<AddVerb> verbs{
#ifdef INFERD_VERB_RUN
    add_run, add_once,
#endif
#ifdef INFERD_VERB_DEMO
    add_demo,
#endif
#ifdef INFERD_VERB_SIM
    add_sim,
#endif
#ifdef INFERD_VERB_CONFIG
    add_config,
#endif
#ifdef INFERD_VERB_DOCTOR
    add_doctor,
#endif
#ifdef INFERD_VERB_WALLET
    add_wallet,
#endif
#ifdef INFERD_VERB_TX
    add_tx,
#endif
#ifdef INFERD_VERB_FEATURES
    add_features,
#endif
#ifdef INFERD_VERB_TRAIN
    add_train,
#endif
#ifdef INFERD_VERB_BACKTEST
    add_backtest,
#endif
#ifdef INFERD_VERB_LEDGER
    add_ledger,
#endif
#ifdef INFERD_VERB_REPLAY
    add_replay,
#endif
#ifdef INFERD_VERB_CTL
    add_ctl,
#endif
#ifdef INFERD_VERB_HEALTH
    add_health,
#endif
  };
  return run_program(verbs, inferd::version(), {argv + 1, argv + argc}, std::cout, std::cerr);
}
