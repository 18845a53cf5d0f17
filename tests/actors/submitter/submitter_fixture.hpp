#pragma once

#include "actors/submitter/submitter_core.hpp"
#include "tests/support/test_keys.hpp"

#include <boost/test/unit_test.hpp>

namespace inferd::test {

inline constexpr Instant t0{1'000'000};
inline constexpr Height nonce{900}, closes{915};
inline const TopicId btc{1}, eth{2};

/// A SubmitterCore with the real signer; the test supplies all answers.
struct CoreFixture {
  explicit CoreFixture(SubmitterPolicy p = {}) {
    p.wallet = signer()->wallet();
    p.chain_id = "localnet";
    core.emplace(p, signer());
    collect(core->start(now));
  }
  /// Connection, books, account, price and gas are known.
  CoreFixture& ready(std::vector<Unfinished> unfinished = {}) {
    tell(ConnectionUp{"node", "localnet", "v10", Height{890}, now});
    tell(Unresolved{wallet(), std::move(unfinished), {{btc, Gas{150'000}}, {eth, Gas{150'000}}}});
    tell(AccountArrived{wallet(), true, 2, Sequence{17}, Uallo{1'000'000'000}});
    tell(GasPriceArrived{GasPrice{1'000'000'000}});
    effects.clear();
    return *this;
  }
  Wallet wallet() const { return signer()->wallet(); }
  template <class M> CoreFixture& tell(const M& m) {
    collect(core->on(m, now));
    return *this;
  }
  /// Simulates the chain port's preload: sent by open(), dropped by CancelPreload.
  void collect(const SubmitterCore::Effects& more) {
    bool cancelled = false;
    for (const auto& e : more) {
      if (const auto* preload = std::get_if<SubmitterCore::Preload>(&e)) preloaded = preload->bytes;
      else if (std::holds_alternative<SubmitterCore::CancelPreload>(e)) preloaded.reset(), cancelled = true;
      else effects.push_back(e);
    }
    if (cancelled && answers_cancel) tell(PreloadCancelled{now});
  }
  template <class T> std::vector<T> all() const {
    std::vector<T> out;
    for (const auto& e : effects)
      if (const auto* t = std::get_if<T>(&e)) out.push_back(*t);
    return out;
  }
  /// The only T among the effects; clears all effects.
  template <class T> T only() {
    const auto some = all<T>();
    BOOST_REQUIRE_EQUAL(some.size(), 1u);
    effects.clear();
    return some.front();
  }
  CoreFixture& predict(TopicId topic = btc, Height at = nonce) {
    return tell(Predicted{topic, at, Height{at.value + 15}, "csv", "m", Instant{}, {{"", "0.0123"}}});
  }
  CoreFixture& open(TopicId topic = btc, Height at = nonce) {
    if (preloaded && preloaded->topic == topic && preloaded->nonce == at) {
      effects.push_back(*preloaded);
      const auto hash = std::exchange(preloaded, std::nullopt)->hash;
      tell(PreloadSent{topic, at, hash, now});
    }
    return tell(WindowOpened{topic, at, Height{at.value + 15}, "event", now});
  }
  /// Predicted, granted, signed and stored.
  SignedTx prepare(TopicId topic = btc, Height at = nonce) {
    predict(topic, at).tell(Granted{topic, at});
    const auto tx = only<StoreSigned>().signed_tx;
    tell(SignedStored{topic, at, tx.hash});
    return tx;
  }
  CoreFixture& check_tx(const TxHash& hash, Verdict verdict, std::optional<Sequence> expected = {}, Uallo required = {}) {
    return tell(BroadcastAnswered{btc, nonce, hash, verdict, 1, "sdk", "log", expected.value_or(Sequence{}), required, "node",
                                  now, expected.has_value()});
  }
  CoreFixture& in_block(const TxHash& hash, Verdict verdict = Verdict::Accepted) {
    return tell(TxIncluded{hash, Height{902}, verdict, 0, "", verdict == Verdict::Accepted ? "" : "log", Gas{151'000}, now});
  }
  CoreFixture& advance(std::int64_t ms) {
    now.value += ms;
    return tell(Tick{Alarm::check_submissions});
  }
  CoreFixture& head(std::int64_t h) { return tell(HeadMoved{Height{h}, now}); }

  Instant now = t0;
  std::optional<SubmitterCore> core;
  SubmitterCore::Effects effects;
  std::optional<Broadcast> preloaded;
  bool answers_cancel = true;
};

} // namespace inferd::test
