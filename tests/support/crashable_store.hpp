#pragma once
// A StorePort decorator that simulates the death of the process and write failures of the disk.

#include "runtime/ports/store_port.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace inferd::test {

class CrashableStore : public StorePort {
public:
  explicit CrashableStore(std::shared_ptr<StorePort> store) : books(std::move(store)) {}

  std::shared_ptr<StorePort> books;
  bool dead = false;   ///< the process was killed: every call fails
  std::string refuses; ///< not empty: writes fail with this sentence; reads succeed
  /// Called after each write, before its commit. May throw.
  std::function<void(const char* what)> on_write;

  std::function<void()> on_failure; ///< called after a failed transaction. May throw

  void transaction(const std::function<void()>& calls) override { run(&StorePort::transaction, calls); }
  void deferred_transaction(const std::function<void()>& calls) override { run(&StorePort::deferred_transaction, calls); }
  void run(void (StorePort::*as)(const std::function<void()>&), const std::function<void()>& calls) {
    try {
      (alive().*as)(calls);
    } catch (const StoreFailure&) {
      if (on_failure) on_failure();
      throw;
    }
  }
  void opened(const Wallet& w, const WindowOpened& m) override {
    write("opened", [&](auto& s) { s.opened(w, m); });
  }
  std::variant<Granted, ClaimRefused> claim(const ClaimNonce& m) override {
    std::variant<Granted, ClaimRefused> answer;
    write("claim", [&](auto& s) { answer = s.claim(m); });
    return answer;
  }
  void store(const StoreSigned& m) override {
    write("store", [&](auto& s) { s.store(m); });
  }
  void mark(const MarkSent& m) override {
    write("mark", [&](auto& s) { s.mark(m); });
  }
  void book(const BookOutcome& m) override {
    write("book", [&](auto& s) { s.book(m); });
  }
  void delay(const Wallet& w, const WindowDelayed& m) override {
    write("delay", [&](auto& s) { s.delay(w, m); });
  }
  void skip(const Wallet& w, const WindowSkipped& m, Instant at) override {
    write("skip", [&](auto& s) { s.skip(w, m, at); });
  }
  void closed(const Wallet& w, const WindowClosed& m) override {
    write("closed", [&](auto& s) { s.closed(w, m); });
  }
  void missed(const Wallet& w, const MissedWindow& m) override {
    write("missed", [&](auto& s) { s.missed(w, m); });
  }
  void score(const BookScore& m) override {
    write("score", [&](auto& s) { s.score(m); });
  }
  void reward(const BookReward& m) override {
    write("reward", [&](auto& s) { s.reward(m); });
  }
  void conclusion(const Wallet& w, const BookConclusion& m) override {
    write("conclusion", [&](auto& s) { s.conclusion(w, m); });
  }
  Unresolved unresolved(const Wallet& w) override { return alive().unresolved(w); }
  Height last_nonce(const Wallet& w, TopicId t) override { return alive().last_nonce(w, t); }
  BooksSummary summary(const Wallet& w) override { return alive().summary(w); }

private:
  StorePort& alive() {
    if (dead) throw StoreFailure("the process was killed");
    return *books;
  }
  template <class Write> void write(const char* what, Write write) {
    auto& there = alive();
    if (!refuses.empty()) throw StoreFailure(refuses);
    write(there);
    if (on_write) on_write(what);
  }
};

} // namespace inferd::test
