#pragma once
// The chain under test at a URL: a real node, or a simulated one served by this process. Cases use the daemon's client, so the
// same code reads both.

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

// Settings of etc/localnet and of the simulated chain; all topics share them. In blocks.
inline constexpr std::int64_t epoch = 12, window = 6, lag = 24;
inline const std::string every_block = "tm.event='NewBlockEvents'"; ///< the suite's subscription; the client's are narrower
inline constexpr TopicId value_topic{1}, label_topic{2}, listed_topic{3}, no_topic{99};
inline const std::vector<LabelledValue> good_labels{{"up", "0.5"}, {"down", "0.25"}, {"flat", "0.25"}};

class Network {
public:
  /// Empty `url`: a simulated chain. Throws std::runtime_error if the node cannot be used.
  explicit Network(const std::string& url);
  ~Network();

  // Accounts: the first keys of tests/golden/keys.json, in this order. Number and sequence are read from the chain.
  Signer worker{0};           ///< registered in topics 1 and 2 by the suite's first transactions
  Signer failing_worker{1};   ///< likewise; sends what blocks refuse
  Signer newcomer{2};         ///< funded, in no topic
  Signer unlisted_account{3}; ///< funded, not on the whitelist, unlike the three above
  Signer poor{4};             ///< has 1,000 uallo
  Signer unfunded{5};         ///< never funded

  /// The next block, without gaps: makes it on the simulated chain, waits for it on a real one.
  const BlockSeen& next_block();
  /// The submitter's question: a failure that the index reports is looked for in the blocks since.
  AskTx question(const TxHash&) const;
  Height head() const { return blocks_.empty() ? first_ : blocks_.rbegin()->second.height; }
  const BlockSeen& block(Height h) const { return blocks_.at(h.value); }
  /// Takes blocks until `liked` returns true; the case fails after `patience` blocks.
  template <class Predicate> const BlockSeen& until(Predicate predicate, int max_blocks) {
    for (int i = 0; i < max_blocks; ++i)
      if (const auto& block = next_block(); predicate(block)) return block;
    BOOST_FAIL("it did not come within " << max_blocks << " blocks");
    throw std::logic_error("not reached");
  }
  /// Waits for the topic's next opening.
  WindowEvent opening(TopicId);
  /// The topic's window that is open after block `h`, according to the events.
  std::optional<WindowEvent> open_at(TopicId, Height h) const;

  /// Sends a request of the daemon's client; the case fails without an answer.
  template <class Answer, class Ask> Answer ask(const Ask& question) {
    auto answer = try_ask<Answer>(question);
    if (const auto* failed = std::get_if<AskFailed>(&answer))
      BOOST_FAIL(boost::describe::enum_to_string(failed->request, "?") << ": " << failed->reason);
    return std::get<Answer>(std::move(answer));
  }
  /// The case fails unless the request is refused.
  template <class Answer, class Ask> AskFailed refused(const Ask& question) {
    auto answer = try_ask<Answer>(question);
    if (!std::holds_alternative<AskFailed>(answer)) BOOST_FAIL("answered, though a refusal was expected");
    return std::get<AskFailed>(std::move(answer));
  }
  BroadcastAnswered send(const SignedTx&);
  /// Sends a transaction that CheckTx must accept and advances the signer's sequence.
  TxHash put(Signer&, const SignedTx&);
  /// Takes blocks until the transaction is included.
  TxLookedUp included(const TxHash&);
  /// Waits for the event of the worker's transaction.
  TxIncluded event_of(const TxHash&);
  bool has_event_of(const TxHash&); ///< received so far

  /// The JSON response to a call on a separate connection. Errors are responses.
  boost::json::value raw(const chain::Call&);
  /// Waits for a frame of that connection for which `liked` returns true. It is subscribed to blocks and the worker's
  /// transactions.
  template <class Predicate> boost::json::value frame(Predicate predicate) {
    return wait(
      [&]() -> std::optional<boost::json::value> {
        for (const auto& f : frames_)
          if (predicate(f)) return f;
        return {};
      },
      "a frame");
  }

  const std::string& endpoint() const { return up_.endpoint; }
  const ConnectionUp& up() const { return up_; }
  std::vector<std::string> malformed_events(); ///< what the client could not decode so far
  /// The blocks taken so far with events relevant to the client.
  std::vector<BlockSeen> eventful() const;
  /// Waits for the client's BlockSeen of that height.
  BlockSeen reported(Height);

private:
  template <class Answer, class Ask> std::variant<Answer, AskFailed> try_ask(const Ask& question) {
    std::promise<std::variant<Answer, AskFailed>> promise;
    auto answer = promise.get_future();
    chain_->ask(question, [&](std::variant<Answer, AskFailed> a) { promise.set_value(std::move(a)); });
    return answer.get(); // within the port's deadline
  }
  /// Waits for a result of `probe`, called under the lock; fails after 60 s.
  template <class Probe> auto wait(Probe probe, const char* what) {
    std::unique_lock lock(mutex_);
    auto found = probe();
    if (!changed_.wait_for(lock, std::chrono::seconds(60), [&] { return found || (found = probe()); }))
      throw std::runtime_error(std::string(what) + " did not come within 60 s");
    return std::move(*found);
  }
  void on_event(std::variant<ConnectionUp, ConnectionDown, BlockSeen, TxIncluded>);

  std::unique_ptr<sim::World> world_; ///< null with a real node
  std::string url_;
  Height first_;
  std::map<std::int64_t, BlockSeen> blocks_;   ///< taken by next_block
  std::map<std::int64_t, BlockSeen> reported_; ///< received by the client

  std::mutex mutex_; ///< guards reported_ and the members up to raw_open_, written on io threads
  std::condition_variable changed_;
  std::optional<ConnectionUp> connected_;
  std::string down_;
  std::deque<BlockSeen> unseen_;
  std::map<std::string, TxIncluded> included_;
  std::vector<boost::json::value> frames_;
  std::vector<std::string> malformed_events_;
  bool raw_open_ = false;

  ConnectionUp up_;
  IoThread io_;
  std::shared_ptr<RpcPort> raw_;
  std::shared_ptr<ChainPort> chain_;
};

Network& network();
bool scored(); ///< a reputer reports on this chain

} // namespace inferd::conformance
