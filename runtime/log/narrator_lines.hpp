#pragma once
// The messages that have words of their own, in the order of a prediction's way. Each overload names its one receiver.

#include "runtime/log/narrator.hpp"

namespace inferd::lines {

using Line = std::optional<LogLine>;

Line narrate_line(const std::string& receiver, const ConnectionUp&);       // watcher
Line narrate_line(const std::string& receiver, const ConnectionDown&);     // watcher
Line narrate_line(const std::string& receiver, const BlockSeen&);          // watcher: debug, a summary
Line narrate_line(const std::string& receiver, const HeadMoved&);          // nobody: BlockSeen says it
Line narrate_line(const std::string& receiver, const AskFailed&);          // any: each goes to one
Line narrate_line(const std::string& receiver, const WindowScheduled&);    // timer, the only receiver: debug
Line narrate_line(const std::string& receiver, const WindowOpened&);       // nobody: BookWindows says it
Line narrate_line(const std::string& receiver, const BookWindows&);        // ledger
Line narrate_line(const std::string& receiver, const WindowClosed&);       // ledger: debug
Line narrate_line(const std::string& receiver, const CandlesArrived&);     // fetcher: debug, a summary
Line narrate_line(const std::string& receiver, const SourceFailed&);       // fetcher
Line narrate_line(const std::string& receiver, const CandlesFetched&);     // feature: debug, a summary
Line narrate_line(const std::string& receiver, const WindowSkipped&);      // ledger
Line narrate_line(const std::string& receiver, const Predicted&);          // submitter
Line narrate_line(const std::string& receiver, const Granted&);            // submitter: debug
Line narrate_line(const std::string& receiver, const ClaimRefused&);       // submitter
Line narrate_line(const std::string& receiver, const SignedStored&);       // submitter: debug
Line narrate_line(const std::string& receiver, const StoreSigned&);        // ledger: debug, without the bytes
Line narrate_line(const std::string& receiver, const StoreFailed&);        // submitter
Line narrate_line(const std::string& receiver, const BroadcastAnswered&);  // submitter
Line narrate_line(const std::string& receiver, const TxIncluded&);         // submitter
Line narrate_line(const std::string& receiver, const BookOutcome&);        // ledger
Line narrate_line(const std::string& receiver, const Unresolved&);         // submitter
Line narrate_line(const std::string& receiver, const RegistrationWanted&); // submitter
Line narrate_line(const std::string& receiver, const BookScore&);          // ledger
Line narrate_line(const std::string& receiver, const BookReward&);         // ledger
Line narrate_line(const std::string& receiver, const ChildFailed&);        // its supervisor
Line narrate_line(const std::string& receiver, const RestartDue&);         // its supervisor
Line narrate_line(const std::string& receiver, const ChildRestarted&); // nobody: goes to the whole group, RestartDue says it
Line narrate_line(const std::string& receiver, const RestartChild&);   // root
Line narrate_line(const std::string& receiver, const Drain&);          // root
Line narrate_line(const std::string& receiver, const Drained&);        // root
Line narrate_line(const std::string& receiver, const ClashNoticed&);   // root
Line narrate_line(const std::string& receiver, const Heartbeat&);      // root
Line narrate_line(const std::string& receiver, const Tick&);           // nobody
Line narrate_line(const std::string& receiver, const Inspect&);        // nobody
Line narrate_line(const std::string& receiver, const Inspection&);     // nobody

} // namespace inferd::lines
