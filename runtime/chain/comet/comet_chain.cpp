#include "runtime/chain/comet/comet_chain.hpp"

#include "runtime/chain/comet/comet_requests.hpp"
#include "runtime/chain/comet/comet_handshake.hpp"
#include "runtime/chain/comet/block_events.hpp"

#include <algorithm>
#include <cassert>
#include <map>
#include <mutex>
#include <optional>
#include <vector>

namespace inferd {
namespace {

constexpr std::size_t max_buffered_frames = 64; // events buffered until the handshake is complete

/// Delivers an answer, from any thread, but not before release().
class HeldAnswer {
public:
  using Outcome = std::variant<BroadcastAnswered, AskFailed>;
  explicit HeldAnswer(ChainPort::Then<BroadcastAnswered> then) : then_(std::move(then)) {}

  void arrived(Outcome outcome) {
    {
      const std::lock_guard lock(mutex_);
      if (!released_) {
        early_ = std::move(outcome);
        return;
      }
    }
    then_(std::move(outcome));
  }
  void release() {
    std::optional<Outcome> early;
    {
      const std::lock_guard lock(mutex_);
      released_ = true;
      early.swap(early_);
    }
    if (early) then_(std::move(*early));
  }

private:
  const ChainPort::Then<BroadcastAnswered> then_;
  std::mutex mutex_;
  bool released_ = false;
  std::optional<Outcome> early_;
};

class CometChain : public ChainPort, public std::enable_shared_from_this<CometChain> {
public:
  CometChain(std::shared_ptr<RpcPort> rpc, CometSettings settings) : rpc_(std::move(rpc)), settings_(std::move(settings)) {
    assert(rpc_ && settings_.clock);
  }

  void listen(Listener listener) override {
    const std::lock_guard reporting(reporting_);
    listener_ = std::move(listener);
    if (std::exchange(listening_, true)) {
      if (const auto up = connection()) listener_(*up);
      return;
    }
    // Weak: this port owns the RPC session, not the reverse.
    const auto weak = weak_from_this();
    rpc_->listen({[weak](std::string endpoint) {
                    if (auto self = weak.lock()) self->opened(std::move(endpoint));
                  },
                  [weak](std::string endpoint, std::string reason) {
                    if (auto self = weak.lock()) self->closed(std::move(endpoint), std::move(reason));
                  },
                  [weak](boost::json::value frame) {
                    if (auto self = weak.lock()) self->event(std::move(frame));
                  },
                  [weak](std::string_view text) {
                    auto self = weak.lock();
                    return self && self->scan(text);
                  }});
  }

  void reconnect(std::string reason) override { rpc_->leave(std::move(reason)); }
  std::vector<EndpointState> endpoints() const override { return rpc_->endpoints(); }

  void ask(const AskWindow& a, Then<WindowStatusArrived> then) override {
    if (const auto with = context(a, then)) chain::ask_window(rpc_, *with, a, on_contradiction(), std::move(then));
  }
  void ask(const AskTopic& a, Then<TopicArrived> then) override { forward(a, std::move(then)); }
  void ask(const AskAccount& a, Then<AccountArrived> then) override {
    if (const auto with = context(a, then)) chain::ask_account(rpc_, *with, a, on_contradiction(), std::move(then));
  }
  void ask(const AskGasPrice& a, Then<GasPriceArrived> then) override { forward(a, std::move(then)); }
  void ask(const Simulate& a, Then<Simulated> then) override { forward(a, std::move(then)); }
  void ask(const Broadcast& a, Then<BroadcastAnswered> then) override {
    if (const auto with = context(a, then)) chain::broadcast(*rpc_, *with, a, on_contradiction(), std::move(then));
  }
  void ask(const AskTx& a, Then<TxLookedUp> then) override {
    const auto with = context(a, then);
    if (!with) return;
    {
      // The submitter repeats a question that takes long: one look-up of a hash at a time answers all of them.
      const std::lock_guard lock(lookups_mutex_);
      auto& waiting = lookups_[a.hash];
      waiting.push_back(std::move(then));
      if (waiting.size() > 1) return;
    }
    chain::look_up(rpc_, *with, a, [weak = weak_from_this(), hash = a.hash](const auto& answer) {
      const auto self = weak.lock();
      if (!self) return;
      std::vector<Then<TxLookedUp>> waiting;
      {
        const std::lock_guard lock(self->lookups_mutex_);
        waiting = std::move(self->lookups_.extract(hash).mapped());
      }
      for (const auto& then : waiting) then(answer);
    });
  }
  void ask(const AskInference& a, Then<InferenceArrived> then) override { forward(a, std::move(then)); }
  void ask(const AskBlock& a, Then<BlockSeen> then) override { forward(a, std::move(then)); }

