#pragma once
// The watcher's decisions: which windows are open, closed, coming or missed, from the event stream and from polls. Each window
// is announced once, by whichever reports it first, so that either may fail alone.

#include "messages/chain.hpp"
#include "messages/submission.hpp"
#include "messages/supervision.hpp"
#include "messages/window.hpp"
#include "messages/limits.hpp"
#include "runtime/ports/possible_head.hpp"

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
  std::set<TopicId> concluded_to_predictor;           ///< topics whose predictors compare with the network's values
  std::int64_t poll_ms = 30'000;                      ///< each topic's status, independently of events
  std::int64_t quiet_ms = 12'000;                     ///< without a new height for so long, one is requested
  std::int64_t overdue_poll_ms = 5'000;               ///< a topic's status, while its window is overdue
  std::int64_t retry_ms = 5'000;                      ///< after an unanswered poll
  std::int64_t tick_ms = 2'500, idle_tick_ms = 5'000; ///< between two Ticks without a name
  std::int64_t contradicted_ms = 15'000;              ///< a connection to a node that is contradicted lasts so long
  std::int64_t halted_ms = 120'000;                   ///< without a new height: the chain stands still
  std::int64_t silence_ms = limits::stream_silence;   ///< without a new height: reconnect to another endpoint
  std::int64_t differing_blocks = 10;                 ///< a head further below than nodes behind one address differ went back
  int max_unanswered = 3; ///< unanswered polls of one topic, none of any topic answered in between: reconnect
  std::size_t polls = limits::pending_polls;   ///< topics with an unanswered poll
  std::int64_t notify_blocks = 5;              ///< HeadMoved goes to a timer from so many blocks before its window on
  std::int64_t lead_blocks = 3;                ///< blocks from a window's preparation to its opening
  std::int64_t trust_blocks = 2;               ///< the stream has delivered all up to so many blocks behind the head
  std::size_t gap_blocks = limits::gap_blocks; ///< heights filled one by one; longer gaps are derived from the epochs
  std::size_t missed_bound = 10'000;           ///< windows not yet in the books, of one topic
};

class WatcherCore {
public:
  struct Announce { ///< an opening for submitter and timer; the ledger gets it in BookWindows
    WindowOpened window;
    bool submitter = true, timer = true;
  };
  struct ToSubmitter {
    std::variant<ConnectionUp, ConnectionDown, HeadMoved, TxIncluded, RegistrationWanted> message;
  };
  struct ToTimer { ///< near a window
    TopicId topic;
    HeadMoved head;
  };
  struct Reconnect {
    std::string reason;
  };
  struct WakeAt { ///< requests a Tick
    Instant at;
  };
  using Effect = std::variant<Announce, WindowClosed, WindowScheduled, ToTimer, TopicArrived, ToSubmitter,        // actors
                              BookWindows, WindowSkipped, BookScore, BookReward, BookConclusion, LastNonceWanted, // ledger
                              AskWindow, AskTopic, AskBlock, Reconnect,                                           // chain
                              HeadWentBack,                                                                       // root
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

  /// Delay of the next Tick without a name; shorter while something is unknown or a window is due.
  std::int64_t tick_ms(Instant now) const;

  /// After it went back: as this connection shows it.
  Height head() const { return went_back_ && up_ ? connection_head_.height : head_; }
  /// Since the head last moved; empty: no head is known.
  std::optional<std::int64_t> head_age_ms(Instant now) const;
  /// The newest window in the books, since the head was found below it until it has passed its earlier height; else empty.
  std::optional<Height> went_back_from() const { return went_back_ ? std::optional(booked_) : std::nullopt; }
  std::string warning() const { return up_ ? up_->warning : std::string(); } ///< what the node lacks
  bool connected() const { return up_.has_value(); }
  /// The first problem for an operator, in one sentence: no connection, a topic without admission. Empty: none.
  std::string trouble(Instant now) const;

  struct Topic {
    std::optional<WindowOpened> open;
    bool withheld{};  ///< the open window was not announced: by the last poll the topic does not admit the wallet
    Height announced; ///< the newest nonce announced
    std::optional<WindowScheduled> next;
    std::int64_t epoch{}, window{};
    std::optional<Height> booked;            ///< how far the books reach; empty: the ledger has not answered
    Height gap_after;                        ///< windows after it and before the next known one are derived from epochs
    bool gap_listed{};                       ///< done: `unbooked` has all of them
    std::map<Height, MissedWindow> unbooked; ///< not known to be in the books, as booked if they are closed by then
    bool whitelisted = true;
    std::optional<TopicArrived> info;
    Instant polled_at;
    bool wanted{};          ///< to be polled
    bool poll_pending{};    ///< a poll is unanswered
    int unanswered{};       ///< consecutive, on this connection, without an answer for any topic
    bool rules_requested{}; ///< AskTopic was sent on this connection
    std::string trouble;    ///< why the topic cannot be served; empty: none
    std::string no_rules;   ///< why the node does not tell the topic's rules; empty: it did, or was not asked
  };
  const std::map<TopicId, Topic>& topics() const { return topics_; }

private:
  void opened(Topic&, TopicId, Height nonce, Height closes, const char* seen_by, Effects&, Instant now);
  void ask_books(TopicId, Effects&) const;
  void send_to_ledger(const Topic&, TopicId, Effects&);
  void closed(Topic&, TopicId, Height nonce, Effects&, Instant now);
  void schedule(Topic&, TopicId, Height nonce, Height closes, Effects&, Instant now);
  void head_at(Height, Instant now);
  bool other_view(Height, Effects&, Instant now);
  void head_went_back(Height, Effects&, Instant now);
  void compare_with_books(Height before, Effects&, Instant now);
  void add_booked(Height nonce);
  void head_moved(Effects&, Instant now);
  Instant expected(std::int64_t height) const;
  std::optional<Instant> next_lead() const;
  void plan_height_poll(Effects&, Instant now);
  void request_height();
  void fill_gap(Height from, Height to, Effects&);
  void add_missed(Topic&, MissedWindow);
  void add_unbooked(Topic&, MissedWindow);
  void send_missed(Topic&, TopicId, Effects&, Instant now);
  void send_next(const Topic&, TopicId, Effects&, Instant now);
  void send_head(const Topic&, TopicId, Effects&, Instant now);
  void poll(Effects&, Instant now);
  void poll_answered(Topic&, Effects&, Instant now);
  void reset_unanswered();

  struct WentBack {
    Height to, from; ///< ends when the head is at `from` again
  };

  WatcherPolicy policy_;
  std::map<TopicId, Topic> topics_;
  std::optional<ConnectionUp> up_;
  Height head_;                       ///< the newest known block
  Height began_;                      ///< the head at the first connection; 0: none yet
  Height seen_;                       ///< the events up to here are received or requested
  bool connected_before_{};           ///< not the first connection: blocks after seen_ are a gap
  KnownHead connection_head_;         ///< the highest head that this connection showed
  Height booked_;                     ///< the newest window in the books, unless a contradicted node showed it
  std::optional<WentBack> went_back_; ///< the head was found below booked_
  KnownHead head_time_;               ///< when head_ was first known, on this connection
  double block_ms_{};                 ///< estimated time per block (head_at); 0: unknown
  std::optional<Instant> wake_at_;    ///< when the height will be polled for a timer
  std::set<Height> requested_blocks_; ///< requested to fill a gap
  Instant block_at_;
  Instant head_moved_at_;       ///< when head_ last changed; also across connections
  std::size_t polls_pending_{}; ///< topics with an unanswered poll
  TopicId last_polled_;
  std::string down_; ///< why there is no connection
};

} // namespace inferd
