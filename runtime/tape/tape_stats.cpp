#include "runtime/tape/tape_stats.hpp"

#include "runtime/tape/tape_keys.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <cmath>

namespace inferd {
namespace {

using Window = std::pair<TopicId, Height>;

/// The first instants of one window.
struct Life {
  Instant prepared, predicted, stored, opened, in_mempool, included, booked;
  std::string outcome;
};

void first(Instant& instant, Instant now) {
  if (instant.value == 0) instant = now;
}

std::string status_of(const TapeEntry& e) {
  boost::json::error_code error;
  const auto v = boost::json::parse(e.message, error);
  const auto* o = error ? nullptr : v.if_object();
  const auto* status = o ? o->if_contains("status") : nullptr;
  return status && status->is_string() ? std::string(status->get_string()) : "unknown";
}

/// Ours only: a hash that the submitter had stored.
void follow(const TapeEntry& e, const EntryKeys& keys, std::map<Window, Life>& lives, std::map<std::string, Window>& hashes) {
  if (e.type == "TxIncluded" && e.to.kind == PlaceKind::submitter) {
    for (const auto& hash : keys.hashes)
      if (const auto known = hashes.find(hash); known != hashes.end()) first(lives[known->second].included, e.now);
    return;
  }
  for (const auto& window : keys.windows) {
    const auto at = [&](Instant Life::*step) { first(lives[window].*step, e.now); };
    if (e.type == "PrepareWindow") at(&Life::prepared);
    else if (e.type == "Predicted") at(&Life::predicted);
    else if (e.type == "StoreSigned") {
      at(&Life::stored);
      for (const auto& hash : keys.hashes) hashes[hash] = window;
    } else if (e.type == "WindowOpened") at(&Life::opened);
    else if (e.type == "PreloadSent") at(&Life::opened); // the port saw the opening first
    else if (e.type == "BroadcastAnswered") at(&Life::in_mempool);
    else if (e.type == "BookOutcome") {
      at(&Life::booked);
      lives[window].outcome = status_of(e);
    } else if (e.type == "WindowSkipped" && lives[window].outcome.empty()) lives[window].outcome = "skipped";
  }
}

} // namespace

std::int64_t StepStats::quantile(double share) const {
  return ms[static_cast<std::size_t>(std::lround(share * static_cast<double>(ms.size() - 1)))];
}

TapeStats stats_of(const Tape& tape) {
  TapeStats out;
  if (!tape.entries.empty()) out.first = tape.entries.front().now, out.last = tape.entries.back().now;
  std::map<Window, Life> lives;
  std::map<std::string, Window> hashes;
  for (const auto& e : tape.entries) {
    out.last = std::max(out.last, e.now);
    auto& place = out.places[e.to];
    if (e.is_start()) {
      ++place.starts;
      continue;
    }
    for (auto* stats : {&place, &out.types[e.type]}) {
      ++stats->messages;
      stats->bytes += e.message.size();
    }
    if (!e.read) follow(e, keys_of(e), lives, hashes);
  }
  struct Step {
    const char* name;
    Instant Life::*from;
    Instant Life::*to;
  };
  for (const auto& step : {Step{"prepared → predicted", &Life::prepared, &Life::predicted},
                           Step{"prepared → stored", &Life::prepared, &Life::stored},
                           Step{"opened → in a mempool", &Life::opened, &Life::in_mempool},
                           Step{"opened → in a block", &Life::opened, &Life::included},
                           Step{"opened → outcome booked", &Life::opened, &Life::booked}}) {
    StepStats stats{step.name, {}};
    for (const auto& [window, life] : lives)
      if ((life.*step.from).value > 0 && (life.*step.to).value >= (life.*step.from).value)
        stats.ms.push_back((life.*step.to).value - (life.*step.from).value);
    std::sort(stats.ms.begin(), stats.ms.end());
    if (!stats.ms.empty()) out.steps.push_back(std::move(stats));
  }
  for (const auto& [window, life] : lives)
    if (life.opened.value > 0 || !life.outcome.empty())
      ++out.outcomes[window.first][life.outcome.empty() ? "open" : life.outcome];
  return out;
}

} // namespace inferd
