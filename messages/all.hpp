#pragma once
// Every message that travels between actors, in one list: the registry, the tape and the narrator are generated from it.
// Append only: tapes depend on the names, CAF's type ids on the order.

#include "messages/chain.hpp"
#include "messages/candles.hpp"
#include "messages/inspection.hpp"
#include "messages/models.hpp"
#include "messages/operator.hpp"
#include "messages/prediction.hpp"
#include "messages/submission.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"

// clang-format off
#define INFERD_MESSAGES(X) \
  X(AskFailed) \
  X(ConnectionUp) \
  X(ConnectionDown) \
  X(BlockSeen) \
  X(TxIncluded) \
  X(WindowStatusArrived) \
  X(TopicArrived) \
  X(AccountArrived) \
  X(GasPriceArrived) \
  X(Simulated) \
  X(BroadcastAnswered) \
  X(TxLookedUp) \
  X(InferenceArrived) \
  X(CandlesArrived) \
  X(SourceFailed) \
  X(WindowScheduled) \
  X(WindowOpened) \
  X(WindowClosed) \
  X(HeadMoved) \
  X(WindowSkipped) \
  X(WindowWanted) \
  X(PrepareWindow) \
  X(CandlesFetched) \
  X(FeaturesComputed) \
  X(Predicted) \
  X(ClaimNonce) \
  X(Granted) \
  X(ClaimRefused) \
  X(StoreSigned) \
  X(SignedStored) \
  X(StoreFailed) \
  X(MarkSent) \
  X(BookOutcome) \
  X(OutcomeBooked) \
  X(ResumeSubmissions) \
  X(Unresolved) \
  X(RegistrationWanted) \
  X(BookScore) \
  X(BookReward) \
  X(BookConclusion) \
  X(BookWindows) \
  X(LastNonceWanted) \
  X(LastNonceKnown) \
  X(ChildFailed) \
  X(ChildRestarted) \
  X(RestartDue) \
  X(RestartChild) \
  X(Drain) \
  X(Drained) \
  X(Tick) \
  X(Inspect) \
  X(Inspection) \
  X(Heartbeat) \
  X(BooksWanted) \
  X(BooksSummary) \
  X(WindowDelayed) \
  X(ClashNoticed) \
  X(PreloadSent) \
  X(PreloadCancelled) \
  X(StopOverdue) \
  X(BalanceChanged) \
  X(ModelAnswered) \
  X(ModelFailed) \
  X(TopicPaused)
// clang-format on
