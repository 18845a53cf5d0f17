#pragma once
// admin ⇄ every actor: each actor's published state, one struct per kind of actor. The admin port writes them as JSON under the
// members' names; an empty optional is omitted.

#include "messages/chain.hpp"
#include "messages/endpoints.hpp"
#include "messages/prediction.hpp"
#include "messages/scores.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

/// admin → any actor: requests its state. Answered by Inspection as a CAF response. Not on the tape.
struct Inspect {
  bool deep{}; ///< include values that need a query of the books
  bool operator==(const Inspect&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inspect, (), (deep))

/// Health of a supervisor and everything below it.
struct Vitals {
  bool healthy{};           ///< every child that should run does, and handles its messages
  std::uint32_t actors{};   ///< alive, here and below, the supervisor included
  std::uint32_t restarts{}; ///< since the start, here and below
  std::uint32_t given_up{}; ///< hung and replaced; their threads may be lost
};
BOOST_DESCRIBE_STRUCT(Vitals, (), (healthy, actors, restarts, given_up))

enum class ChildState {
  idle, ///< not started, or stopped with its group
  running,
  waiting,  ///< failed; its backoff is running
  stopping, ///< asked to end
  done      ///< ended for good, by its ChildKind
};
BOOST_DESCRIBE_ENUM(ChildState, idle, running, waiting, stopping, done)

struct ChildView {
  Place name;
  ChildKind kind{};
  ChildState state{};
  std::uint32_t restarts{};
  Instant since;          ///< its last start
  Instant answered;       ///< when it was last seen making progress; 0: not yet
  std::int64_t waiting{}; ///< messages in its mailbox
  bool supervisor{};
};
BOOST_DESCRIBE_STRUCT(ChildView, (), (name, kind, state, restarts, since, answered, waiting, supervisor))

/// A failure that a supervisor remembers.
struct Failure {
  Instant at;
  Place child;
  std::string reason;
  std::string message;      ///< type of the message it was handling; empty: none, or not known
  std::uint32_t restarts{}; ///< within the policy's period, this one included
  bool operator==(const Failure&) const = default;
};
BOOST_DESCRIBE_STRUCT(Failure, (), (at, child, reason, message, restarts))

struct SupervisorView {
  Vitals vitals;
  RestartPolicy policy;
  std::vector<ChildView> children; ///< in the order of their start
  std::vector<Failure> failures;   ///< oldest first
};
BOOST_DESCRIBE_STRUCT(SupervisorView, (), (vitals, policy, children, failures))

struct LedgerView {
  std::size_t pending{};                                         ///< messages that are not written yet
  std::uint64_t dropped{};                                       ///< beyond limits::pending_outcomes
  std::optional<std::variant<BooksSummary, std::string>> totals; ///< with Inspect::deep; text: why the books cannot be read
};
BOOST_DESCRIBE_STRUCT(LedgerView, (), (pending, dropped, totals))

struct WatchedTopic {
  Height announced; ///< the newest nonce that was announced
  bool open{};
  std::optional<Height> next; ///< nonce of the next window
  std::optional<std::string> trouble;
};
BOOST_DESCRIBE_STRUCT(WatchedTopic, (), (announced, open, next, trouble))

struct WatcherView {
  bool connected{};
  Height head;
  std::map<TopicId, WatchedTopic> topics;
  std::vector<EndpointState> endpoints;      ///< the best first
  std::optional<std::string> warning{};      ///< what the node in use lacks
  std::optional<std::int64_t> head_age_ms{}; ///< since the head last moved; empty: it is not known
  std::optional<Height> went_back_from{};    ///< newest window in the books, while the head is below: see HeadWentBack
};
BOOST_DESCRIBE_STRUCT(WatcherView, (), (connected, head, topics, endpoints, warning, head_age_ms, went_back_from))

struct SubmissionView {
  TopicId topic;
  Height nonce;
  std::string step; ///< enumerator of SubmissionState
  std::optional<TxHash> hash;
  std::optional<std::string> why; ///< what it waits for, or what was last refused
};
BOOST_DESCRIBE_STRUCT(SubmissionView, (), (topic, nonce, step, hash, why))

struct SubmitterView {
  std::vector<SubmissionView> works;
  unsigned clashes{};
  std::optional<Sequence> next_sequence;
  std::optional<Uallo> balance;       ///< as the chain last reported it
  std::optional<Uallo> fee;           ///< of a payload at the present gas price
  std::optional<Uallo> missing{};     ///< from the balance to the fee; empty: it covers the fee, or one is not known
  std::optional<std::string> clash{}; ///< evidence that another process uses the key; of the last hour
};
BOOST_DESCRIBE_STRUCT(SubmitterView, (), (works, clashes, next_sequence, balance, fee, missing, clash))

struct TimerView {
  std::optional<PrepareWindow> preparing;
  std::optional<WindowScheduled> next;
  bool paused{}; ///< by the operator
};
BOOST_DESCRIBE_STRUCT(TimerView, (), (preparing, next, paused))

struct SourceView {
  std::size_t candles{};
  unsigned failures{}; ///< in a row
  std::optional<Instant> newest_opens;
  std::optional<std::string> last_failure;
  auto operator<=>(const SourceView&) const = default;
};
BOOST_DESCRIBE_STRUCT(SourceView, (), (candles, failures, newest_opens, last_failure))

struct FetcherView {
  std::size_t searches{};                    ///< windows that wait for candles
  std::map<std::string, SourceView> sources; ///< by name
  auto operator<=>(const FetcherView&) const = default;
};
BOOST_DESCRIBE_STRUCT(FetcherView, (), (searches, sources))

struct SeriesView {
  std::size_t rows{}; ///< candles received
  Instant newest_opens;
  auto operator<=>(const SeriesView&) const = default;
};
BOOST_DESCRIBE_STRUCT(SeriesView, (), (rows, newest_opens))

/// A strong type (one member, operator<=>): in JSON the map itself.
struct FeatureView {
  std::map<std::string, SeriesView> series; ///< by source
  auto operator<=>(const FeatureView&) const = default;
};
BOOST_DESCRIBE_STRUCT(FeatureView, (), (series))

/// The newest SwapModel of a topic.
struct SwapView {
  std::uint64_t ask{};
  std::string state;    ///< "refused", "pending" (the books have not answered), "done"
  std::string sentence; ///< why, or from when on
};
BOOST_DESCRIBE_STRUCT(SwapView, (), (ask, state, sentence))

/// A model of the topic beside the live one.
struct ShadowView {
  std::string model, version;
  std::optional<std::string> failure; ///< why it did not answer the last window
};
BOOST_DESCRIBE_STRUCT(ShadowView, (), (model, version, failure))

struct PredictorView {
  std::string model;
  std::string trained_to; ///< opening of the last candle that the model was trained on; empty: its file does not say
  std::optional<TopicArrived> topic;
  std::optional<std::string> mismatch; ///< why this model cannot answer this topic
  std::optional<std::string> fallback; ///< of a model outside of the process
  std::optional<std::string> failure;  ///< likewise: windows in a row that it did not answer, and why
  ModelId live{};
  std::vector<ShadowView> shadows{};
  std::optional<SwapView> swap{};
};
BOOST_DESCRIBE_STRUCT(PredictorView, (), (model, trained_to, topic, mismatch, fallback, failure, live, shadows, swap))

struct ScorerView {
  std::size_t waiting{};              ///< predictions whose truth is not known yet
  std::uint64_t scored{}, given_up{}; ///< since the start
  std::optional<std::string> failure; ///< why the newest truth did not come
};
BOOST_DESCRIBE_STRUCT(ScorerView, (), (waiting, scored, given_up, failure))

using ActorView = std::variant<std::monostate, SupervisorView, LedgerView, WatcherView, SubmitterView, TimerView, FetcherView,
                               FeatureView, PredictorView, ScorerView>;

/// any actor → sender of Inspect: its state. Not sent out of the process: CAF cannot serialize `state`.
struct Inspection {
  Place actor;
  std::string trouble; ///< the problem, in one sentence; empty: none
  ActorView state;
  std::uint64_t handled{}; ///< messages since its start
};
BOOST_DESCRIBE_STRUCT(Inspection, (), (actor, trouble, state, handled))

} // namespace inferd
