// The daemon of a configuration file, one actor of which throws at each message while the file `fail` exists in the working
// folder: for alerts on restarts.
//   failing_daemon CONFIG

#include "actors/base/actor_base.hpp"
#include "runtime/config/load.hpp"
#include "runtime/daemon/daemon.hpp"
#include "runtime/daemon/plan/plan.hpp"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

using namespace inferd;

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: failing_daemon CONFIG\n", stderr), 2;
  auto result = load_config(argv[1], real_host());
  if (!std::holds_alternative<Config>(result)) return std::fputs("the configuration is wrong\n", stderr), 2;
  Daemon* running = nullptr;
  SignalWatch signals([&](int) {
    if (running) running->stop("a signal");
  });
  const auto& config = std::get<Config>(result);
  RunOptions options;
  options.on_delivery = [](const Delivery& d) {
    if (d.receiver.kind == PlaceKind::timer && std::filesystem::exists("fail")) throw std::runtime_error("told to fail");
  };
  try {
    Daemon daemon(config, make_logger(config.log), options);
    running = &daemon;
    return daemon.run();
  } catch (const CannotStart& e) {
    return std::fprintf(stderr, "%s\n", e.what()), 1;
  }
}
