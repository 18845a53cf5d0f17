#pragma once
// Which alerts fire, and when the operator is notified. The conditions are those of etc/prometheus/inferd.rules.yml. Pure.

#include "messages/supervision.hpp"
#include "runtime/ports/alert_name.hpp"

#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace inferd::alerts {

/// What the daemon knows about itself at one instant. An empty optional or map: it did not answer, which is no condition but
/// InferdNotHealthy's.
struct Facts {
  bool healthy = true; ///< every actor that should run does, and answers
  std::optional<bool> connected;
  std::string went_back; ///< the chain is below windows that are in the books, in one sentence; empty: it is not
  std::optional<Uallo> balance;
  std::optional<BooksSummary> books;
  std::uint64_t restarts{}; ///< of actors, since the start
  std::uint64_t clashes{};  ///< another process has used the key, since the start
  /// Fetchers whose every source failed when it was asked last, or answered with candles too old to predict from → opening of
  /// the newest candle.
  std::map<std::string, std::optional<Instant>> failing_feeds;
  std::map<std::string, Instant> trained_to; ///< predictor → opening of the last candle that its model was trained on
};

enum class Severity { info, warning, critical };
BOOST_DESCRIBE_ENUM(Severity, info, warning, critical)

/// As in the rules' file.
struct Rule {
  AlertName name{};
  Severity severity{};
  std::int64_t for_ms{}; ///< so long the condition holds before the alert fires
};
const std::vector<Rule>& rules();

/// A message for the operator.
struct Notification {
  AlertName name{};
  Severity severity{};
  bool firing = true;  ///< false: it has ended
  std::string subject; ///< "topic 67", "fetcher/btcusd/1h"; empty: the whole daemon
  std::string summary; ///< one sentence
  Instant since, at;   ///< since when the condition holds
  bool operator==(const Notification&) const = default;
};

struct Policy {
  std::vector<AlertName> names; ///< only these; empty: all
  std::int64_t repeat_ms = 3'600'000;
  std::size_t per_hour = 20;
  bool resolved = true;
};

class AlertCore {
public:
  explicit AlertCore(Policy policy) : policy_(std::move(policy)) {}

  /// The notifications that are due: for each alert (name and subject) that fires at most one in repeat_ms, and one when it has
  /// ended. Above per_hour they wait for a later call, as long as their alert fires.
  std::vector<Notification> on(const Facts&, Instant now);

  std::size_t firing() const; ///< alerts whose condition has held for long enough

private:
  using Key = std::pair<AlertName, std::string>;
  struct State {
    std::string summary;
    Instant since;
    std::optional<Instant> notified_at; ///< of the last notification that it fires
    bool firing{}, announced{};         ///< announced: since it began, so its end is notified too
  };
  using Conditions = std::map<Key, std::string>; ///< → summary
  Conditions conditions(const Facts&, Instant now);
  bool may_send(Instant now);

  struct Sample {
    Instant at;
    std::uint64_t missed{}, refused{}, restarts{}, clashes{};
    bool books{};
  };
  Policy policy_;
  std::deque<Sample> samples_; ///< of the last hour, oldest first
  std::map<Key, State> states_;
  std::map<Key, Instant> last_notified_; ///< of alerts that have ended; forgotten after repeat_ms
  std::deque<Instant> sent_;             ///< in the last hour
};

} // namespace inferd::alerts
