#pragma once
// The architecture on one page: every actor's messages, in the order a prediction travels. Exchanges are plain messages,
// not CAF requests, so that a tape contains all of them; only Inspect is answered by a CAF response.

#include "actors/base/directory.hpp"
#include "actors/base/registry.hpp"

namespace inferd {

// clang-format off

/// What every actor answers.
using Inspectable = caf::typed_actor<caf::replies_to<Inspect>::with<Inspection>>;

/// Knows the chain's head and every window of the configured topics, from events and from polls. One per wallet.
using Watcher = Inspectable::extend<
  caf::reacts_to<ConnectionUp>,        // from the chain
  caf::reacts_to<ConnectionDown>,      // from the chain
  caf::reacts_to<BlockSeen>,           // from the chain: events, and blocks requested to fill a gap
  caf::reacts_to<TxIncluded>,          // from the chain: forwarded to the submitter
  caf::reacts_to<WindowStatusArrived>, // from the chain, polled
  caf::reacts_to<TopicArrived>,        // from the chain, once a connection
  caf::reacts_to<AskFailed>,           // from the chain
  caf::reacts_to<LastNonceKnown>,      // from the ledger, after every start and every row
  caf::reacts_to<WindowWanted>,        // from a restarted timer, from a predictor that lacks the topic's rules
  caf::reacts_to<ChildRestarted>,      // from the supervisor: the submitter or the ledger was restarted
  caf::reacts_to<Tick>>;               // its own: time to poll

/// Decides when to predict: before a scheduled window opens, or at once for an open one. One per topic.
using Timer = Inspectable::extend<
  caf::reacts_to<WindowScheduled>, // from the watcher
  caf::reacts_to<WindowOpened>,    // from the watcher
  caf::reacts_to<WindowClosed>,    // from the watcher
  caf::reacts_to<HeadMoved>,       // from the watcher, while a window is near
  caf::reacts_to<WindowWanted>,    // from the fetcher: it or the feature actor was restarted; repeats PrepareWindow
  caf::reacts_to<ChildRestarted>,  // from the supervisor: the predictor or the submitter was restarted; likewise
  caf::reacts_to<TopicPaused>>;    // from the daemon, on the operator's command

/// Requests new candles of a symbol, one source after another, for all topics that subscribe to it. One per feed.
using Fetcher = Inspectable::extend<
  caf::reacts_to<PrepareWindow>,   // from the timers
  caf::reacts_to<WindowClosed>,    // from the watcher
  caf::reacts_to<CandlesArrived>,  // from the market
  caf::reacts_to<SourceFailed>,    // from the market
  caf::reacts_to<ChildRestarted>,  // from the supervisor: the feature actor was restarted; sends the whole series
  caf::reacts_to<Tick>>;           // its own: timeouts and retries

/// Computes the models' inputs incrementally from candles, for all topics of the feed. One per feed.
using Feature = Inspectable::extend<
  caf::reacts_to<CandlesFetched>>; // from the fetcher

/// Computes values that the chain accepts from features. One per topic.
using Predictor = Inspectable::extend<
  caf::reacts_to<FeaturesComputed>, // from the feature actor
  caf::reacts_to<TopicArrived>,     // from the watcher: the topic's rules
  caf::reacts_to<ModelAnswered>,    // from the model port; this and the following with a model outside of the process only
  caf::reacts_to<ModelFailed>,      // from the model port
  caf::reacts_to<BookConclusion>,   // from the watcher, if a model of the topic has a use for it: the network's value
  caf::reacts_to<BookTruth>,        // from the scorer, if the topic has a guard
  caf::reacts_to<SwapModel>,        // from the admin port, from the scorer: another model shall be live
  caf::reacts_to<SwapBooked>,       // from the ledger
  caf::reacts_to<OfferModel>,       // from the admin port, from retraining: one more shadow
  caf::reacts_to<ChildRestarted>,   // from the scorer: it has started and does not know the models
  caf::reacts_to<Tick>>;            // its own: the model is late

/// Books what the models predict, and compares it with the candles once they are known. One per wallet.
using Scorer = Inspectable::extend<
  caf::reacts_to<BookModels>,     // from the predictors: passed on to the ledger
  caf::reacts_to<BookPrediction>, // from the predictors: likewise, and remembered until its truth is known
  caf::reacts_to<ScoresKnown>,    // from the ledger, after every start
  caf::reacts_to<TruthArrived>,   // from the market
  caf::reacts_to<Tick>>;          // its own: truths are due

/// Claims, signs, stores, sends and resolves submissions. Assigns the account's sequences. One per wallet.
using Submitter = Inspectable::extend<
  caf::reacts_to<Predicted>,          // from the predictors
  caf::reacts_to<WindowOpened>,       // from the watcher: sends now
  caf::reacts_to<WindowClosed>,       // from the watcher
  caf::reacts_to<HeadMoved>,          // from the watcher
  caf::reacts_to<RegistrationWanted>, // from the watcher
  caf::reacts_to<ConnectionUp>,       // from the watcher
  caf::reacts_to<ConnectionDown>,     // from the watcher
  caf::reacts_to<Granted>,            // from the ledger
  caf::reacts_to<ClaimRefused>,       // from the ledger
  caf::reacts_to<SignedStored>,       // from the ledger
  caf::reacts_to<StoreFailed>,        // from the ledger
  caf::reacts_to<OutcomeBooked>,      // from the ledger
  caf::reacts_to<Unresolved>,         // from the ledger, after every start
  caf::reacts_to<AccountArrived>,     // from the chain
  caf::reacts_to<GasPriceArrived>,    // from the chain
  caf::reacts_to<Simulated>,          // from the chain
  caf::reacts_to<PreloadSent>,        // from the chain: the preloaded bytes are being sent
  caf::reacts_to<PreloadCancelled>,   // from the chain
  caf::reacts_to<BroadcastAnswered>,  // from the chain
  caf::reacts_to<TxLookedUp>,         // from the chain
  caf::reacts_to<InferenceArrived>,   // from the chain
  caf::reacts_to<AskFailed>,          // from the chain
  caf::reacts_to<TxIncluded>,         // from the watcher
  caf::reacts_to<ChildRestarted>,     // from the supervisor: the ledger was restarted; repeats unanswered requests
  caf::reacts_to<Drain>,              // from the supervisor
  caf::reacts_to<Tick>>;              // its own

/// The books, the only durable state. One per wallet, on a thread of its own because SQLite blocks.
using Ledger = Inspectable::extend<
  caf::reacts_to<BookWindows>,       // from the watcher → LastNonceKnown
  caf::reacts_to<WindowClosed>,      // from the watcher
  caf::reacts_to<WindowDelayed>,     // from the fetcher: all sources failed, it retries
  caf::reacts_to<WindowSkipped>,     // from the watcher, pipeline and submitter
  caf::reacts_to<LastNonceWanted>,   // from the watcher → LastNonceKnown
  caf::reacts_to<ClaimNonce>,        // from the submitter → Granted or ClaimRefused
  caf::reacts_to<StoreSigned>,       // from the submitter → SignedStored or StoreFailed
  caf::reacts_to<MarkSent>,          // from the submitter
  caf::reacts_to<BookOutcome>,       // from the submitter → OutcomeBooked
  caf::reacts_to<ResumeSubmissions>, // from the submitter → Unresolved
  caf::reacts_to<BookScore>,         // from the watcher
  caf::reacts_to<BookReward>,        // from the watcher
  caf::reacts_to<BookConclusion>,    // from the watcher
  caf::reacts_to<BookModels>,        // from the scorer
  caf::reacts_to<BookPrediction>,    // from the scorer
  caf::reacts_to<BookTruth>,         // from the scorer
  caf::reacts_to<BookPredictorState>, // from the predictors
  caf::reacts_to<ScoresWanted>,      // from the scorer → ScoresKnown
  caf::reacts_to<BookSwap>,          // from the predictors → SwapBooked
  caf::reacts_to<BooksWanted>,       // from the supervisor → BooksSummary
  caf::reacts_to<Tick>>;             // its own: commits queued messages, retries failed writes

/// Starts, monitors, restarts and stops its children. Supervisors form a tree; when the root ends, the process ends.
using Supervisor = Inspectable::extend<
  caf::reacts_to<RestartDue>,     // its own, after a backoff
  caf::reacts_to<StopOverdue>,    // its own, after a child's deadline to stop
  caf::reacts_to<RestartChild>,   // from the admin port
  caf::reacts_to<ChildFailed>,    // its own, for tape and log
  caf::reacts_to<ChildRestarted>, // from a supervisor below, passed on to its group
  caf::reacts_to<Drain>,          // from main: stops in order
  caf::reacts_to<Drained>,        // from the submitter
  caf::reacts_to<ClashNoticed>,   // from the submitter, for tape and log
  caf::reacts_to<HeadWentBack>,   // from the watcher, for tape and log
  caf::reacts_to<BalanceChanged>, // from the submitter, for tape and log
  caf::reacts_to<BooksSummary>,   // from the ledger
  caf::reacts_to<Heartbeat>,      // its own, for tape and log
  caf::reacts_to<Tick>>;          // its own: liveness checks, heartbeat, deadlines

// clang-format on

/// The places in the tree.
inline const Role<Watcher> watcher_role{{PlaceKind::watcher}};
inline const Role<Submitter> submitter_role{{PlaceKind::submitter}};
inline const Role<Ledger> ledger_role{{PlaceKind::ledger}};
inline const Role<Supervisor> root_role{{PlaceKind::root}};
inline const Role<Scorer> scorer_role{{PlaceKind::scorer}};
inline Role<Timer> timer_of(TopicId t) { return {{PlaceKind::timer, t}}; }
inline Role<Fetcher> fetcher_of(const FeedId& f) { return {feed_place(PlaceKind::fetcher, f)}; }
inline Role<Feature> feature_of(const FeedId& f) { return {feed_place(PlaceKind::feature, f)}; }
inline Role<Predictor> predictor_of(TopicId t) { return {{PlaceKind::predictor, t}}; }

} // namespace inferd
