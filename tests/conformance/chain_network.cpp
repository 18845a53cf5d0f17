#include "tests/conformance/chain_network.hpp"

#include "runtime/chain/comet/comet_chain.hpp"
#include "runtime/chain/comet/block_events.hpp"
#include "runtime/live/system_clock.hpp"
#include "runtime/live/ws_rpc.hpp"
#include "runtime/sim/world/world.hpp"

#include <array>

namespace inferd::conformance {

namespace {

constexpr std::int64_t deadline_ms = 10'000;

sim::TopicSettings topic(TopicId id, std::int64_t first_nonce) {
  sim::TopicSettings t;
  t.id = id.value;
  t.metadata = "localnet regression";
  t.epoch_length = epoch;
  t.window_length = window;
  t.ground_truth_lag = lag;
  t.first_nonce = first_nonce;
  return t;
}

/// The same network as etc/localnet, simulated.
sim::WorldSettings simulated(const Network& n) {
  auto values = topic(value_topic, epoch), labels = topic(label_topic, epoch + 5), listed = topic(listed_topic, epoch + 9);
  labels.metadata = "localnet classification";
  labels.multi = labels.require_unity = true;
  labels.labels = {"up", "down", "flat"};
  labels.max_labels = 3;
  labels.allow_negative = false;
  listed.whitelist_enabled = true;
  sim::WorldSettings s;
  s.chain.topics = {values, labels, listed};
  s.chain.truth = [](const sim::TopicSettings&, Instant) { return sim::Truth{0.0123, "up"}; };
  s.start = SystemClock().now();
  for (const auto* rich : {&n.worker, &n.failing_worker, &n.unlisted_account})
    s.funded.emplace_back(rich->wallet().address, *sim::parse_amount("1000000000000000000"));
  s.funded.emplace_back(n.newcomer.wallet().address, *sim::parse_amount("1000000000000000000000"));
  s.funded.emplace_back(n.poor.wallet().address, 1'000);
  return s;
}

} // namespace

Network::Network(const std::string& url) : url_(url) {
  if (url_.empty()) {
    world_ = std::make_unique<sim::World>(simulated(*this));
    for (const auto* known : {&worker, &failing_worker, &newcomer})
      world_->with_chain([&](sim::ChainState& c) { c.emissions().whitelist_globally(known->wallet().address); });
    url_ = "http://127.0.0.1:" + std::to_string(world_->serve(0));
    world_->step(); // the first block
  }
  raw_ = make_rpc(io_, {.endpoints = {url_}});
  raw_->listen({[this](const std::string&) {
                  const std::lock_guard lock(mutex_);
                  raw_open_ = true;
                  changed_.notify_all();
                },
                [](const std::string&, const std::string&) {},
                [this](boost::json::value frame) {
                  const std::lock_guard lock(mutex_);
                  auto decoded = chain::decode_event(frame, {worker.wallet(), url_, {}});
                  if (auto* block = std::get_if<chain::DecodedBlock>(&decoded)) unseen_.push_back(std::move(block->block));
                  frames_.push_back(std::move(frame));
                  changed_.notify_all();
                }});
  wait([&] { return raw_open_ ? std::optional(true) : std::nullopt; }, "a connection");
  for (const auto& query : {every_block, chain::tx_subscription(worker.wallet())}) raw(chain::subscribe_call(query));

  chain_ = make_comet_chain(make_rpc(io_, {.endpoints = {url_}}), {.chain_id = "localnet",
                                                                   .wallet = worker.wallet(),
                                                                   .clock = std::make_shared<SystemClock>(),
                                                                   .on_malformed = [this](const std::string& what) {
                                                                     const std::lock_guard lock(mutex_);
                                                                     malformed_events_.push_back(what);
                                                                   }});
  chain_->listen([this](auto reported) { on_event(std::move(reported)); });
  up_ = wait(
    [&]() -> std::optional<ConnectionUp> {
      if (!connected_ && !down_.empty()) throw std::runtime_error(down_);
      return connected_;
    },
    "ConnectionUp");
  {
    const std::lock_guard lock(mutex_);
    first_ = up_.height;
    std::erase_if(unseen_, [&](const BlockSeen& block) { return block.height <= first_; });
  }
  for (auto* signer : {&worker, &failing_worker, &newcomer, &unlisted_account, &poor, &unfunded}) {
    const auto account = ask<AccountArrived>(AskAccount{signer->wallet()});
    signer->next.chain_id = "localnet";
    signer->next.account_number = account.number;
    signer->next.sequence = account.sequence;
  }
}

Network::~Network() = default;

void Network::on_event(std::variant<ConnectionUp, ConnectionDown, BlockSeen, TxIncluded> reported) {
  const std::lock_guard lock(mutex_);
  if (auto* up = std::get_if<ConnectionUp>(&reported)) connected_ = std::move(*up);
  else if (auto* down = std::get_if<ConnectionDown>(&reported)) down_ = down->reason;
  else if (auto* block = std::get_if<BlockSeen>(&reported)) reported_.emplace(block->height.value, std::move(*block));
  else if (auto* tx = std::get_if<TxIncluded>(&reported)) included_.emplace(tx->hash.hex, *tx);
  changed_.notify_all();
}

const BlockSeen& Network::next_block() {
  if (world_) world_->step();
  auto block = wait(
    [&]() -> std::optional<BlockSeen> {
      if (unseen_.empty()) return {};
      auto oldest = std::move(unseen_.front());
      unseen_.pop_front();
      return oldest;
    },
    "a block");
  if (!blocks_.empty()) BOOST_TEST(block.height.value == head().value + 1);
  return blocks_[block.height.value] = std::move(block);
}

std::vector<BlockSeen> Network::eventful() const {
  std::vector<BlockSeen> all;
  for (const auto& [height, b] : blocks_)
    if (!(b.opened.empty() && b.closed.empty() && b.scores.empty() && b.rewards.empty() && b.bundles.empty())) all.push_back(b);
  return all;
}

BlockSeen Network::reported(Height height) {
  return wait(
    [&]() -> std::optional<BlockSeen> {
      const auto it = reported_.find(height.value);
      return it == reported_.end() ? std::nullopt : std::optional(it->second);
    },
    "the client's event of a block");
}

WindowEvent Network::opening(TopicId topic) {
  const auto late = [&] {
    const std::lock_guard lock(mutex_);
    return !unseen_.empty();
  };
  const auto opens = [&](const WindowEvent& w) { return w.topic == topic; };
  const auto& block = until([&](const BlockSeen& b) { return std::ranges::any_of(b.opened, opens) && !late(); }, 200);
  return *std::ranges::find_if(block.opened, opens);
}

std::optional<WindowEvent> Network::open_at(TopicId topic, Height h) const {
  for (const auto& [height, block] : blocks_)
    for (const auto& w : block.opened)
      if (w.topic == topic && w.nonce <= h && h < w.closes) return w;
  return {};
}

BroadcastAnswered Network::send(const SignedTx& tx) { return ask<BroadcastAnswered>(Broadcast{{}, {}, tx.hash, tx.tx}); }

TxHash Network::put(Signer& signer, const SignedTx& tx) {
  const auto answer = send(tx);
  BOOST_REQUIRE_MESSAGE(answer.verdict == Verdict::Accepted, "CheckTx refused: " << answer.log);
  ++signer.next.sequence.value;
  return tx.hash;
}

AskTx Network::question(const TxHash& hash) const {
  return {hash, {}, Height{std::max<std::int64_t>(1, head().value - 60)}, Height{head().value + 1'000}};
}

TxLookedUp Network::included(const TxHash& hash) {
  for (int blocks = 0; blocks < 20; ++blocks) {
    if (auto found = ask<TxLookedUp>(question(hash)); found.found) return found;
    next_block();
  }
  BOOST_FAIL("the transaction is in none of 20 blocks");
  return {};
}

TxIncluded Network::event_of(const TxHash& hash) {
  return wait(
    [&]() -> std::optional<TxIncluded> {
      const auto it = included_.find(hash.hex);
      return it == included_.end() ? std::nullopt : std::optional(it->second);
    },
    "the transaction's event");
}

bool Network::has_event_of(const TxHash& hash) {
  const std::lock_guard lock(mutex_);
  return included_.contains(hash.hex);
}

boost::json::value Network::raw(const chain::Call& call) {
  std::promise<RpcPort::Answer> promise;
  raw_->call(call.method, call.params, deadline_ms, [&](RpcPort::Answer a) { promise.set_value(std::move(a)); });
  auto answer = promise.get_future().get();
  BOOST_REQUIRE_MESSAGE(answer.verdict == Verdict::Accepted, call.method << ": " << answer.reason);
  return std::move(answer.message);
}

std::vector<std::string> Network::malformed_events() {
  const std::lock_guard lock(mutex_);
  return malformed_events_;
}

} // namespace inferd::conformance
