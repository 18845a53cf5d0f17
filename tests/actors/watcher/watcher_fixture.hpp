#pragma once
// Feeds a WatcherCore and collects its effects.

#include "actors/watcher/watcher_core.hpp"

#include <utility>
#include <vector>

namespace inferd::test {

inline constexpr Instant t0{1'000'000};
inline const TopicId btc{1};
inline const Wallet us{"allo1us"};

struct CoreFixture {
  explicit CoreFixture(std::vector<TopicId> topics = {btc}) : core(policy(std::move(topics))) { collect(core.start(now)); }
  static WatcherPolicy policy(std::vector<TopicId> topics) {
    WatcherPolicy p;
    p.wallet = us;
    p.topics = std::move(topics);
    return p;
  }
  template <class M> CoreFixture& tell(const M& m) {
    collect(core.on(m, now));
    return *this;
  }
  void collect(const WatcherCore::Effects& more) { effects.insert(effects.end(), more.begin(), more.end()); }
  template <class T> std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& e : effects)
      if (const auto* t = std::get_if<T>(&e)) out.push_back(*t);
    return out;
  }
  /// Openings for the submitter; booked(): for the ledger.
  std::vector<WindowOpened> announced() const {
    std::vector<WindowOpened> out;
    for (const auto& a : all<WatcherCore::Announce>())
      if (a.submitter) out.push_back(a.window);
    return out;
  }
  std::vector<WindowOpened> booked() const {
    std::vector<WindowOpened> out;
    for (const auto& b : all<BookWindows>())
      if (b.opened.nonce.value > 0) out.push_back(b.opened);
    return out;
  }
  /// Nonces in BookWindows::missed, in order.
  std::vector<std::int64_t> missed() const {
    std::vector<std::int64_t> out;
    for (const auto& b : all<BookWindows>())
      for (const auto& m : b.missed) out.push_back(m.nonce.value);
    return out;
  }
  CoreFixture& up(std::int64_t height = 899) { return tell(ConnectionUp{"node", "localnet", "v10", Height{height}, now}); }
  CoreFixture& block(std::int64_t height, std::vector<WindowEvent> opened = {}, std::vector<WindowEvent> closed = {}) {
    return tell(BlockSeen{Height{height}, std::move(opened), std::move(closed), {}, {}, {}, "node", now});
  }
  CoreFixture& topic(std::int64_t epoch = 30, std::int64_t window = 15) {
    TopicArrived t{};
    t.topic = btc;
    t.epoch_length = epoch;
    t.window_length = window;
    return tell(t);
  }
  static WindowEvent opening(std::int64_t nonce) { return {btc, Height{nonce}, Height{nonce + 15}}; }
  WindowStatusArrived status(std::int64_t nonce, std::int64_t next, std::int64_t head = 0) const {
    return {btc,
            nonce > 0,
            Height{nonce},
            Height{nonce > 0 ? nonce + 15 : 0},
            Height{next},
            Height{next + 15},
            true,
            true,
            true,
            Height{head},
            now};
  }
  Instant now = t0;
  WatcherCore core;
  WatcherCore::Effects effects;
};

} // namespace inferd::test
