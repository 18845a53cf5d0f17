// Tests of the chain behaviour that the daemon depends on, run against the simulated chain and a real node.
//   conformance.test               a simulated chain, served by this process
//   conformance.test -- URL        a node of etc/localnet with --epoch 12 that knows the accounts: tests/localnet/checks.py
// Append `scored` if a reputer reports on that node.
#define BOOST_TEST_MODULE conformance
#include "tests/conformance/chain_network.hpp"

#include <optional>

namespace inferd::conformance {

namespace {

std::optional<Network> the_network;

/// Registers the suite's accounts in topics 1 and 2 before the first case.
struct Run {
  void setup() {
    const auto& arguments = boost::unit_test::framework::master_test_suite();
    auto& n = the_network.emplace(arguments.argc > 1 ? arguments.argv[1] : "");
    for (auto* signer : {&n.worker, &n.failing_worker}) {
      std::vector<TxHash> sent;
      for (const auto topic : {value_topic, label_topic}) sent.push_back(n.put(*signer, signer->registration(topic)));
      for (const auto& hash : sent) {
        const auto done = n.included(hash);
        if (done.verdict != Verdict::Accepted) throw std::runtime_error("registration: " + done.log);
      }
    }
  }
  void teardown() { the_network.reset(); }
};

} // namespace

Network& network() { return *the_network; }

bool scored() {
  const auto& arguments = boost::unit_test::framework::master_test_suite();
  return arguments.argc < 2 || (arguments.argc > 2 && std::string(arguments.argv[2]) == "scored");
}

} // namespace inferd::conformance

using inferd::conformance::Run;
BOOST_TEST_GLOBAL_FIXTURE(Run);
