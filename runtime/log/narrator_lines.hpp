#pragma once
// The messages that have words of their own, in the order of a prediction's way. Each overload names its one receiver.

#include "runtime/log/narrator.hpp"

namespace inferd::lines {

using Line = std::optional<LogLine>;

Line tell(const std::string& receiver, const ConnectionUp&);   // watcher
Line tell(const std::string& receiver, const ConnectionDown&); // watcher
Line tell(const std::string& receiver, const BlockSeen&);      // watcher: debug, a summary
Line tell(const std::string& receiver, const HeadMoved&);      // nobody: BlockSeen says it
Line tell(const std::string& receiver, const AskFailed&);      // any: each goes to one
Line tell(const std::string& receiver, const WindowScheduled&); // timer, the only receiver: debug
Line tell(const std::string& receiver, const WindowOpened&);   // nobody: BookWindows says it
Line tell(const std::string& receiver, const BookWindows&);    // ledger
Line tell(const std::string& receiver, const WindowClosed&);   // ledger: debug
Line tell(const std::string& receiver, const CandlesArrived&); // fetcher: debug, a summary
Line tell(const std::string& receiver, const SourceFailed&);   // fetcher
Line tell(const std::string& receiver, const CandlesFetched&); // feature: debug, a summary
Line tell(const std::string& receiver, const WindowSkipped&);  // ledger
Line tell(const std::string& receiver, const Predicted&);      // submitter
Line tell(const std::string& receiver, const Granted&);        // submitter: debug
Line tell(const std::string& receiver, const ClaimRefused&);   // submitter
Line tell(const std::string& receiver, const SignedStored&);   // submitter: debug
Line tell(const std::string& receiver, const StoreSigned&);    // ledger: debug, without the bytes
Line tell(const std::string& receiver, const StoreFailed&);    // submitter
Line tell(const std::string& receiver, const BroadcastAnswered&); // submitter
Line tell(const std::string& receiver, const TxIncluded&);     // submitter
Line tell(const std::string& receiver, const BookOutcome&);    // ledger
Line tell(const std::string& receiver, const Unresolved&);     // submitter
Line tell(const std::string& receiver, const RegistrationWanted&); // submitter
Line tell(const std::string& receiver, const BookScore&);      // ledger
Line tell(const std::string& receiver, const BookReward&);     // ledger
Line tell(const std::string& receiver, const ChildFailed&);    // its supervisor
Line tell(const std::string& receiver, const RestartDue&);     // its supervisor
Line tell(const std::string& receiver, const ChildRestarted&); // nobody: goes to the whole group, RestartDue says it
Line tell(const std::string& receiver, const RestartChild&);   // root
Line tell(const std::string& receiver, const Drain&);          // root
Line tell(const std::string& receiver, const Drained&);        // root
Line tell(const std::string& receiver, const ClashNoticed&);   // root
Line tell(const std::string& receiver, const Heartbeat&);      // root
Line tell(const std::string& receiver, const Tick&);           // nobody
Line tell(const std::string& receiver, const Inspect&);        // nobody
Line tell(const std::string& receiver, const Inspection&);     // nobody

} // namespace inferd::lines
