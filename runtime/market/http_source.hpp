#pragma once

#include "runtime/market/candle_cache.hpp"
#include "runtime/market/candle_source.hpp"
#include "runtime/market/candle_history.hpp"
#include "runtime/market/vendors/vendor_api.hpp"
#include "runtime/market/validate.hpp"
#include "runtime/market/worker.hpp"
#include "runtime/ports/clock_port.hpp"
#include "runtime/ports/http_port.hpp"

#include <deque>
#include <memory>
#include <optional>
#include <set>

namespace inferd::market {

/// A source over HTTP. Requests only what its history lacks, page by page; validates, caches and replies.
class HttpSource : public CandleSource, public std::enable_shared_from_this<HttpSource> {
public:
  struct Dependencies {
    std::shared_ptr<HttpPort> http;
    std::shared_ptr<ClockPort> clock;
    std::shared_ptr<Worker> worker; ///< on which this source is called; replies are posted to it
  };
  /// `secrets`: texts that the source's words must not repeat, beside the token.
  HttpSource(const VendorApi&, Endpoint, std::vector<std::string> secrets, CandleCache, Bounds, Dependencies);

  /// The other sources of the symbol, asked in this order about a jump of the close.
  struct Peer {
    std::string name;
    std::weak_ptr<CandleSource> source;
  };
  void know(std::vector<Peer> peers) { peers_ = std::move(peers); }

  void ask(const AskCandles&, Done) override;
  void cross_check(const CandleRange&, std::int64_t deadline_ms, CrossChecked) override;

private:
  struct Question {
    AskCandles ask;
    Done done;
    std::uint64_t number{}; ///< order of arrival
    Instant deadline;
    CandleRange wanted;
    std::vector<CandleRange> asked; ///< the missing ranges
    std::deque<CandleRange> pages;  ///< remaining pages; the front is requested
    std::vector<Candle> candles;    ///< from the pages so far
    std::string warnings;
    Checked merged; ///< the validated candles with the stored ones, before the jump rule
    std::vector<SourceCandles> other_candles;
    std::size_t peers_asked = 0;
  };

  void begin();
  std::vector<CandleRange> within_reach(std::vector<CandleRange>, Instant now) const;
  void request_page();
  void on_page(const std::variant<HttpAnswer, HttpFailed>&);
  void conclude();
  void settle();                                     ///< asks the next peer about the jumps, or decides on them
  Parsed read(const HttpAnswer&, Instant now) const; ///< a refusal without token and secrets
  std::string hidden(std::string sentence) const;    ///< without token and secrets
  void answer_from(const std::vector<Candle>&);
  void fail(const Refusal&);
  void fail_all(const Refusal&);
  void finish(MarketPort::Answer);
  Question& current() { return questions_.front(); }

  const VendorApi& source_;
  Endpoint endpoint_;
  std::vector<std::string> secrets_;
  CandleCache cache_;
  Bounds bounds_;
  Dependencies dependencies_;
  CandleHistory history_;
  std::vector<Peer> peers_;
  std::set<Instant> confirmed_;    ///< hours whose jump is a move of the market
  Instant silent_until_;           ///< no request for another source's sake before
  bool loaded_ = false;            ///< the cache has been read
  std::deque<Question> questions_; ///< the front is in progress
  std::uint64_t asked_ = 0;        ///< questions so far
  std::uint64_t request_ = 0;      ///< of the current request: late and duplicate replies differ
  struct EmptyAnswer {
    Instant at;
    std::vector<CandleRange> question;
    std::uint64_t number; ///< the newest question queued at that time
  };
  std::optional<EmptyAnswer> last_unchanged_; ///< the last request, if its reply had nothing new
};

} // namespace inferd::market
