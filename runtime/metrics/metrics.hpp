#pragma once
// Prometheus' metrics (catalogue.hpp): what the daemon counts while it runs, and what its actors and books say when they are
// scraped.

#include "messages/chain.hpp"
#include "messages/prediction.hpp"
#include "messages/submission.hpp"
#include "messages/window.hpp"
#include "runtime/admin/health_report.hpp"

#include <cstdint>
#include <memory>
#include <set>
#include <string>

namespace inferd {

/// "answered", "paused", "not_due", "market", "model", "chain", "cap", "funds", "not_admitted", "late", "other": the class of a
/// window's reason, which is free text.
std::string reason_class(const BookOutcome&);

/// Thread-safe. Topics beyond the first most_topics share the label "other", so that the answer stays bounded.
class Metrics {
public:
  static constexpr std::size_t most_topics = 200;

  struct Facts {
    std::string wallet, chain, version;
  };
  explicit Metrics(Facts);
  ~Metrics();

  // From deliveries; `to`: the receiver. A message that several actors receive counts at one of them.
  void on(const Place& to, const PrepareWindow&, Instant now);
  void on(const Place& to, const Predicted&, Instant now);
  void on(const Place& to, const WindowOpened&, Instant now);
  void on(const Place& to, const PreloadSent&, Instant now);
  void on(const Place& to, const BroadcastAnswered&, Instant now);
  void on(const Place& to, const TxIncluded&, Instant now);
  void on(const Place& to, const ConnectionUp&, Instant now);
  void on(const Place& to, const ConnectionDown&, Instant now);
  void on(const Place& to, const ClashNoticed&, Instant now);
  void on(const Place& to, const BookScore&, Instant now);
  void on(const Place& to, const BookReward&, Instant now);
  /// A window's end, once in the books.
  void ended(const BookOutcome&);
  /// From the ports. `seconds` of a failure is not observed.
  void market_answered(const std::string& feed, const std::string& source, bool usable, double seconds);
  void endpoint_answered(const std::string& endpoint, bool answered, double seconds);

  struct Scrape {
    TreeState state;
    std::vector<TreePort::Load> loads;
    std::set<TopicId> paused;
  };
  /// All families, as OpenMetrics or in Prometheus' text format 0.0.4.
  std::string text(const Scrape&, bool open_metrics) const;

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace inferd