  void preload(const Broadcast& bytes, std::function<void(PreloadSent)> fired, Then<BroadcastAnswered> then) override {
    const std::lock_guard lock(preload_mutex_);
    preload_ = Preload{bytes, std::move(fired), std::move(then)};
  }
  void cancel_preload(std::function<void(PreloadCancelled)> then) override {
    const std::lock_guard lock(preload_mutex_);
    preload_.reset();
    then({settings_.clock->now()});
  }

private:
  struct Preload {
    Broadcast bytes;
    std::function<void(PreloadSent)> fired;
    Then<BroadcastAnswered> then;
  };

  // Sends on the thread that received the opening, and before it wakes another one: on a busy machine the actor that handles
  // PreloadSent would run first. Under the lock: PreloadSent precedes PreloadCancelled.
  void send_preload(const BlockSeen& block) {
    std::unique_lock lock(preload_mutex_);
    const auto is_its = [&](const WindowEvent& w) {
      return w.topic == preload_->bytes.topic && w.nonce == preload_->bytes.nonce;
    };
    if (!preload_ || std::none_of(block.opened.begin(), block.opened.end(), is_its)) return;
    const auto sent = *std::exchange(preload_, std::nullopt);
    const auto answer = std::make_shared<HeldAnswer>(sent.then);
    ask(sent.bytes, [answer](auto outcome) { answer->arrived(std::move(outcome)); });
    sent.fired({sent.bytes.topic, sent.bytes.nonce, sent.bytes.hash, block.at});
    lock.unlock();
    answer->release();
  }

  /// Nothing while there is no connection: `then` is called with the failure.
  template <class Ask, class Answer>
  std::optional<chain::RequestContext> context(const Ask& a, const Then<Answer>& then) const {
    if (const auto up = connection()) {
      const auto deadline = std::is_same_v<Ask, Broadcast> ? settings_.broadcast_deadline_ms : settings_.rpc_deadline_ms;
      return chain::RequestContext{up->endpoint, up->emissions, settings_.wallet, settings_.clock, deadline, known()};
    }
    auto failed = chain::failure(a);
    failed.reason = down_reason();
    then(std::move(failed));
    return {};
  }
  template <class Ask, class Answer> void forward(const Ask& a, Then<Answer> then) {
    if (const auto with = context(a, then)) chain::ask(*rpc_, *with, a, std::move(then));
  }

  /// An endpoint that is contradicted by another loses its rank.
  chain::OnContradiction on_contradiction() const {
    return [weak = std::weak_ptr(rpc_)](const std::string& what) {
      if (const auto rpc = weak.lock()) rpc->leave(what);
    };
  }

  void opened(std::string endpoint) {
    std::uint64_t attempt;
    {
      const std::lock_guard lock(state_mutex_);
      attempt = ++attempt_;
      up_.reset();
      buffered_.clear();
      down_reason_ = endpoint + ": connected, handshake pending";
    }
    chain::handshake(rpc_, settings_, known(), [weak = weak_from_this(), attempt, endpoint](auto outcome) {
      if (auto self = weak.lock()) self->greeted(attempt, endpoint, std::move(outcome));
    });
  }

  void greeted(std::uint64_t attempt, const std::string& endpoint, std::variant<chain::Handshake, std::string> outcome) {
    const std::lock_guard reporting(reporting_);
    std::vector<boost::json::value> buffered;
    {
      const std::lock_guard lock(state_mutex_);
      if (attempt != attempt_) return; // of a closed connection
      auto* shaken = std::get_if<chain::Handshake>(&outcome);
      if (shaken && shaken->chain_reset) {
        down_reason_ = endpoint + ": the chain was reset";
      } else if (shaken) {
        up_ = ConnectionUp{endpoint,        shaken->chain_id,      shaken->emissions, shaken->height,   settings_.clock->now(),
                           shaken->genesis, shaken->contradiction, shaken->warning,   shaken->went_back};
        if (up_->contradiction.empty())
          known_ = chain::updated(known_, shaken->genesis, shaken->height, shaken->went_back, up_->at);
        up_->went_back |= std::exchange(contradicted_head_, {}).value > up_->height.value + reorganised_blocks;
        if (!up_->contradiction.empty()) contradicted_head_ = up_->height;
        covered_ = shaken->height;
        last_block_ = {};
        buffered.swap(buffered_);
      }
    }
    if (const auto* why = std::get_if<std::string>(&outcome)) {
      const auto named = endpoint + ": "; // the port names the endpoint itself
      return rpc_->leave(why->starts_with(named) ? why->substr(named.size()) : *why);
    }
    if (const auto& shaken = std::get<chain::Handshake>(outcome); shaken.chain_reset) {
      if (settings_.on_chain_reset) settings_.on_chain_reset(shaken.genesis, endpoint);
      return;
    }
    listener_(*connection());
    {
      const std::lock_guard lock(state_mutex_);
      if (up_) up_->went_back = false; // delivered: a later listener begins with the present height
    }
    for (const auto& frame : buffered) report(frame, endpoint);
  }

