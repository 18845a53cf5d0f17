#pragma once
// The chain under test, behind a URL: a real node, or a simulated one that this process serves. Everything a case does it does
// through the daemon's own client, so what both backends answer is read by the same code.

#include "messages/chain.hpp"
#include "runtime/chain/comet/comet_calls.hpp"
#include "runtime/live/io.hpp"
#include "runtime/ports/chain_port.hpp"
#include "tests/conformance/conformance_signer.hpp"

#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>
#include <condition_variable>
#include <deque>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace inferd::sim {
class World;
}

namespace inferd::conformance {

// What etc/localnet makes, and the simulated chain with it. Every topic has the same rhythm, in blocks.
inline constexpr std::int64_t epoch = 12, window = 6, lag = 24;
inline const std::string every_block = "tm.event='NewBlockEvents'"; ///< the suite's own subscription; the client's are narrower
inline constexpr TopicId value_topic{1}, label_topic{2}, listed_topic{3}, no_topic{99};
inline const std::vector<LabelledValue> good_labels{{"up", "0.5"}, {"down", "0.25"}, {"flat", "0.25"}};

class Network {
public:
  /// `url` empty: a simulated chain. Throws std::runtime_error when the node cannot be used.
  explicit Network(const std::string& url);
  ~Network();

  // The accounts, the first keys of tests/golden/keys.json in this order. Number and sequence are the chain's.
  Signer worker{0};   ///< registered in the topics of values and labels by the suite's first transactions
  Signer clumsy{1};   ///< the same; sends what blocks refuse
  Signer newcomer{2}; ///< funded, in no topic
  Signer stranger{3}; ///< funded, and not on the whitelist that the other three are on
  Signer poor{4};     ///< has 1,000 uallo
  Signer nobody{5};   ///< was never funded

  /// The next block; none is skipped. The simulated chain makes it now, a real one is waited for.
  const BlockSeen& next_block();
  Height head() const { return blocks_.empty() ? first_ : blocks_.rbegin()->second.height; }
  const BlockSeen& block(Height h) const { return blocks_.at(h.value); }
  /// Blocks pass until one of them is to the caller's liking; the case fails when that takes more than `patience` blocks.
  template <class Liked> const BlockSeen& until(Liked liked, int patience) {
    for (int i = 0; i < patience; ++i)
      if (const auto& block = next_block(); liked(block)) return block;
    BOOST_FAIL("it did not come within " << patience << " blocks");
    throw std::logic_error("not reached");
  }
  /// A window that has just opened.
  WindowEvent opening(TopicId);
  /// The window of this topic that is open after block `h`, if there is one, from the events alone.
  std::optional<WindowEvent> open_at(TopicId, Height h) const;

  /// A question of the daemon's, with its answer; the case fails when there is none.
  template <class Answer, class Ask> Answer ask(const Ask& question) {
    auto answer = try_ask<Answer>(question);
    if (const auto* failed = std::get_if<AskFailed>(&answer)) BOOST_FAIL(failed->ask << ": " << failed->reason);
    return std::get<Answer>(std::move(answer));
  }
  /// The same where a refusal is expected.
  template <class Answer, class Ask> AskFailed refused(const Ask& question) {
    auto answer = try_ask<Answer>(question);
    if (!std::holds_alternative<AskFailed>(answer)) BOOST_FAIL("answered, though a refusal was expected");
    return std::get<AskFailed>(std::move(answer));
  }
  BroadcastAnswered send(const SignedTx&);
  /// Sends what CheckTx must accept; the signer's next transaction follows it.
  TxHash put(Signer&, const SignedTx&);
  /// Blocks pass until the transaction is in one.
  TxLookedUp included(const TxHash&);
  /// The event of the worker's transaction, waited for.
  TxIncluded event_of(const TxHash&);
  bool has_event_of(const TxHash&); ///< so far

  /// The response to a call as JSON, over a connection that no client of ours listens to. Errors are responses.
  boost::json::value raw(const chain::Call&);
  /// The frame of that connection that `liked` picks out; subscribed to by the suite, blocks and the worker's transactions.
  template <class Liked> boost::json::value frame(Liked liked) {
    return wait(
      [&]() -> std::optional<boost::json::value> {
        for (const auto& f : frames_)
          if (liked(f)) return f;
        return {};
      },
      "a frame");
  }

  const std::string& endpoint() const { return up_.endpoint; }
  const ConnectionUp& up() const { return up_; }
  std::vector<std::string> oddities(); ///< what the client could not read so far
  /// The blocks taken so far that hold something the client has to hear of.
  std::vector<BlockSeen> eventful() const;
  /// What the client was told of that block, waited for.
  BlockSeen told(Height);

private:
  template <class Answer, class Ask> std::variant<Answer, AskFailed> try_ask(const Ask& question) {
    std::promise<std::variant<Answer, AskFailed>> promise;
    auto answer = promise.get_future();
    chain_->ask(question, [&](std::variant<Answer, AskFailed> a) { promise.set_value(std::move(a)); });
    return answer.get(); // the port has a deadline of its own
  }
  /// What `look` finds under the lock, waited for; a chain of half-second blocks that takes 60 s has failed.
  template <class Look> auto wait(Look probe, const char* what) {
    std::unique_lock lock(mutex_);
    auto found = probe();
    if (!came_.wait_for(lock, std::chrono::seconds(60), [&] { return found || (found = probe()); }))
      throw std::runtime_error(std::string(what) + " did not come within 60 s");
    return std::move(*found);
  }
  void heard(std::variant<ConnectionUp, ConnectionDown, BlockSeen, TxIncluded>);

  std::unique_ptr<sim::World> world_; ///< null: the chain is somebody else's
  std::string url_;
  Height first_;
  std::map<std::int64_t, BlockSeen> blocks_; ///< taken by next_block
  std::map<std::int64_t, BlockSeen> told_;   ///< by the client

  std::mutex mutex_; ///< guards what follows, written by the clients' threads
  std::condition_variable came_;
  std::optional<ConnectionUp> connected_;
  std::string down_;
  std::deque<BlockSeen> unseen_;
  std::map<std::string, TxIncluded> included_;
  std::vector<boost::json::value> frames_;
  std::vector<std::string> oddities_;
  bool raw_open_ = false;

  ConnectionUp up_;
  IoThread io_;
  std::shared_ptr<RpcPort> raw_;
  std::shared_ptr<ChainPort> chain_;
};

/// The one network of this run.
Network& network();
bool scored(); ///< somebody reports on it

} // namespace inferd::conformance
