#pragma once
// One overload per message with a log line of its own, in the order a prediction travels. The comment names the receiver whose
// delivery is logged.

#include "runtime/log/narrator.hpp"

namespace inferd::lines {

using Line = std::optional<LogLine>;

Line narrate_line(const Place& receiver, const ConnectionUp&);       // watcher
Line narrate_line(const Place& receiver, const ConnectionDown&);     // watcher
Line narrate_line(const Place& receiver, const BlockSeen&);          // watcher: debug, a summary
Line narrate_line(const Place& receiver, const HeadMoved&);          // none: BlockSeen is logged
Line narrate_line(const Place& receiver, const AskFailed&);          // the receiver: each goes to one
Line narrate_line(const Place& receiver, const WindowScheduled&);    // timer, the only receiver: debug
Line narrate_line(const Place& receiver, const WindowOpened&);       // none: BookWindows is logged
Line narrate_line(const Place& receiver, const BookWindows&);        // ledger
Line narrate_line(const Place& receiver, const WindowClosed&);       // ledger: debug
Line narrate_line(const Place& receiver, const CandlesArrived&);     // fetcher: debug, a summary
Line narrate_line(const Place& receiver, const SourceFailed&);       // fetcher
Line narrate_line(const Place& receiver, const CandlesFetched&);     // feature: debug, a summary
Line narrate_line(const Place& receiver, const WindowSkipped&);      // ledger: debug; outcome_line follows
Line narrate_line(const Place& receiver, const WindowDelayed&);      // ledger
Line narrate_line(const Place& receiver, const ModelFailed&);        // predictor: debug; WindowDelayed or the outcome follows
Line narrate_line(const Place& receiver, const Predicted&);          // submitter
Line narrate_line(const Place& receiver, const BookModels&);         // ledger: debug, a summary
Line narrate_line(const Place& receiver, const BookPrediction&);     // ledger: debug
Line narrate_line(const Place& receiver, const BookTruth&);          // ledger: debug
Line narrate_line(const Place& receiver, const BookPredictorState&); // none: its causes are logged
Line narrate_line(const Place& receiver, const ScoresKnown&);        // scorer: debug, a summary
Line narrate_line(const Place& receiver, const TruthArrived&);       // none: BookTruth is logged
Line narrate_line(const Place& receiver, const OfferModel&);         // predictor, without the file
Line narrate_line(const Place& receiver, const BookSwap&);           // ledger: debug; SwapBooked follows
Line narrate_line(const Place& receiver, const SwapBooked&);         // predictor
Line narrate_line(const Place& receiver, const Granted&);            // submitter: debug
Line narrate_line(const Place& receiver, const ClaimRefused&);       // submitter
Line narrate_line(const Place& receiver, const SignedStored&);       // submitter: debug
Line narrate_line(const Place& receiver, const StoreSigned&);        // ledger: debug, without the bytes
Line narrate_line(const Place& receiver, const StoreFailed&);        // submitter
Line narrate_line(const Place& receiver, const BroadcastAnswered&);  // submitter
Line narrate_line(const Place& receiver, const TxIncluded&);         // submitter
Line narrate_line(const Place& receiver, const BookOutcome&);        // none: it is repeated, outcome_line is not
Line narrate_line(const Place& receiver, const Unresolved&);         // submitter
Line narrate_line(const Place& receiver, const RegistrationWanted&); // submitter
Line narrate_line(const Place& receiver, const BookScore&);          // ledger
Line narrate_line(const Place& receiver, const BookReward&);         // ledger
Line narrate_line(const Place& receiver, const ChildFailed&);        // its supervisor
Line narrate_line(const Place& receiver, const RestartDue&);         // its supervisor
Line narrate_line(const Place& receiver, const StopOverdue&);        // none
Line narrate_line(const Place& receiver, const ChildRestarted&);     // none: RestartDue is logged
Line narrate_line(const Place& receiver, const RestartChild&);       // root
Line narrate_line(const Place& receiver, const Drain&);              // root
Line narrate_line(const Place& receiver, const Drained&);            // root
Line narrate_line(const Place& receiver, const ClashNoticed&);       // root
Line narrate_line(const Place& receiver, const HeadWentBack&);       // root
Line narrate_line(const Place& receiver, const Heartbeat&);          // root
Line narrate_line(const Place& receiver, const Tick&);               // none
Line narrate_line(const Place& receiver, const Inspect&);            // none
Line narrate_line(const Place& receiver, const Inspection&);         // none

} // namespace inferd::lines