  void closed(std::string endpoint, std::string reason) {
    const std::lock_guard reporting(reporting_);
    {
      const std::lock_guard lock(state_mutex_);
      ++attempt_;
      up_.reset();
      buffered_.clear();
      down_reason_ = reason;
    }
    listener_(ConnectionDown{std::move(endpoint), std::move(reason), settings_.clock->now()});
  }

  void event(boost::json::value frame) {
    const std::lock_guard reporting(reporting_);
    std::string endpoint;
    {
      const std::lock_guard lock(state_mutex_);
      if (!up_) {
        if (buffered_.size() < max_buffered_frames) buffered_.push_back(std::move(frame));
        return;
      }
      endpoint = up_->endpoint;
    }
    report(frame, endpoint);
  }

  bool scan(std::string_view text) {
    const std::lock_guard reporting(reporting_);
    const auto up = connection();
    auto block = up ? chain::scan_block(text, {settings_.wallet, up->endpoint, settings_.clock->now()}) : std::nullopt;
    if (block) report(std::move(*block));
    return block.has_value();
  }

  void report(BlockSeen block) {
    if (block.height == last_block_) return; // matched another subscription as well
    send_preload(block);
    reached(block.height);
    if (!settings_.topics.empty()) {
      const auto foreign = [&](const auto& event) { return !settings_.topics.contains(event.topic); };
      std::erase_if(block.opened, foreign);
      std::erase_if(block.closed, foreign);
      std::erase_if(block.scores, foreign);
      std::erase_if(block.rewards, foreign);
      std::erase_if(block.bundles, foreign);
    }
    block.from = Height{std::min(covered_.value + 1, block.height.value)};
    covered_ = last_block_ = block.height;
    listener_(std::move(block));
  }

  void report(const boost::json::value& frame, const std::string& endpoint) {
    auto decoded = chain::decode_event(frame, {settings_.wallet, endpoint, settings_.clock->now()});
    if (const auto* wrong = std::get_if<std::string>(&decoded)) {
      report_malformed(endpoint, *wrong);
    } else if (auto* block = std::get_if<chain::DecodedBlock>(&decoded)) {
      if (!block->malformed.empty()) report_malformed(endpoint, block->malformed);
      report(std::move(block->block));
    } else if (auto* included = std::get_if<TxIncluded>(&decoded)) {
      listener_(std::move(*included));
    }
  }

  /// A listener set later gets the present height with ConnectionUp.
  void reached(Height height) {
    const std::lock_guard lock(state_mutex_);
    const auto now = settings_.clock->now();
    if (!up_ || height <= up_->height || !possible_head(height, known_.head, now)) return;
    up_->height = height;
    known_ = {known_.genesis, {height, now}, now};
  }

  void report_malformed(const std::string& endpoint, const std::string& what) const {
    if (settings_.on_malformed) settings_.on_malformed(endpoint + ": " + what);
  }

  std::optional<ConnectionUp> connection() const {
    const std::lock_guard lock(state_mutex_);
    return up_;
  }
  chain::KnownChain known() const {
    const std::lock_guard lock(state_mutex_);
    return known_;
  }
  std::string down_reason() const {
    const std::lock_guard lock(state_mutex_);
    return down_reason_;
  }

  const std::shared_ptr<RpcPort> rpc_;
  const CometSettings settings_;

  std::recursive_mutex reporting_; ///< serializes events; recursive: an in-process node may answer within its own event
  Listener listener_;
  bool listening_ = false;
  Height covered_;    ///< last height covered by the stream; initially where the subscriptions began
  Height last_block_; ///< height of the last block reported

  std::mutex preload_mutex_;
  std::optional<Preload> preload_;

  mutable std::mutex state_mutex_; ///< guards the members below; no calls are made under it
  std::uint64_t attempt_ = 0;
  std::optional<ConnectionUp> up_;
  std::vector<boost::json::value> buffered_;
  std::string down_reason_ = "not connected yet";
  chain::KnownChain known_ = settings_.known;
  Height contradicted_head_; ///< reported by the last connection, whose node was contradicted; 0: it was not

  std::mutex lookups_mutex_;
  std::map<TxHash, std::vector<Then<TxLookedUp>>> lookups_; ///< by hash: who waits for its look-up
};

} // namespace

std::shared_ptr<ChainPort> make_comet_chain(std::shared_ptr<RpcPort> rpc, CometSettings settings) {
  return std::make_shared<CometChain>(std::move(rpc), std::move(settings));
}

} // namespace inferd
