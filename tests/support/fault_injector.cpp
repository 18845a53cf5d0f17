#include "tests/support/fault_injector.hpp"

#include "runtime/chain/encoding/codec.hpp"

#include <algorithm>
#include <new>
#include <stdexcept>

namespace inferd::test {
namespace {

using Random = std::mt19937_64;

double some(Random& random, double most) { return std::uniform_real_distribution<>(most / 4, most)(random); }

/// The node connected first, or all nodes.
std::function<void(TestNetwork&, Random&)> node(std::function<void(sim::Faults&, Random&, std::int64_t head)> strike) {
  return [strike = std::move(strike)](TestNetwork& network, Random& random) {
    const auto head = network.chain.with_chain([](auto& c) { return c.height(); });
    const auto all = random() % 2 == 0;
    for (std::size_t i = 0; i < (all ? network.settings.nodes.size() : 1); ++i) strike(network.rpc->faults(i), random, head);
  };
}

constexpr std::uint32_t indefinitely = 1'000'000;
std::function<void(TestNetwork&, Random&)> market(sim::MarketFault fault, std::int64_t amount = 0) {
  return [=](TestNetwork& network, Random&) {
    network.market->inject(fault, amount, indefinitely);
    network.second_market->inject(fault, amount, indefinitely);
  };
}

std::function<void(TestNetwork&, Random&)> disk(std::string sentence) {
  return [=](TestNetwork& network, Random&) { network.crashable->refuses = sentence; };
}

std::function<void(TestNetwork&, Random&)> clock(std::int64_t ms) {
  return [=](TestNetwork& network, Random&) { network.actors.clock->advance(ms); };
}

/// Another process with our key spends its next sequence on an answer to `nonce`. Empty: our transaction was first.
std::string send_from_other_process(TestNetwork& network, TopicId topic, Height nonce) {
  const auto& us = signer()->wallet();
  return network.chain.with_chain([&](sim::ChainState& c) {
    const auto* account = c.account(us.address);
    if (!account) return std::string();
    const auto order = SignOrder{c.settings().chain_id,
                                 c.settings().emissions,
                                 account->number,
                                 Sequence{account->sequence},
                                 Gas{300'000},
                                 Uallo{5'000'000 * (network.settings.preset->gas_price / sim::one_uallo_per_gas)},
                                 Height{0},
                                 topic,
                                 nonce,
                                 {{"", "0.5"}}};
    const auto tx = std::get<SignedTx>(signer()->sign_payload(order));
    const auto answer = c.check_tx(*chain::from_base64(tx.tx.base64));
    return answer.error.empty() && answer.outcome.ok() ? tx.hash.hex : std::string();
  });
}

/// Nonce of the newest open window of the first topic; 0: none.
Height open_window(TestNetwork& network) {
  return network.chain.with_chain([&](sim::ChainState& chain) {
    const auto* topic = chain.emissions().find(network.settings.topics.front().id);
    return Height{topic->open.empty() ? 0 : topic->open.back().nonce};
  });
}

std::string steal_sequence(TestNetwork& network, Random&) {
  constexpr Height never{1}; // no window has this nonce: the payload fails in its block
  return send_from_other_process(network, TopicId{network.settings.topics.front().id}, never);
}

std::string answer_for_us(TestNetwork& network, Random&) {
  const auto nonce = open_window(network);
  return nonce.value == 0 ? std::string()
                          : send_from_other_process(network, TopicId{network.settings.topics.front().id}, nonce);
}

std::string close_early(TestNetwork& network, Random&) {
  if (open_window(network).value != 0)
    network.chain.with_chain([&](auto& c) { return c.emissions().close_windows(network.settings.topics.front().id), 0; });
  return {};
}

std::function<std::string(TestNetwork&, Random&)> now_and_then(std::uint64_t one_in,
                                                               std::function<std::string(TestNetwork&, Random&)> what) {
  return [=](TestNetwork& network, Random& random) { return random() % one_in == 0 ? what(network, random) : std::string(); };
}

std::vector<InjectedFault> all() {
  using sim::Faults, sim::MarketFault;
  return {
    {"connections refused", node([](Faults& f, Random&, auto) {
       f.refuse_connections = true;
       f.disconnect = 1;
     })},
    {"connections reset", node([](Faults& f, Random& r, auto) { f.disconnect = some(r, 0.3); })},
    {"a slow node", node([](Faults& f, Random& r, auto) { f.max_delay_ms = 1'000 + static_cast<std::int64_t>(r() % 3'000); })},
    {"half-open and silent", node([](Faults& f, Random&, auto) { f.silent = true; })},
    {"calls lost", node([](Faults& f, Random& r, auto) { f.lose_call = some(r, 0.3); })},
    {"answers lost", node([](Faults& f, Random& r, auto) { f.lose_answer = some(r, 0.3); })},
    {"a node behind", node([](Faults& f, Random& r, auto) { f.behind_blocks = 1 + static_cast<std::int64_t>(r() % 3); })},
    {"a node stuck at a height", node([](Faults& f, Random&, auto head) { f.stuck_at = head; })},
    {"a node of another chain", node([](Faults& f, Random&, auto) {
       f.chain_id = "other-1";
       f.disconnect = 1;
     })},
    {"answers that are garbage", node([](Faults& f, Random& r, auto) { f.garbage_answer = some(r, 0.5); })},
    {"events that are garbage", node([](Faults& f, Random& r, auto) { f.garbage_event = some(r, 1); })},
    {"429 and 503", node([](Faults& f, Random& r, auto) { f.busy = some(r, 0.6); })},
    {"a full mempool", node([](Faults& f, Random& r, auto) { f.refuse_broadcast = some(r, 1); })},
    {"events lost", node([](Faults& f, Random& r, auto) { f.drop_event = some(r, 1); })},
    {"events repeated", node([](Faults& f, Random& r, auto) { f.repeat_event = some(r, 1); })},
    {"windows that close early", nullptr, now_and_then(4, close_early)},
    {"sequences stolen", nullptr, steal_sequence},
    {"windows answered by another process", nullptr, answer_for_us},
    {"a fee above the cap",
     [](TestNetwork& network, Random&) {
       network.chain.with_chain([&](auto& c) { return c.set_gas_price(network.settings.preset->gas_price * 1'000), 0; });
     }},
    {"the first source down",
     [](TestNetwork& network, Random&) { network.market->inject(MarketFault::Unavailable, 0, indefinitely); }},
    {"every source down", market(MarketFault::Unavailable)},
    {"sources that ask for a pause", market(MarketFault::RateLimited, 60)},
    {"sources that are stale", market(MarketFault::Stale, 4)},
    {"sources that jump", // each by a factor of its own: what two sources show alike is a move of the market
     [](TestNetwork& network, Random&) {
       network.market->inject(MarketFault::Jump, 3, indefinitely);
       network.second_market->inject(MarketFault::Jump, 5, indefinitely);
     }},
    {"sources with a gap", market(MarketFault::Gap, 6)},
    {"sources that send garbage", market(MarketFault::Garbage)},
    {"sources too slow", market(MarketFault::Slow, 60'000)},
    {"a full disk", disk("the books cannot be written: the disk is full")},
    {"a read-only disk", disk("the books cannot be written: read-only")},
    {"memory short", [](TestNetwork& network, Random& random) { network.short_of_memory = 500 + random() % 2'000; }},
    {"a clock an hour ahead", clock(3'600'000)},
    {"a clock an hour behind", clock(-3'600'000)},
    {"a clock a day behind", clock(-86'400'000)},
  };
}

} // namespace

const std::vector<InjectedFault>& injected_faults() {
  static const auto list = all();
  return list;
}

const InjectedFault& injected_fault(const std::string& name) {
  for (const auto& one : injected_faults())
    if (one.name == name) return one;
  throw std::out_of_range("there is no fault called " + name);
}

void clear_faults(TestNetwork& network) {
  for (std::size_t i = 0; i < network.settings.nodes.size(); ++i) network.rpc->faults(i) = {};
  network.market->clear_faults();
  network.second_market->clear_faults();
  network.crashable->refuses.clear();
  network.short_of_memory = 0;
  network.actors.clock->set(network.actors.steady->now());
  network.chain.with_chain([&](auto& c) { return c.set_gas_price(network.settings.preset->gas_price), 0; });
}

void FaultInjector::clear() {
  clear_faults(network_);
  present_.clear();
}

void FaultInjector::change(double share) {
  clear();
  for (std::size_t i = 0; i < injected_faults().size(); ++i) {
    if (!std::bernoulli_distribution(share)(random_)) continue;
    ++counts_[i];
    present_.push_back(&injected_faults()[i]);
    if (injected_faults()[i].begin) injected_faults()[i].begin(network_, random_);
  }
}

bool FaultInjector::has(const std::string& name) const {
  return std::ranges::any_of(present_, [&](const InjectedFault* one) { return one->name == name; });
}

void FaultInjector::moments() {
  for (const auto* one : present_)
    if (one->moment)
      if (const auto hash = one->moment(network_, random_); !hash.empty()) on_foreign_tx_(hash);
}

} // namespace inferd::test
