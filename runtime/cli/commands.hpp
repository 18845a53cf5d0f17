#pragma once
// The program's verbs. Each function adds its verb and callback. A callback that returns succeeded; one that throws Failure
// failed, and run_program prints the sentence on stderr and returns the code.

#include <CLI/App.hpp>
#include <memory>
#include <stdexcept>
#include <string>

namespace inferd::cli {

/// One sentence that names the setting, file or peer at fault.
struct Failure : std::runtime_error {
  explicit Failure(const std::string& sentence, int code = 1) : std::runtime_error(sentence), code(code) {}
  int code;
};

void add_run(CLI::App& program);          // run.cpp
void add_once(CLI::App& program);         // run.cpp
void add_demo(CLI::App& program);         // demo.cpp
void add_sim(CLI::App& program);          // sim.cpp
void add_replay(CLI::App& program);       // replay.cpp
void add_tape(CLI::App& program);         // tape.cpp
void add_candles(CLI::App& program);      // candles.cpp
void add_features(CLI::App& program);     // features.cpp
void add_train(CLI::App& program);        // train.cpp
void add_backtest(CLI::App& program);     // backtest.cpp
void add_predict(CLI::App& program);      // predict.cpp
void add_models(CLI::App& program);       // models.cpp
void add_wallet(CLI::App& program);       // wallet.cpp
void add_tx(CLI::App& program);           // tx.cpp
void add_report(CLI::App& program);       // report.cpp
void add_ledger(CLI::App& program);       // ledger.cpp
void add_init(CLI::App& program);         // init.cpp
void add_import(CLI::App& program);       // import.cpp
void add_config(CLI::App& program);       // config.cpp
void add_doctor(CLI::App& program);       // doctor.cpp
void add_ctl(CLI::App& program);          // ctl.cpp
void add_health(CLI::App& program);       // health.cpp
void add_model_runner(CLI::App& program); // model_runner.cpp

} // namespace inferd::cli
