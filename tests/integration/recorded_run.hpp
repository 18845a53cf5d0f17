#pragma once

#include "runtime/tape/tape_writer.hpp"
#include "tests/support/test_network.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>

namespace inferd::test {

/// Starts the tree, runs `drive`, kills the tree, and returns the tape's path.
inline std::string record_run(TestNetwork& network, const std::function<void()>& drive,
                              const Wallet& wallet = signer()->wallet()) {
  TapeWriter tape({.dir = network.dir / "tape", .started = network.actors.clock->now(), .wallet = wallet},
                  [](const std::string& warning) { BOOST_ERROR(warning); });
  network.actors.context.on_delivery = [&tape](const Delivery& d) { tape.record(d); };
  network.actors.context.on_start = [&tape](const Place& place, Instant now) { tape.started(place, now); };
  network.actors.context.on_read = [&tape](const Place& place, Instant now, const char* type, const std::string& json) {
    tape.read(place, now, type, json);
  };
  network.start();
  drive();
  const auto path = tape.path();
  network.actors.context.on_delivery = nullptr;
  network.stop();
  network.actors.context.on_start = nullptr;
  network.actors.context.on_read = nullptr;
  return path;
}

/// Runs `blocks` blocks and calls `trouble` before each.
inline std::string record(TestNetwork& network, int blocks, const std::function<void(int block)>& trouble = {}) {
  return record_run(network, [&] {
    for (int i = 0; i < blocks; ++i) {
      if (trouble) trouble(i);
      network.block();
    }
  });
}

} // namespace inferd::test
