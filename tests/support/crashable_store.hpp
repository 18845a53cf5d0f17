#pragma once
// A StorePort decorator that simulates the death of the process and write failures of the disk.

#include "runtime/ports/store_port.hpp"

#include <functional>
#include <memory>
#include <string>
#include <utility>

namespace inferd::test {

template <class T> inline constexpr const char* message_name = "";
template <> inline constexpr const char* message_name<StoreSigned> = "StoreSigned";
template <> inline constexpr const char* message_name<MarkSent> = "MarkSent";
template <> inline constexpr const char* message_name<BookOutcome> = "BookOutcome";

class CrashableStore : public StorePort {
public:
  explicit CrashableStore(std::shared_ptr<StorePort> store) : books(std::move(store)) {}

  std::shared_ptr<StorePort> books;
  bool dead = false;   ///< the process was killed: every call fails
  std::string refuses; ///< not empty: writes fail with this sentence; reads succeed
  /// Called after each write, before its commit, with the name of a message that a kill test dies in, or "". May throw.
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
  void write(const Wallet& w, const BookEntry& m) override {
    const auto name = std::visit([](const auto& e) { return message_name<std::decay_t<decltype(e)>>; }, m);
    spoil(name, [&](auto& s) { s.write(w, m); });
  }
  std::variant<Granted, ClaimRefused> claim(const ClaimNonce& m) override {
    std::variant<Granted, ClaimRefused> answer;
    spoil("ClaimNonce", [&](auto& s) { answer = s.claim(m); });
    return answer;
  }
  Unresolved unresolved(const Wallet& w) override { return alive().unresolved(w); }
  Height last_nonce(const Wallet& w, TopicId t) override { return alive().last_nonce(w, t); }
  BooksSummary summary(const Wallet& w, Instant now) override { return alive().summary(w, now); }
  Uallo fees_with(const StoreSigned& m, Instant since) override { return alive().fees_with(m, since); }
  ScoresKnown scores(const Wallet& w, const ScoresWanted& m) override { return alive().scores(w, m); }

private:
  StorePort& alive() {
    if (dead) throw StoreFailure("the process was killed");
    return *books;
  }
  template <class Write> void spoil(const char* what, Write write) {
    auto& there = alive();
    if (!refuses.empty()) throw StoreFailure(refuses);
    write(there);
    if (on_write) on_write(what);
  }
};

} // namespace inferd::test
