#pragma once

#include "messages/json.hpp"
#include "runtime/ports/store_port.hpp"
#include "runtime/tape/tape.hpp"

#include <boost/json/parse.hpp>
#include <cstddef>
#include <vector>

namespace inferd {

/// The books of a replay: each query returns the next recorded return value. A query of another type, or beyond the last,
/// throws StoreFailure; the ledger then answers otherwise than recorded, or the tape ends there.
class ReplayStore : public StorePort {
public:
  explicit ReplayStore(const Tape& tape, const Place& place) {
    bool started = !tape.header.continued; // before its start on such a tape, nothing is replayed
    for (const auto& e : tape.entries) {
      started = started || (e.is_start() && e.to == place);
      if (e.read && e.to == place && started) reads_.push_back(&e);
    }
  }

  void write(const Wallet&, const BookEntry&) override {}

  std::variant<Granted, ClaimRefused> claim(const ClaimNonce&) override {
    if (next_ < reads_.size() && reads_[next_]->type == "ClaimRefused") return read<ClaimRefused>("ClaimRefused");
    return read<Granted>("Granted");
  }
  Unresolved unresolved(const Wallet&) override { return read<Unresolved>("Unresolved"); }
  Height last_nonce(const Wallet&, TopicId) override { return read<LastNonceKnown>("LastNonceKnown").nonce; }
  BooksSummary summary(const Wallet&, Instant) override { return read<BooksSummary>("BooksSummary"); }

  Uallo fees_with(const StoreSigned&, Instant) override {
    const bool recorded = next_ < reads_.size() && reads_[next_]->type == "Uallo"; // not by programs without a daily cap
    return recorded ? read<Uallo>("Uallo") : Uallo{};
  }
  ScoresKnown scores(const Wallet&, const ScoresWanted&) override { return read<ScoresKnown>("ScoresKnown"); }

private:
  template <class Answer> Answer read(const char* type) {
    if (next_ == reads_.size()) throw StoreFailure("the tape has nothing more from the books");
    const auto& e = *reads_[next_];
    if (e.type != type) throw StoreFailure("the books are asked for " + std::string(type) + " where the tape has " + e.type);
    ++next_;
    Answer answer{};
    from_json(boost::json::parse(e.message), answer, "message");
    return answer;
  }

  std::vector<const TapeEntry*> reads_;
  std::size_t next_ = 0;
};

} // namespace inferd
