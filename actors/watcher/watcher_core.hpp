#pragma once
// What the watcher concludes from events and polls: which windows open and close, which are coming, which were missed while
// nobody looked. Each window is announced once, whichever saw it first, so neither alone can fail silently.

#include "actors/pipeline/timer_core.hpp"
#include "messages/chain.hpp"
#include "messages/submission.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"
#include "messages/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <variant>
#include <vector>

namespace inferd {

struct WatcherPolicy {
  Wallet wallet;
  std::vector<TopicId> topics;
  std::int64_t poll_ms = 30'000;        ///< each topic's status is asked for this often, whatever the events say
  std::int64_t quiet_ms = 12'000;       ///< without a word of a new height for so long, it is asked for
  std::int64_t overdue_poll_ms = 5'000; ///< a topic is asked this often whose window should have opened
  std::int64_t retry_ms = 5'000;        ///< after an unanswered poll; fixed, as `patience` of them end in the RPC backoff
  std::int64_t tick_ms = 2'500, idle_tick_ms = 5'000; ///< between two looks at the clock
  std::int64_t silence_ms = 30'000;                   ///< without a new height the endpoint is left
  int patience = 3; ///< polls of one topic in a row, and of no other, without an answer: the endpoint is left
  std::size_t polls = limits::polls_under_way; ///< topics being asked for at once, however many there are
  std::int64_t notify_blocks = 5;              ///< a topic's timer hears of the head from so far ahead of its window on
  std::int64_t lead_blocks = TimerPolicy{}.lead_blocks; ///< and waits for it to be so far ahead
  std::int64_t trust_blocks = 2;                        ///< so far behind the head everything the stream has to tell has come
  std::size_t gap_blocks = 200;      ///< heights filled one by one; longer gaps are told by the topic's epochs
  std::size_t missed_bound = 10'000; ///< rows owed to the books for one topic, at most
};

class WatcherCore {
public:
  struct Announce { ///< a window's opening, to those who need to hear it; the ledger hears of it by BookWindows
    WindowOpened window;
    bool submitter = true, timer = true;
  };
  struct ToSubmitter {
    std::variant<ConnectionUp, ConnectionDown, HeadMoved, TxIncluded, RegistrationWanted> message;
  };
  struct ToTimer { ///< the head, near a window
    TopicId topic;
    HeadMoved head;
  };
  struct Reconnect {
    std::string reason;
  };
  struct WakeAt { ///< a Tick is wanted then
    Instant at;
  };
  using Effect = std::variant<Announce, WindowClosed, WindowScheduled, ToTimer, TopicArrived, ToSubmitter,        // actors
                              BookWindows, WindowSkipped, BookScore, BookReward, BookConclusion, LastNonceWanted, // ledger
                              AskWindow, AskTopic, AskBlock, Reconnect,                                           // chain
                              WakeAt>;                                                                            // itself
  using Effects = std::vector<Effect>;

  explicit WatcherCore(WatcherPolicy policy);

  Effects start(Instant now);
  Effects on(const ConnectionUp&, Instant now);
  Effects on(const ConnectionDown&, Instant now);
  Effects on(const BlockSeen&, Instant now);
  Effects on(const TxIncluded&, Instant now);
  Effects on(const WindowStatusArrived&, Instant now);
  Effects on(const TopicArrived&, Instant now);
  Effects on(const AskFailed&, Instant now);
  Effects on(const LastNonceKnown&, Instant now);
  Effects on(const WindowWanted&, Instant now);
  Effects on(const ChildRestarted&, Instant now);
  Effects on(const Tick&, Instant now);

  /// When the next Tick without a name is wanted: sooner while something is to be learnt or about to open.
  std::int64_t tick_ms(Instant now) const;

  Height head() const { return head_; }
  bool connected() const { return up_.has_value(); }
  /// What an operator has to know, in one sentence: no connection, a topic that does not admit us. Empty: all is well.
  std::string trouble() const;

  struct Topic {
    std::optional<WindowOpened> open;
    Height announced; ///< the newest nonce ever announced here
    std::optional<WindowScheduled> next;
    std::int64_t epoch{}, window{};
    std::optional<Height> booked;            ///< the newest nonce in the books, as the ledger said; empty: it has not yet
    std::optional<Height> gap_after;         ///< the windows behind it and before the next known one are told from the epochs
    bool gap_listed{};                       ///< they were: `unbooked` has all
    std::map<Height, MissedWindow> unbooked; ///< over, and not known to be in the books
    bool whitelisted = true;
    std::optional<TopicArrived> info;
    Instant asked;
    bool wanted{};       ///< its status is to be asked for
    bool asking{};       ///< the answer is on its way
    int unanswered{};    ///< polls in a row, on this connection, while no topic's was answered
    bool informed{};     ///< what it asks for was asked for on this connection
    std::string trouble; ///< why nothing is heard of it; empty: all well
  };
  const std::map<TopicId, Topic>& topics() const { return topics_; }

private:
  void opened(Topic&, TopicId, Height nonce, Height closes, const char* seen_by, Effects&, Instant now);
  void send_to_ledger(const Topic&, TopicId, Effects&);
  void closed(Topic&, TopicId, Height nonce, Effects&, Instant now);
  void schedule(Topic&, TopicId, Height nonce, Height closes, Effects&, Instant now);
  void head_at(Height, Instant now);
  void head_moved(Effects&, Instant now);
  Instant expected(std::int64_t height) const;
  std::optional<Instant> next_lead() const;
  void plan_height_poll(Effects&, Instant now);
  void request_height();
  void fill_gap(Height from, Height to, Effects&);
  void add_missed(Topic&, MissedWindow);
  void send_missed(Topic&, TopicId, Effects&, Instant now);
  void send_next(const Topic&, TopicId, Effects&, Instant now);
  void send_head(const Topic&, TopicId, Effects&, Instant now);
  void poll(Effects&, Instant now);
  void answered(Topic&, Effects&, Instant now);
  void reset_unanswered();

  WatcherPolicy policy_;
  std::map<TopicId, Topic> topics_;
  std::optional<ConnectionUp> up_;
  struct HeadTime {
    Height height;
    Instant at;
  };
  Height head_;                    ///< the newest block heard of
  Height seen_;                    ///< what blocks up to here held is known or asked for
  bool connected_before_{};        ///< a connection before this one: what came after seen_ is a gap
  HeadTime head_time_;             ///< when we heard of the newest on this connection
  double block_ms_{};              ///< a block takes so long; 0: not known yet
  std::optional<Instant> wake_at_; ///< when the head will be asked for, to tell a timer
  std::set<Height> wanted_;        ///< asked for to fill a gap
  Instant block_at_;
  std::size_t asking_{}; ///< topics
  TopicId asked_last_;
  std::string down_; ///< why there is no connection
};

} // namespace inferd
