#pragma once
// A StorePort that records the books' answers on the tape. They are no messages, and without them a run that began with
// non-empty books could not be replayed.

#include "messages/json.hpp"
#include "runtime/ports/store_port.hpp"

#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

namespace inferd {

class RecordingStore : public StorePort {
public:
  /// `type`: the answer's message name, with `json`; or "StoreFailure" with a JSON string.
  using Read = std::function<void(const char* type, const std::string& json)>;

  RecordingStore(std::shared_ptr<StorePort> store, Read read) : store_(std::move(store)), read_(std::move(read)) {}

  void transaction(const std::function<void()>& calls) override {
    recorded([&] { store_->transaction(calls); });
  }
  void deferred_transaction(const std::function<void()>& calls) override {
    recorded([&] { store_->deferred_transaction(calls); });
  }
  void write(const Wallet& w, const BookEntry& m) override {
    recorded([&] { store_->write(w, m); });
  }
  std::variant<Granted, ClaimRefused> claim(const ClaimNonce& m) override {
    return recorded([&] {
      auto answer = store_->claim(m);
      if (const auto* granted = std::get_if<Granted>(&answer)) record("Granted", *granted);
      else record("ClaimRefused", std::get<ClaimRefused>(answer));
      return answer;
    });
  }
  Unresolved unresolved(const Wallet& w) override {
    return recorded([&] { return record("Unresolved", store_->unresolved(w)); });
  }
  Height last_nonce(const Wallet& w, TopicId topic) override {
    return recorded([&] { return record("LastNonceKnown", LastNonceKnown{topic, store_->last_nonce(w, topic)}).nonce; });
  }
  BooksSummary summary(const Wallet& w, Instant now) override {
    return recorded([&] { return record("BooksSummary", store_->summary(w, now)); });
  }

  Uallo fees_with(const StoreSigned& m, Instant since) override {
    return recorded([&] { return record("Uallo", store_->fees_with(m, since)); });
  }
  ScoresKnown scores(const Wallet& w, const ScoresWanted& m) override {
    return recorded([&] { return record("ScoresKnown", store_->scores(w, m)); });
  }

private:
  template <class Call> std::invoke_result_t<Call&> recorded(Call call) {
    try {
      return call();
    } catch (const StoreFailure& e) {
      record("StoreFailure", std::string(e.what()));
      throw;
    }
  }
  template <class Answer> Answer record(const char* type, Answer answer) {
    read_(type, boost::json::serialize(to_json(answer)));
    return answer;
  }

  std::shared_ptr<StorePort> store_;
  Read read_;
};

} // namespace inferd
